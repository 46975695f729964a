/// Every metric by name. A value: pass `.standard.entries + [mine]` to add your own.
public struct MetricCatalog: Sendable {
    public struct Entry: Sendable {
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
    }

    public var entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries }

    public static let standard = MetricCatalog([
        Entry(MAE()),
        Entry(RMSE()),
        Entry(WAPE()),
        Entry(MAPE()),
        Entry(MSE()),
        Entry(SMAPE()),
        Entry(R2()),
        Entry(Pinball()),
        Entry(Coverage()),
        Entry(Accuracy()),
        Entry(BalancedAccuracy()),
        Entry(Precision()),
        Entry(Precision(average: .micro)),
        Entry(Precision(average: .macro)),
        Entry(Precision(average: .weighted)),
        Entry(Recall()),
        Entry(Recall(average: .micro)),
        Entry(Recall(average: .macro)),
        Entry(Recall(average: .weighted)),
        Entry(F1()),
        Entry(F1(average: .micro)),
        Entry(F1(average: .macro)),
        Entry(F1(average: .weighted)),
        Entry(ROCAUC()),
        Entry(AveragePrecision()),
        Entry(LogLoss()),
        Entry(Brier()),
        Entry(CalibrationError()),
    ])

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// Throws `invalidValue` with the known names for one that is not among them.
    public func metric(_ name: String) throws -> any Metric {
        guard let entry = self[name] else {
            let known = entries.map(\.name).joined(separator: ", ")
            throw EvaluationError(.invalidValue, "unknown metric “\(name)”; known are \(known)")
        }
        return entry.make()
    }
}
