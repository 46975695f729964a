/// Brier score: `mean (p − y)²` for two classes, `mean Σₖ (pₖ − yₖ)²` for more.
///
/// Brier, "Verification of Forecasts Expressed in Terms of Probability", 1950.
public struct Brier: Metric {
    public let name = "brier"
    public let summary = "mean squared error of the probabilities"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.classification

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        let decisions = try Decisions(input, for: name)
        try decisions.requireProbabilities(for: name)
        var sum = 0.0
        for (sample, label) in decisions.expected.enumerated() {
            for column in 0..<decisions.classCount {
                let difference = decisions.probability(sample, column) - (column == label ? 1 : 0)
                sum += difference * difference
            }
        }
        let scale = decisions.classCount == 2 ? 0.5 : 1
        return MetricValue(scale * sum / Double(decisions.count), count: decisions.count)
    }
}
