/// Weighted absolute percentage error, `100 · Σ |predicted − expected| / Σ |expected|`, in percent.
///
/// Throws `undefined` when every truth is zero.
public struct WAPE: Metric {
    public let name = "wape"
    public let summary = "total absolute error as a share of the total truth"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.percent
    public let task = MetricTask.regression

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        try input.require(width: 1, for: name)
        var error = 0.0
        var size = 0.0
        let count = input.forEachPair { predicted, expected in
            error += abs(predicted - expected)
            size += abs(expected)
        }
        try input.require(count, for: name)
        guard size > 0 else {
            throw EvaluationError(.undefined, "wape has no value: all \(count) truths are zero")
        }
        return MetricValue(100 * error / size, count: count)
    }
}
