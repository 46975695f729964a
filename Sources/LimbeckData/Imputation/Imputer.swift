public import LimbeckSeries

/// Fills what was not measured, so that a model can read it.
///
/// Observed cells never change and the mask stays, so that no score counts a filled cell.
/// Statistics are fitted on the training steps alone. `linear` and `spatial` look around a gap:
/// `linear` also at values after it, which a live system does not have yet; a student needs a causal one, of which its
/// file carries the ``rule(_:)``.
public protocol Imputer: Sendable {
    /// The name in tallies.
    var name: String { get }
    /// Fills what it can in `work`; what is left falls to the training mean.
    func fill(_ work: inout ImputationWork) throws
    /// The same as a device does it, from a window of readings and numbers of the training part; nil where that cannot
    /// be, as with what looks at values after the gap.
    func rule(_ work: ImputationWork) throws -> FillingRule?
}

extension Imputer {
    public func rule(_ work: ImputationWork) throws -> FillingRule? { nil }

    /// What a device does in the place of ``impute(_:fittedOn:)``; nil where it cannot.
    public func rule(_ series: Series, fittedOn training: Range<Int>) throws -> FillingRule? {
        try rule(ImputationWork(series, training: training))
    }
}

extension Imputer {
    /// `series` with every unobserved cell filled.
    ///
    /// What the method cannot fill takes the place's training mean, else the channel's, else 0.
    public func impute(_ series: Series, fittedOn training: Range<Int>) throws -> Imputation {
        precondition(
            training.lowerBound >= 0 && training.upperBound <= series.times.count,
            "Imputer: training \(training) outside 0..<\(series.times.count)")
        var work = ImputationWork(series, training: training)
        guard series.observed.contains(false) else { return work.finish() }
        try fill(&work)
        work.settle(as: name)
        work.fillRest()
        return work.finish()
    }
}

/// A filled series and what was done to it.
public struct Imputation: Sendable {
    public var series: Series
    /// Cells filled, by method, in the order they were applied.
    public var tally: [Tally]
    /// Columns that never had a value.
    public var silent: [String]

    public struct Tally: Hashable, Sendable {
        public var method: String
        public var count: Int
    }

    /// How a method fills, after "filled".
    private static func words(_ method: String) -> String {
        switch method {
        case "linear": "by linear interpolation"
        case "forward": "with the last value before it"
        case "mean", "training mean": "with the place's training mean"
        case "median": "with the place's training median"
        case "seasonal": "with the place's mean at that hour of the week"
        case "spatial": "from the nearest places"
        case "mean of the channel": "with the channel's training mean"
        case "zero": "with 0, as nothing is known"
        default: "by \(method)"
        }
    }

    /// The same as findings, to stand beside the reader's.
    public var findings: [QualityReport.Finding] {
        var findings = tally.map {
            QualityReport.Finding(
                .missingCells, .repair, count: $0.count,
                message: "\(counted($0.count, "missing cell")) filled \(Self.words($0.method))")
        }
        if !silent.isEmpty {
            findings.append(
                .init(
                    .silentPlace, .warning, count: silent.count,
                    message: "\(counted(silent.count, "column")) without any value; what was "
                        + "filled in is no measurement",
                    examples: Array(silent.prefix(QualityReport.Finding.exampleLimit))))
        }
        return findings
    }
}

/// A way to fill gaps: one file here, and one line in `ImputerCatalog.standard`.
public struct ImputerEntry: CatalogEntry {
    public var name: String
    public var summary: String
    /// Uses nothing after the cell it fills, training statistics aside.
    public var isCausal: Bool
    public var make: @Sendable () -> any Imputer

    public init(name: String, summary: String, isCausal: Bool, make: @escaping @Sendable () -> any Imputer) {
        self.name = name
        self.summary = summary
        self.isCausal = isCausal
        self.make = make
    }

    public static let kind = "imputation"
    public static func error(_ message: String) -> any Error { DataError(.unknownName, message) }
}

public typealias ImputerCatalog = Catalog<ImputerEntry>

extension Catalog<ImputerEntry> {
    public static var standard: ImputerCatalog {
        ImputerCatalog([
            ImputerEntry(
                name: "linear", summary: "Straight line between neighbours in time; nearest at ends.",
                isCausal: false
            ) { LinearImputer() },
            ImputerEntry(
                name: "forward", summary: "The last value seen.", isCausal: true
            ) { ForwardImputer() },
            ImputerEntry(name: "mean", summary: "The place's mean in training.", isCausal: true) {
                MeanImputer()
            },
            ImputerEntry(name: "median", summary: "The place's median in training.", isCausal: true) {
                MedianImputer()
            },
            ImputerEntry(
                name: "seasonal", summary: "The place's mean at that hour of the week in training.",
                isCausal: true
            ) { SeasonalImputer() },
            ImputerEntry(
                name: "spatial", summary: "Mean of the readings of the nearest places then, by inverse distance.",
                isCausal: true
            ) { SpatialImputer() },
        ])
    }
}
