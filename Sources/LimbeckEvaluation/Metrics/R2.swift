/// Coefficient of determination, `1 − Σ (predicted − expected)² / Σ (expected − mean)²`.
///
/// Two passes, so that a large level does not cancel. Throws `undefined` for a constant truth.
public struct R2: Metric {
    public let name = "r2"
    public let summary = "share of the truth’s variance that is explained"
    public let direction = MetricDirection.higherIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.regression

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        try input.require(width: 1, for: name)
        var total = 0.0
        let count = input.forEachPair { total += $1 }
        try input.require(count, for: name)
        let mean = total / Double(count)
        var residual = 0.0
        var variation = 0.0
        input.forEachPair { predicted, expected in
            residual += (predicted - expected) * (predicted - expected)
            variation += (expected - mean) * (expected - mean)
        }
        guard variation > 0 else {
            throw EvaluationError(.undefined, "r2 has no value: the truth is constant")
        }
        return MetricValue(1 - residual / variation, count: count)
    }
}
