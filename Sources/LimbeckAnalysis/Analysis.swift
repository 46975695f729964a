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

/// The analyses there are. A new one is a file here and a line in `standard`.
public struct AnalysisCatalog: Sendable {
    public struct Entry: Sendable {
        public var name: String
        public var summary: String
        public var make: @Sendable () -> any Analysis
    }

    public var entries: [Entry]

    public static let standard = AnalysisCatalog(entries: [
        Entry(name: "periodicity", summary: "Periods by peaks of the autocorrelation.") {
            Periodicity()
        },
        Entry(name: "trend", summary: "Slope by Theil and Sen, with a 95 % interval.") { Trend() },
    ])
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
