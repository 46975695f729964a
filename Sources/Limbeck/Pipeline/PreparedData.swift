import Foundation
public import LimbeckData
public import LimbeckModels
import LimbeckRuntime
public import LimbeckSeries

/// Data as every model of a run sees it: read, repaired, split, scaled. Everything that is fitted
/// is fitted on the training part.
public struct PreparedData: Sendable {
    public var quality: QualityReport
    /// How missing cells were filled.
    public var repairs: [QualityReport.Finding]
    /// Imputed; its mask still says what was measured.
    ///
    /// Channels that are forecast come first, past covariates behind them, and those known ahead last, a horizon before
    /// their time.
    public var series: Series
    /// Of the channels that are forecast alone.
    public var targets: Series
    public var partition: Partition
    public var windows: Windows
    /// The same with faults in them, for `kind: detect`.
    public private(set) var planted: Windows?
    /// What models are trained on.
    var learned: Windows { planted ?? windows }
    public var shape: ForecastShape
    public var statistics: TrainingStatistics
    /// The same with a profile in full: a baseline is not to pay for a small student.
    let wholeStatistics: TrainingStatistics
    public var graph: Graph?
    /// What is asked, and how answers are judged.
    let problem: any Problem
    /// Worth knowing before training: labels that a part lacks.
    let notes: [String]
    /// Origins of each part.
    public var train, validation, test: [Int]

    /// Covariates by their source, those of the targets' own file one by one.
    public var covariates: [Covariate]

    /// What one source says beside the targets.
    public struct Covariate: Sendable {
        public var name: String
        /// Of the series.
        public var channels: Set<Int> = []
        /// Of the places.
        public var facts: Set<Int> = []
    }

    /// How answers of a model are to be stretched, which is done where they are scaled: a factor there is not the same
    /// after a transform is undone.
    func stretch(_ validation: Forecast) -> Stretch? {
        let scaler = windows.scaler
        guard scaler.transform != .identity else { return problem.stretch(validation, against: nil) }
        var scaled = validation, truth = series
        scaled.values = problem.outputs(validation, self)
        truth.values = windows.scaled
        return problem.stretch(scaled, against: truth)
    }

    /// The same data that tells nothing of a source: its channels and facts are at their means.
    func without(_ covariate: Covariate) throws -> PreparedData {
        var data = self
        data.windows = try Windows(
            series, scaler: windows.scaler, rule: windows.rule, profile: statistics.profile, silent: covariate.channels)
        data.planted = try planted?.planter.map {
            try Windows(
                series, scaler: windows.scaler, rule: windows.rule, profile: statistics.profile,
                silent: covariate.channels, planter: $0)
        }
        data.statistics.facts = series.facts?.silencing(covariate.facts).values ?? []
        return data
    }

    /// Of `targets`.
    var targetScaler: Scaler {
        let scaler = windows.scaler, entries = (0..<shape.nodes * shape.outputs).map(shape.entry)
        return Scaler(
            transform: scaler.transform, center: entries.map { scaler.center[$0] },
            spread: entries.map { scaler.spread[$0] })
    }

    public var context: ModelContext { ModelContext(shape: shape, graph: graph) }

    public init(_ recipe: Recipe, _ catalogs: Catalogs = .standard) throws {
        let source = try recipe.dataSource(catalogs.data)
        try self.init(recipe, loaded: source.load(ahead: recipe.task.lead, from: catalogs.data), catalogs)
    }

    public init(_ recipe: Recipe, loaded: LoadedSeries, _ catalogs: Catalogs = .standard) throws {
        let task = recipe.task
        var loaded = loaded
        // Labels are told of what was measured, before anything is filled, and models do not read their columns.
        let question = try Question(recipe, &loaded.series)
        let horizon = task.kind == .detect ? 1 : question?.steps ?? task.horizon
        let outputs = try Self.arrange(&loaded, recipe, question)
        try recipe.check(task.impute, among: catalogs.imputers.names, at: "task.impute")
        let imputer = try catalogs.imputers.entry(named: task.impute)
        guard imputer.isCausal else {
            let causal = catalogs.imputers.entries.filter(\.isCausal).map(\.name)
            throw recipe.error(
                at: "task.impute",
                "\(task.impute) fills a gap from what comes after it, so a forecast would see its own future; "
                    + "use \(causal.joined(separator: ", "))")
        }
        guard let transform = Self.transforms[task.transform] else {
            try recipe.check(task.transform, among: Self.transforms.keys.sorted(), at: "task.transform")
            throw LimbeckError(.unknownName, "task.transform: \"\(task.transform)\" is not known")
        }
        guard let scope = ScalerScope(rawValue: task.scale) else {
            try recipe.check(task.scale, among: ScalerScope.allCases.map(\.rawValue), at: "task.scale")
            throw LimbeckError(.unknownName, "task.scale: \"\(task.scale)\" is not known")
        }
        quality = loaded.quality
        covariates = Self.covariates(loaded, outputs: outputs)
        if task.leaveOneOut {
            guard !covariates.isEmpty else {
                throw recipe.error(
                    at: "task.leaveOneOut",
                    "there are no covariates to leave out; name some in data.sources or task.targets")
            }
            guard recipe.until.target.isEmpty else {
                throw recipe.error(
                    at: "task.leaveOneOut",
                    "trains each student once, which is no fair comparison with the best of several trials; leave "
                        + "until.target empty")
            }
        }
        try recipe.checkTarget(channels: loaded.series.channels.prefix(outputs).map(\.name))
        let partition = Partition(
            count: loaded.series.times.count, train: task.train, validation: task.validation)
        func origins(_ part: Range<Int>, _ name: String) throws -> [Int] {
            do {
                return try WindowSampler.origins(
                    in: part, named: name, history: task.history, horizon: horizon)
            } catch let error as DataError {
                throw DataError(error.code, "\(recipe.data.text("path") ?? loaded.series.name): \(error.message)")
            }
        }
        train = try origins(partition.train, "training")
        validation = try origins(partition.validation, "validation")
        test = try origins(partition.test, "test")
        for (name, part) in [("validation", partition.validation), ("test", partition.test)] {
            guard part.contains(where: loaded.series.isObserved(at:)) else {
                throw LimbeckError(
                    .invalidValue,
                    "\(recipe.data.text("path") ?? loaded.series.name): the \(name) part, steps \(part.lowerBound) to "
                        + "\(part.upperBound - 1), has no reading to score on; change task.train and task.validation.")
            }
        }
        guard let rule = try imputer.make().rule(loaded.series, fittedOn: partition.train) else {
            throw recipe.error(
                at: "task.impute", "\(task.impute) has no rule that a student's file can carry; use forward")
        }
        guard rule.missing != .seasonal || loaded.series.times.rows.isEmpty else {
            throw recipe.error(
                at: "task.impute",
                "\(task.impute) fills by the hour of the week, which a device reckons without knowing which rows there "
                    + "were, and the rows are the steps here; use forward, or data.calendar: regular")
        }
        let imputation = try imputer.make().impute(loaded.series, fittedOn: partition.train)
        series = imputation.series
        repairs = imputation.findings
        let scaler = try fitScaler(series, on: partition.train, transform: transform, scope: scope)
        let extents = ForecastShape(
            history: task.history, horizon: horizon, nodes: series.nodeCount,
            channels: series.channelCount, outputs: outputs, future: loaded.future.count, step: series.times.step)
        // Checked for values that are not finite before anything is measured.
        _ = try Windows(series, scaler: scaler, rule: rule)
        targets = series.keeping(channels: Array(0..<outputs))
        var own = extents
        (own.channels, own.outputs, own.future) = (outputs, outputs, 0)
        let form =
            try task.profile.form
            ?? ProfileForm.chosen(
                targets, shape: own, training: partition.train, validation: validation, seasons: task.seasonChoice())
        var statistics = TrainingStatistics(
            series, scaler: scaler, range: partition.train, shape: extents, seasons: try task.seasonChoice(),
            form: form)
        windows = try Windows(series, scaler: scaler, rule: rule, profile: statistics.profile)
        if let question {
            problem = LabelProblem(
                question.labels, rules: question.rules, training: partition.train,
                metrics: try recipe.metrics(
                    catalogs.metrics, classes: question.labels.areExclusive ? question.labels.count : nil))
            notes = try question.notes(partition, recipe)
        } else if task.kind == .detect {
            let own = try PlantedData(
                recipe, windows, profile: statistics.profile, outputs: outputs, partition,
                origins: (train, validation, test), catalogs)
            (planted, train, problem, notes) = (own.windows, own.train, own.problem, own.notes)
        } else {
            problem = ForecastProblem(
                truth: series, outputs: outputs, deviations: targets.channelDeviations(partition.train),
                levels: task.quantiles, head: try task.forecastHead(), stretches: task.stretch,
                metrics: try recipe.metrics(catalogs.metrics))
            notes = []
        }
        statistics.shape.head = problem.head
        self.statistics = statistics
        wholeStatistics =
            statistics.shape.profileForm == .full
            ? statistics
            : TrainingStatistics(
                series, scaler: scaler, range: partition.train, shape: extents, seasons: try task.seasonChoice())
        shape = statistics.shape
        graph = try Self.graph(recipe, series, training: partition.train, catalogs.graphs)
        self.partition = partition
    }

    /// The data's own, else by distance where every place has coordinates, unless one is named.
    private static func graph(
        _ recipe: Recipe, _ series: Series, training: Range<Int>, _ catalog: GraphCatalog
    ) throws -> Graph? {
        let name = recipe.task.graph
        if name == "auto" {
            let isPlaced = series.places.allSatisfy { $0.coordinate != nil }
            return try series.graph ?? (isPlaced ? Graph.distance(series.places) : nil)
        }
        try recipe.check(name, among: ["auto"] + catalog.names, at: "task.graph")
        do { return try catalog.entry(named: name).make(series, training) } catch let error as DataError {
            throw recipe.error(
                at: "task.graph", error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message)
        }
    }

    static let transforms: [String: Scaler.Transform] = ["identity": .identity, "squareRoot": .squareRoot]
}

extension Series {
    /// True when any place was measured at this step.
    fileprivate func isObserved(at step: Int) -> Bool {
        observed[step * stepSize..<(step + 1) * stepSize].contains(true)
    }
}
