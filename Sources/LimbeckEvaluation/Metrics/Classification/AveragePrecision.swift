/// Average precision, `Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ`: the area under the precision–recall
/// curve without interpolation. More than two classes: the mean over classes.
public struct AveragePrecision: Metric {
    public let name = "averagePrecision"
    public let summary = "area under the precision–recall curve"
    public let direction = MetricDirection.higherIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.classification

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        try Ranking.mean(input, for: name) { $0.averagePrecision }
    }
}
