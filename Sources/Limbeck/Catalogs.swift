public import LimbeckAnalysis
public import LimbeckData
public import LimbeckDistill
public import LimbeckEvaluation
public import LimbeckModels
public import LimbeckSeries

/// Everything that a recipe names, by kind. Each is a value: `catalogs.models = .standard + [mine]`.
public struct Catalogs: Sendable {
    /// Data sets and readers.
    public var data = DataCatalogs()
    public var imputers = ImputerCatalog.standard
    public var graphs = GraphCatalog.standard
    public var analyses = AnalysisCatalog.standard
    public var models = ModelCatalog.standard
    public var losses = LossCatalog.standard
    public var methods = MethodCatalog.standard
    /// Of values, and of labels and classes.
    public var baselines = BaselineCatalog.standard
    public var labelBaselines = BaselineCatalog.labels
    /// Of anomalies.
    public var detectors = BaselineCatalog.detectors
    public var faults = FaultCatalog.standard
    public var metrics = MetricCatalog.standard

    public init() {}

    public static var standard: Catalogs { Catalogs() }

    /// Of each kind what it is called, where a recipe names one, and what there is.
    public var kinds: [(name: String, key: String, entries: [(name: String, summary: String)])] {
        func listed<Entry>(_ catalog: Catalog<Entry>) -> [(name: String, summary: String)] {
            catalog.entries.map { ($0.name, $0.summary) }
        }
        return [
            ("datasets", "data.dataset", listed(data.datasets)),
            ("readers", "data.format", listed(data.readers)),
            ("imputers", "task.impute", listed(imputers)),
            ("graphs", "task.graph", listed(graphs)),
            ("models", "teacher.model, student.model", listed(models)),
            ("losses", "distillation.terms", listed(losses)),
            ("methods", "distillation.method", listed(methods)),
            ("metrics", "task.metrics, until.target", listed(metrics)),
            ("baselines", "always beside, kind: forecast", listed(baselines)),
            ("labelBaselines", "always beside, kind: classify", listed(labelBaselines)),
            ("detectors", "always beside, kind: detect", listed(detectors)),
            ("faults", "task.faults.kinds", listed(faults)),
            ("analyses", "limbeck describe", listed(analyses)),
        ]
    }
}
