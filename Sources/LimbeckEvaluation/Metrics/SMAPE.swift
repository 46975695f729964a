/// Symmetric mean absolute percentage error, in percent from 0 to 200:
/// `100 · mean 2 |predicted − expected| / (|predicted| + |expected|)`, where 0/0 is 0.
public struct SMAPE: Metric {
    public let name = "smape"
    public let summary = "symmetric mean absolute percentage error (0 to 200)"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.percent
    public let task = MetricTask.regression

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        var result = try input.mean(for: name) { predicted, expected in
            let size = abs(predicted) + abs(expected)
            return size == 0 ? 0 : 2 * abs(predicted - expected) / size
        }
        result.value *= 100
        return result
    }
}
