/// Mean absolute percentage error, `100 · mean |predicted − expected| / |expected|`, in percent,
/// over truths of at least `threshold`.
///
/// Near zero a percentage means nothing, so smaller truths are left out; the result's `count`
/// says how many remained. Throws `undefined` when none did.
public struct MAPE: Metric {
    public let name = "mape"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.percent
    public let task = MetricTask.regression
    /// Smallest magnitude of the truth that counts, in the unit of the channel.
    public let threshold: Double

    public var summary: String {
        "mean absolute percentage error where the truth is at least \(threshold.short)"
    }

    public init(threshold: Double = 1) { self.threshold = threshold }

    public func value(_ input: MetricInput) throws -> MetricValue {
        try input.require(width: 1, for: name)
        var sum = 0.0
        var count = 0
        input.forEachPair { predicted, expected in
            guard abs(expected) >= threshold, expected != 0 else { return }
            sum += abs(predicted - expected) / abs(expected)
            count += 1
        }
        guard count > 0 else {
            throw EvaluationError(
                .undefined, "mape has no value: no truth reaches \(threshold.short) in magnitude")
        }
        return MetricValue(100 * sum / Double(count), count: count)
    }
}
