/// F1, `2 · true positives / (decided positives + true)`: the harmonic mean of precision
/// and recall.
///
/// A class that is never decided or true scores 0, as in scikit-learn with `zero_division=0`.
public struct F1: Metric {
    public let direction = MetricDirection.higherIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.classification
    public let average: ClassAverage
    /// Probability from which class 1 is decided; for predictions of width 1.
    public let threshold: Double

    public var name: String { average.name("f1") }
    public var summary: String { "harmonic mean of precision and recall (\(average.rawValue))" }

    public init(average: ClassAverage = .binary, threshold: Double = 0.5) {
        self.average = average
        self.threshold = threshold
    }

    public func value(_ input: MetricInput) throws -> MetricValue {
        let confusion = Confusion(try Decisions(input, threshold: threshold, for: name))
        return try average.ratio(
            confusion, for: name, numerator: { 2 * confusion.hits($0) },
            denominator: { confusion.predicted($0) + confusion.expected($0) })
    }
}
