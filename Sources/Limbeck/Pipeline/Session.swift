import Foundation
import LimbeckCompute
import LimbeckData
import LimbeckDistill
import LimbeckEvaluation
import LimbeckExport
import LimbeckFiles
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries

/// One run on its way: the stages, what they share, and where they keep their state.
struct Session {
    let plan: Plan
    let data: PreparedData
    let directory: RunDirectory
    let pool: WorkerPool
    let isResuming: Bool
    let log: RunLog
    let dataFingerprint: UInt64

    var pipeline: Pipeline { plan.pipeline }
    var recipe: Recipe { pipeline.recipe }
    var observer: any RunObserver { pipeline.observer }
    /// As scores and events carry it; recipes hold none beyond.
    var seed: Int { Int(clamping: recipe.seed) }
    /// Steps ahead with scores of their own, the last among them.
    var horizons: [Int] {
        let wanted = Set([1, 3, 6, 12, data.shape.horizon] + ((try? recipe.until.parsed()?.horizons) ?? []))
        return data.problem.labels == nil ? wanted.filter { $0 <= data.shape.horizon }.sorted() : []
    }

    init(_ plan: Plan, data: PreparedData, directory: RunDirectory, isResuming: Bool) throws {
        self.plan = plan
        self.data = data
        self.directory = directory
        self.isResuming = isResuming
        pool = WorkerPool(workers: max(1, plan.recipe.training.threads))
        dataFingerprint = data.fingerprint
        log = try RunLog(directory, seed: Int(clamping: plan.recipe.seed), isResuming: isResuming)
    }

    /// Every stage, in order.
    func run() throws -> RunResult {
        let kept = try keptRecipe()
        // The folder's own recipe stays until its teacher has been taken up again.
        if kept == nil { try writeRecipe() }
        do {
            var contestants = try baselines()
            let teachers = try self.teachers()
            if kept != nil { try writeRecipe() }
            contestants += teachers.compactMap(\.contestant)
            let warnings = warnings(about: teachers)
            for warning in warnings { observer.note("warning: \(warning)") }
            if pipeline.lastStage == .teacher { return try finish(teacherOf: contestants, warnings) }
            let labels = try teachers.enumerated().map { try softLabels($1, number: $0 + 1) }
            let students = try self.students(teachers, labels: labels, contestants: contestants)
            contestants += [students.teacher, students.conventional, students.distilled].compactMap(\.?.contestant)
            contestants += [students.distilled?.shipped?.contestant].compactMap(\.self)
            contestants += try plan.contestants.map { try contestant($0, teachers, labels) }
            return try finish(contestants, students, warnings)
        } catch let error as DistillError where error.code == .mismatch {
            // The checkpoints are of the recipe that was there: it stays, so that the run can go on.
            if let kept { try directory.write(kept, to: .recipe) }
            throw error
        }
    }

    private func keptRecipe() throws -> [UInt8]? {
        let path = directory.path(of: .recipe)
        return FileManager.default.fileExists(atPath: path) ? try FileBytes.read(path) : nil
    }

    private func writeRecipe() throws { try directory.write(recipe.yaml(), to: .recipe) }

    /// A model as the trainer takes it.
    struct Learner {
        var model: any Model
        var network: Network<ModelInputs>
        /// Of everything that decides the model, its configuration as the recipe encodes it.
        var fingerprint: UInt64

        var name: String { network.name }
    }

    /// - Parameter statistics: what the model may measure; nil for that of the run's data.
    func learner(
        _ name: String, _ model: any Model, fingerprint: UInt64, statistics: TrainingStatistics? = nil
    ) -> Learner {
        Learner(
            model: model, network: Network(name: name, model: model, statistics: statistics ?? data.statistics),
            fingerprint: fingerprint)
    }

    func learner(_ teacher: Plan.Teacher, _ model: any Model) -> Learner {
        learner(teacher.name, model, fingerprint: teacher.fingerprint)
    }

    /// A trained model and what was measured of it.
    struct Trained {
        var forecaster: TrainedForecaster
        var learner: Learner
        /// What its file says in float32; nil for a teacher that is more than a device runs.
        var content: StudentContent?
        var contestant: Contestant
        var validationError: Double
        /// The file that ships and what it scores, where it keeps weights with less precision.
        var shipped: (file: [UInt8], contestant: Contestant)?
    }

    // MARK: Baselines

    func baselines() throws -> [Contestant] {
        let context = BaselineContext(
            series: data.series, training: data.partition.train, history: recipe.task.history,
            statistics: data.wholeStatistics, scaler: data.windows.scaler, labels: data.problem.labels)
        return try data.problem.baselines(
            context, pipeline.catalogs, tell: { observer.stage("Baseline: \($0.title.lowercased())") }
        ).map { role, baseline in
            var forecaster = baseline
            var validation = try forecaster.forecast(data.series, origins: data.validation)
            let onWindows = baseline as? any WindowForecaster
            if let quantiles = baseline as? ResidualQuantiles,
                let stretch = data.problem.stretch(validation, against: nil)
            {
                forecaster = quantiles.stretched(stretch)
                validation = try forecaster.forecast(data.series, origins: data.validation)
            }
            return try Contestant(
                role: role, name: forecaster.name, validation: validation,
                test: forecaster.forecast(data.series, origins: data.test),
                plantedValidation: data.planted.flatMap { try onWindows?.forecast($0, origins: data.validation) },
                planted: data.planted.flatMap { try onWindows?.forecast($0, origins: data.test) },
                parameters: forecaster.cost.parameters, flops: forecaster.cost.flops,
                bytes: 4 * forecaster.cost.parameters, timing: timing(of: forecaster))
        }
    }

    /// One forecast of all places, as often as it is called.
    func timing(of forecaster: any Forecaster) -> () throws -> Void {
        let origin = [data.test[0]], series = data.series
        return { _ = try forecaster.forecast(series, origins: origin) }
    }

    // MARK: Training

    /// Trains, or continues, or finds it done.
    ///
    /// - Parameter own: the recipe as a contestant has it; nil for the run's.
    func train(
        _ role: Role, _ learner: Learner, _ configuration: TrainingConfiguration,
        _ phases: [Phase], named objectiveName: String, checkpoint: String, trial: Int = 0,
        labels: [SoftLabels] = [], teacher: (learner: Learner, parameters: Parameters?)? = nil,
        windows: Windows? = nil, of own: Recipe? = nil
    ) throws -> (result: Trainer<WindowTask>.Result, history: [TrainingEvent]) {
        try checkInterruption()
        let task = WindowTask(
            windows ?? data.learned, shape: data.shape,
            train: data.problem.sampled(data.train, (own ?? recipe).training.sampling), validation: data.validation,
            labels: data.problem.labels, steps: phases.steps)
        var trainer = Trainer(
            task: task, configuration: configuration, phases: phases, seed: recipe.seed, pool: pool,
            softLabels: labels)
        trainer.teacher = teacher.map { ($0.learner.network, $0.parameters) }
        trainer.checkpoint = CheckpointFile(
            path: "\(try directory.checkpointFolder())/\(checkpoint)\(trial > 0 ? "-trial\(trial)" : "").ckpt",
            fingerprint: try fingerprint(
                configuration, own ?? recipe, objectiveName, learner, teacher?.learner, labels),
            resumes: isResuming)
        let reporter = TrainingReporter(
            role: role, label: learner.name, trial: trial, epochs: configuration.epochs, log: log,
            observer: observer, interruption: pipeline.interruption, metric: data.problem.trainingMetric)
        trainer.observe = { reporter.receive($0) }
        let result = try trainer.run(learner.network)
        try reporter.check()
        if !result.isFinished { try checkInterruption() }
        return (result, reporter.events(result.history))
    }

    /// Forecasts validation and test, and measures what a forecast costs on a device: all models
    /// that are trained are measured as the student files they would be, in the same runtime. A teacher that is
    /// more than a device runs is measured where it was trained; only a student has to be such a file.
    func measured(
        _ role: Role, _ learner: Learner, _ parameters: Parameters,
        validationError: Double, history: [TrainingEvent]
    ) throws -> Trained {
        var forecaster = TrainedForecaster(
            name: learner.name, model: learner.model, shape: data.shape, scaler: data.windows.scaler,
            parameters: parameters, pool: pool, rule: data.windows.rule)
        var validation = try forecaster.forecast(data.windows, origins: data.validation)
        if let stretch = data.stretch(validation) {
            forecaster = forecaster.stretched(stretch)
            validation = try forecaster.forecast(data.windows, origins: data.validation)
        }
        var contestant = Contestant(
            role: role, name: learner.name, validation: validation,
            test: try forecaster.forecast(data.windows, origins: data.test),
            plantedValidation: try data.planted.map { try forecaster.forecast($0, origins: data.validation) },
            planted: try data.planted.map { try forecaster.forecast($0, origins: data.test) },
            parameters: parameters.count,
            history: history)
        var content: StudentContent?
        do {
            var whole = try forecaster.student(
                series: data.series, labels: data.problem.labels?.names ?? [], card: card(contestant))
            if data.problem.labels == nil {
                whole.calibrateAnomalies(on: data.problem.drawn(validation), of: data.series)
            }
            let file = try encoded(whole, learner.name)
            let device = try StudentForecaster(bytes: file, name: learner.name)
            (contestant.flops, contestant.bytes) = (device.cost.flops, file.count)
            contestant.timing = timing(of: device)
            content = whole
        } catch let error as ExportError where role == .teacher {
            observer.note("no device runs it (\(error.message)); it is timed where it was trained")
            contestant.flops = forecaster.cost.flops
            contestant.timing = forecaster.timing(data.windows, origin: data.test[0])
        }
        return Trained(
            forecaster: forecaster, learner: learner, content: content, contestant: contestant,
            validationError: validationError)
    }

    /// Throws when a signal has asked to stop: called where everything done so far is on disk.
    func checkInterruption() throws {
        if let signal = pipeline.interruption?.signal {
            throw Interrupted(signal: signal, runDirectory: directory.path)
        }
    }

    /// - Parameter objective: which of the recipe's objectives it is.
    private func fingerprint(
        _ configuration: TrainingConfiguration, _ recipe: Recipe, _ objective: String, _ learner: Learner,
        _ teacher: Learner?,
        _ labels: [SoftLabels]
    ) throws -> UInt64 {
        var hash = Fingerprint()
        hash.add(dataFingerprint)
        hash.add(recipe.seed)
        hash.add(UInt64(recipe.training.threads))
        try hash.add(encoded: configuration)
        try hash.add(encoded: recipe.distillation)
        hash.add(recipe.training.sampling.rawValue)
        hash.add(objective)
        hash.add(learner.fingerprint)
        if let teacher { hash.add(teacher.fingerprint) }
        for label in labels { hash.add(label.fingerprint) }
        return hash.value
    }
}
