import Foundation

/// Log loss, `−mean ln p(true class)`, in nats.
///
/// Probabilities are clipped to `[ε, 1 − ε]`, ε = 2⁻²³, the resolution of the predictions.
public struct LogLoss: Metric {
    public let name = "logLoss"
    public let summary = "negative log-likelihood of the true class, in nats"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.classification

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        let decisions = try Decisions(input, for: name)
        try decisions.requireProbabilities(for: name)
        let smallest = Double(Float.ulpOfOne)
        var sum = 0.0
        for (sample, label) in decisions.expected.enumerated() {
            let probability = decisions.probability(sample, label)
            sum -= log(min(max(probability, smallest), 1 - smallest))
        }
        return MetricValue(sum / Double(decisions.count), count: decisions.count)
    }
}
