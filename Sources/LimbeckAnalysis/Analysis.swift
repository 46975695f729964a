public import LimbeckSeries

/// Something one can learn about a series without a model.
public protocol Analysis: Sendable {
    /// One or more findings for every place and channel that has enough values.
    func analyze(_ series: Series) -> [Observation]
}

/// One finding about one place.
public struct Observation: Codable, Hashable, Sendable {
    public var place, channel: String
    /// What was measured, for example "period" or "slope".
    public var name: String
    public var value: Double
    public var unit: String
    /// How sure: an autocorrelation, or 1 and 0 for significant and not.
    public var strength: Double

    public init(
        place: String, channel: String, name: String, value: Double, unit: String, strength: Double
    ) {
        self.place = place
        self.channel = channel
        self.name = name
        self.value = value
        self.unit = unit
        self.strength = strength
    }
}

/// An analysis: one file here, and one line in `AnalysisCatalog.standard`.
public struct AnalysisEntry: CatalogEntry {
    public var name: String
    public var summary: String
    public var make: @Sendable () -> any Analysis

    public init(name: String, summary: String, make: @escaping @Sendable () -> any Analysis) {
        self.name = name
        self.summary = summary
        self.make = make
    }

    public static let kind = "analysis"
    public static func error(_ message: String) -> any Error { AnalysisError(message: message) }
}

/// What users of analyses cause.
public struct AnalysisError: Error, CustomStringConvertible, Sendable {
    public var message: String
    public var description: String { message }
}

public typealias AnalysisCatalog = Catalog<AnalysisEntry>

extension Catalog<AnalysisEntry> {
    public static var standard: AnalysisCatalog {
        AnalysisCatalog([
            AnalysisEntry(name: "periodicity", summary: "Periods by peaks of the autocorrelation.") { Periodicity() },
            AnalysisEntry(name: "trend", summary: "Slope by Theil and Sen, with a 95 % interval.") { Trend() },
        ])
    }
}

extension Series {
    /// Observed values of one column over time; nil where missing.
    func column(_ node: Int, _ channel: Int) -> [Double?] {
        (0..<times.count).map { time in
            let cell = offset(time: time, node: node, channel: channel)
            return observed[cell] ? Double(values[cell]) : nil
        }
    }
}
