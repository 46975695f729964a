import LimbeckData
import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// What `kind: detect` makes of data: windows with faults in them, and the question.
struct PlantedData {
    let windows: Windows
    /// Origins of every variant.
    let train: [Int]
    let problem: DetectProblem
    let notes: [String]

    init(
        _ recipe: Recipe, _ clean: Windows, profile: Profile, outputs: Int, _ partition: Partition,
        origins: (train: [Int], validation: [Int], test: [Int]), _ catalogs: Catalogs
    ) throws {
        let task = recipe.task, series = clean.series
        let planter = FaultPlanter(
            try recipe.faults(catalogs.faults), series, scaled: clean.scaled, scaler: clean.scaler,
            history: task.history, outputs: outputs, training: partition.train, seed: recipe.seed,
            settings: task.faults)
        windows = try Windows(series, scaler: clean.scaler, rule: clean.rule, profile: profile, planter: planter)
        train = (0..<task.faults.variants).flatMap { variant in
            origins.train.map { $0 + variant * series.times.count }
        }
        let (anomalies, outside) = try recipe.anomalies(of: series)
        try recipe.checkTarget(anomalies, validation: origins.validation)
        problem = DetectProblem(
            planter.labels(clean, origins: train + origins.validation + origins.test, without: anomalies),
            anomalies: anomalies, series: series, outputs: outputs, falseAlarms: task.falseAlarms,
            smoothing: task.smoothing, training: partition.train)
        notes =
            outside == 0
            ? [] : ["warning: \(grouped(outside)) labelled intervals lie outside the data and do not count"]
    }
}

extension Recipe {
    /// Kinds of fault that are planted.
    fileprivate func faults(_ catalog: FaultCatalog) throws -> [any Fault] {
        let names = task.faults.kinds
        for (index, name) in names.enumerated() {
            try check(name, among: catalog.names, at: "task.faults.kinds[\(index)]")
        }
        return catalog.entries.filter { names.isEmpty || names.contains($0.name) }.map(\.fault)
    }

    /// Labelled intervals, and how many lie outside the data.
    fileprivate func anomalies(of series: Series) throws -> (anomalies: [Anomaly], outside: Int) {
        guard !task.anomalies.isEmpty else { return ([], 0) }
        do { return try AnomalyFile.read(task.anomalies, of: series) } catch let error as DataError {
            throw self.error(
                at: "task.anomalies", error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message)
        }
    }

    /// Refuses a target that compares what validation, which has no labelled interval, cannot tell.
    fileprivate func checkTarget(_ anomalies: [Anomaly], validation: [Int]) throws {
        let told = (validation.first ?? 1) - 1..<(validation.last ?? 0)
        guard !anomalies.contains(where: { $0.steps.overlaps(told) }) else { return }
        let wanted = (try until.parsed()?.metrics ?? []).map(\.name)
        guard let metric = wanted.first(where: AnomalyScorer.ofLabels.contains) else { return }
        throw error(
            at: "until.target",
            "\(metric) is told of labelled intervals, and the validation part, which trials are compared on, has none; name "
                + "some in task.anomalies, or compare averagePrecisionPlanted")
    }
}
