/// Mean absolute error, `mean |predicted − expected|`, in the unit of the channel.
public struct MAE: Metric {
    public let name = "mae"
    public let summary = "mean absolute error"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.sameAsChannel
    public let task = MetricTask.regression

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        try input.mean(for: name) { abs($0 - $1) }
    }
}
