/// A number over seeds: mean and sample standard deviation.
public struct Aggregate: Codable, Hashable, Sendable {
    public var mean: Double
    /// With n − 1 below; nil for one seed, whose deviation nobody knows.
    public var deviation: Double?
    public var count: Int

    /// Nil for no values.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        count = values.count
        deviation = values.count < 2 ? nil : (squares / Double(values.count - 1)).squareRoot()
    }

    /// `45.40 ± 0.21`, or `45.40` for one seed.
    public func text(decimals: Int = 2) -> String {
        mean.fixed(decimals) + (deviation.map { " ± \($0.fixed(decimals))" } ?? "")
    }
}
