/// Mean squared error, `mean (predicted − expected)²`, in the squared unit of the channel.
public struct MSE: Metric {
    public let name = "mse"
    public let summary = "mean squared error"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.squared
    public let task = MetricTask.regression

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        try input.mean(for: name) { ($0 - $1) * ($0 - $1) }
    }
}
