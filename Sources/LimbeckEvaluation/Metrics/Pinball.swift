/// Pinball (quantile) loss, `mean max(q (expected − predicted), (q − 1) (expected − predicted))`,
/// in the unit of the channel: least for the true quantile `q`.
///
/// Koenker and Bassett, "Regression Quantiles", Econometrica 46 (1978).
public struct Pinball: Metric {
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.sameAsChannel
    public let task = MetricTask.regression
    /// Between 0 and 1; the median by default.
    public let quantile: Double

    public var name: String { quantile == 0.5 ? "pinball" : "pinball\(quantile.short)" }
    public var summary: String { "pinball loss of the \(quantile.short) quantile" }

    public init(quantile: Double = 0.5) { self.quantile = quantile }

    public func value(_ input: MetricInput) throws -> MetricValue {
        try input.mean(for: name) { predicted, expected in
            let difference = expected - predicted
            return max(quantile * difference, (quantile - 1) * difference)
        }
    }
}
