/// Accuracy, `correct / all`; class 1 is decided at a probability of 0.5 and above.
public struct Accuracy: Metric {
    public let name = "accuracy"
    public let summary = "share of correct decisions"
    public let direction = MetricDirection.higherIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.classification

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        let confusion = Confusion(try Decisions(input, for: name))
        let hits = (0..<confusion.classCount).reduce(0) { $0 + confusion.hits($1) }
        return MetricValue(Double(hits) / Double(confusion.total), count: confusion.total)
    }
}
