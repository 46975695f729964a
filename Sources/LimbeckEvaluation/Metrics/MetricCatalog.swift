public import LimbeckSeries

/// A metric: one file here, and one line in `MetricCatalog.standard`.
public struct MetricEntry: CatalogEntry {
    public var name: String
    public var summary: String
    public var direction: MetricDirection
    public var unit: MetricUnit
    public var task: MetricTask
    public var make: @Sendable () -> any Metric

    public init(_ make: @escaping @autoclosure @Sendable () -> any Metric) {
        let metric = make()
        name = metric.name
        summary = metric.summary
        direction = metric.direction
        unit = metric.unit
        task = metric.task
        self.make = make
    }

    public static let kind = "metric"
    public static func error(_ message: String) -> any Error { EvaluationError(.invalidValue, message) }
}

public typealias MetricCatalog = Catalog<MetricEntry>

extension Catalog<MetricEntry> {
    public static var standard: MetricCatalog {
        MetricCatalog([
            MetricEntry(MAE()),
            MetricEntry(RMSE()),
            MetricEntry(WAPE()),
            MetricEntry(MAPE()),
            MetricEntry(MSE()),
            MetricEntry(SMAPE()),
            MetricEntry(R2()),
            MetricEntry(Pinball()),
            MetricEntry(Coverage()),
            MetricEntry(Accuracy()),
            MetricEntry(BalancedAccuracy()),
            MetricEntry(Precision()),
            MetricEntry(Precision(average: .micro)),
            MetricEntry(Precision(average: .macro)),
            MetricEntry(Precision(average: .weighted)),
            MetricEntry(Recall()),
            MetricEntry(Recall(average: .micro)),
            MetricEntry(Recall(average: .macro)),
            MetricEntry(Recall(average: .weighted)),
            MetricEntry(F1()),
            MetricEntry(F1(average: .micro)),
            MetricEntry(F1(average: .macro)),
            MetricEntry(F1(average: .weighted)),
            MetricEntry(ROCAUC()),
            MetricEntry(AveragePrecision()),
            MetricEntry(LogLoss()),
            MetricEntry(Brier()),
            MetricEntry(CalibrationError()),
        ])
    }
}
