import LimbeckSeries

/// How a metric stands in tables.
public struct ScoreColumn: Hashable, Sendable {
    public var metric: String
    public var title: String
    public var direction: MetricDirection
    /// Behind the number.
    var mark = ""
    /// Nil for as many as the errors of the table need.
    var decimals: Int?
    /// Shown even where no model has it.
    var isAlways = false

    /// In the order of tables; a table shows those that were measured.
    public static let all = [
        ScoreColumn(metric: "mae", title: "MAE", direction: .lowerIsBetter, isAlways: true),
        ScoreColumn(metric: "rmse", title: "RMSE", direction: .lowerIsBetter, isAlways: true),
        ScoreColumn(metric: "wape", title: "WAPE", direction: .lowerIsBetter, mark: " %", decimals: 1, isAlways: true),
        ScoreColumn(metric: "mape", title: "MAPE", direction: .lowerIsBetter, mark: " %", decimals: 1, isAlways: true),
        ScoreColumn(metric: "crps", title: "CRPS", direction: .lowerIsBetter),
        ScoreColumn(metric: "coverage", title: "inside", direction: .closerToTarget, mark: " %", decimals: 1),
        ScoreColumn(metric: "logLoss", title: "log loss", direction: .lowerIsBetter, decimals: 4),
        ScoreColumn(
            metric: "averagePrecisionPlanted", title: "PR AUC, planted", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "vusPR", title: "VUS-PR", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "eventF1", title: "event F1", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "eventRecall", title: "found", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "falseAlarmsPerDay", title: "false/d", direction: .lowerIsBetter, decimals: 2),
        ScoreColumn(metric: "delay", title: "delay, min", direction: .lowerIsBetter, decimals: 0),
        ScoreColumn(metric: "averagePrecision", title: "PR AUC", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "averagePrecisionOnset", title: "PR AUC, onset", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "rocAUC", title: "ROC AUC", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "accuracy", title: "accuracy", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "f1", title: "F1", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "f1Macro", title: "F1", direction: .higherIsBetter, decimals: 3),
        ScoreColumn(metric: "alarmsPerDay", title: "alarms/d", direction: .lowerIsBetter, decimals: 1),
    ]

    /// As tables call a metric.
    public static func title(of metric: String) -> String {
        all.first { $0.metric == metric }?.title ?? metric
    }

    /// Measured always, and told elsewhere than in tables.
    private static let hidden: Set = [
        "balancedAccuracy", "brier", "ece", "eventPrecision", "precision", "rate", "recall",
        "rocAUCOnset", "count",
    ]

    /// Of these metrics the columns of a table: those of forecasts wherever there is an error of values.
    static func shown(_ metrics: Set<String>) -> [ScoreColumn] {
        all.filter {
            metrics.contains($0.metric)
                || ($0.isAlways && metrics.isDisjoint(with: ["logLoss", "vusPR", "alarmsPerDay", "eventRecall"]))
        }
            + asked(metrics)
    }

    /// Those that a recipe asked for besides, by their names.
    private static func asked(_ metrics: Set<String>) -> [ScoreColumn] {
        let known = Set(all.map(\.metric)).union(hidden).union(Cost.allCases.map(\.rawValue))
        return metrics.subtracting(known).filter { !$0.hasSuffix("Count") }.sorted().map { name in
            let entry = MetricCatalog.standard.entries.first { $0.name == name }
            return ScoreColumn(
                metric: name, title: name, direction: entry?.direction ?? .closerToTarget,
                mark: entry?.unit == .percent ? " %" : "", decimals: entry?.unit == MetricUnit.none ? 3 : nil)
        }
    }
}
