/// Share of truths inside `[lower, upper]`, bounds included; predictions are `[count, 2]`.
///
/// Best when it equals the level the interval was made for.
public struct Coverage: Metric {
    public let name = "coverage"
    public let direction = MetricDirection.closerToTarget
    public let unit = MetricUnit.none
    public let task = MetricTask.interval
    /// The share the interval promises.
    public let target: Double

    public var summary: String {
        "share of truths inside the interval, to compare with \(target.short)"
    }

    public init(target: Double = 0.9) { self.target = target }

    public func value(_ input: MetricInput) throws -> MetricValue {
        try input.require(width: 2, for: name)
        var inside = 0
        var count = 0
        input.forEachIndex { index in
            let truth = input.expected[index]
            if input.predicted[2 * index] <= truth && truth <= input.predicted[2 * index + 1] {
                inside += 1
            }
            count += 1
        }
        try input.require(count, for: name)
        return MetricValue(Double(inside) / Double(count), count: count)
    }
}
