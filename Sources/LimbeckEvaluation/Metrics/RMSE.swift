/// Root mean squared error, `√ mean (predicted − expected)²`, in the unit of the channel.
public struct RMSE: Metric {
    public let name = "rmse"
    public let summary = "root of the mean squared error"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.sameAsChannel
    public let task = MetricTask.regression

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        var result = try input.mean(for: name) { ($0 - $1) * ($0 - $1) }
        result.value = result.value.squareRoot()
        return result
    }
}
