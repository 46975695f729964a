/// Balanced accuracy: recall averaged over the classes that occur in the truth.
public struct BalancedAccuracy: Metric {
    public let name = "balancedAccuracy"
    public let summary = "mean recall over the classes that occur"
    public let direction = MetricDirection.higherIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.classification

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        let confusion = Confusion(try Decisions(input, for: name))
        let occurring = (0..<confusion.classCount).filter { confusion.expected($0) > 0 }
        let sum = occurring.reduce(0) {
            $0 + Double(confusion.hits($1)) / Double(confusion.expected($1))
        }
        return MetricValue(sum / Double(occurring.count), count: confusion.total)
    }
}
