/// Area under the ROC curve: the chance that a positive outranks a negative, ties counting half.
///
/// More than two classes: the mean over classes, each against the rest.
public struct ROCAUC: Metric {
    public let name = "rocAUC"
    public let summary = "area under the ROC curve"
    public let direction = MetricDirection.higherIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.classification

    public init() {}

    public func value(_ input: MetricInput) throws -> MetricValue {
        try Ranking.mean(input, for: name) { $0.areaUnderROC }
    }
}
