import Foundation
import LimbeckCompute
import LimbeckData
import LimbeckDistill
import LimbeckEvaluation
import LimbeckExport
import LimbeckFiles
import LimbeckModels
import LimbeckSeries

/// One run on its way: the stages, what they share, and where they keep their state.
struct Session {
    let pipeline: Pipeline
    let data: PreparedData
    let directory: RunDirectory
    let pool: WorkerPool
    let isResuming: Bool
    let log: RunLog
    let dataFingerprint: UInt64

    var recipe: Recipe { pipeline.recipe }
    var observer: any RunObserver { pipeline.observer }
    var seed: UInt64 { recipe.seed }
    var horizons: [Int] {
        let wanted = Set([1, 3, 6, 12] + ((try? recipe.until.parsed()?.horizons) ?? []))
        return wanted.filter { $0 <= recipe.task.horizon }.sorted()
    }

    init(
        pipeline: Pipeline, data: PreparedData, directory: RunDirectory, pool: WorkerPool,
        isResuming: Bool
    ) throws {
        self.pipeline = pipeline
        self.data = data
        self.directory = directory
        self.pool = pool
        self.isResuming = isResuming
        dataFingerprint = data.fingerprint
        log = try RunLog(directory, seed: Int(pipeline.recipe.seed), isResuming: isResuming)
    }

    /// A trained model and what was measured of it.
    struct Trained {
        var forecaster: TrainedForecaster
        var network: Network<ModelInputs>
        var contestant: Contestant
        var validationError: Double
    }

    // MARK: Baselines

    func baselines() throws -> [Contestant] {
        observer.stage("Baselines")
        let average = HistoricalAverage(data.statistics) { data.windows.scaler.unscaled($0, at: $1) }
        let ridge = try Ridge(
            data.series, range: data.partition.train, history: recipe.task.history, profile: average)
        let all: [(Role, any Forecaster)] = [
            (.persistence, Persistence(horizon: recipe.task.horizon)), (.historicalAverage, average),
            (.ridge, ridge),
        ]
        return try all.map { role, forecaster in
            try Contestant(
                role: role, name: forecaster.name,
                validation: forecaster.forecast(data.series, origins: data.validation),
                test: forecaster.forecast(data.series, origins: data.test),
                parameters: forecaster.cost.parameters, flops: forecaster.cost.flops,
                bytes: 4 * forecaster.cost.parameters, latencyMicroseconds: latency(of: forecaster))
        }
    }

    /// Median microseconds of one forecast of all places.
    func latency(of forecaster: any Forecaster, repeats: Int = 31) throws -> Double {
        let origin = [data.test[0]]
        let times = try (0..<repeats + 3).map { _ in
            let begin = microseconds()
            _ = try forecaster.forecast(data.series, origins: origin)
            return microseconds() - begin
        }
        return times.dropFirst(3).sorted()[repeats / 2]
    }

    // MARK: Training

    /// Trains, or continues, or finds it done; scores on validation and test.
    func train(
        _ role: Role, _ name: String, _ model: any Model, _ configuration: TrainingConfiguration,
        _ objective: Objective, trial: Int = 0, labels: [SoftLabels] = [], teacher: Trained? = nil
    ) throws -> Trained {
        try checkInterruption()
        let task = ForecastTask(
            data.windows, shape: data.shape, train: data.train, validation: data.validation)
        let network = Network(name: name, model: model, statistics: data.statistics)
        var trainer = Trainer(
            task: task, configuration: configuration, objective: objective, seed: seed, pool: pool,
            softLabels: labels)
        trainer.teacher = teacher.map { ($0.network, $0.forecaster.parameters) }
        let folder = try directory.checkpointFolder()
        trainer.checkpoint = CheckpointFile(
            path: "\(folder)/\(role.rawValue)\(trial > 0 ? "-trial\(trial)" : "").ckpt",
            fingerprint: fingerprint(configuration, objective, "\(model)", labels), resumes: isResuming)
        let reporter = TrainingReporter(
            role: role, label: name, trial: trial, epochs: configuration.epochs, log: log,
            observer: observer, interruption: pipeline.interruption, unit: data.series.channels[0].unit)
        trainer.observe = { reporter.receive($0) }
        let result = try trainer.run(network)
        try reporter.check()
        if !result.isFinished { try checkInterruption() }
        let forecaster = TrainedForecaster(
            name: name, model: model, shape: data.shape, scaler: data.windows.scaler,
            parameters: result.parameters, pool: pool)
        let cost = forecaster.cost
        let contestant = try Contestant(
            role: role, name: name, validation: forecaster.forecast(data.windows, origins: data.validation),
            test: forecaster.forecast(data.windows, origins: data.test), parameters: cost.parameters,
            flops: cost.flops, bytes: 4 * cost.parameters,
            latencyMicroseconds: forecaster.latency(data.windows, origin: data.test[0]),
            history: reporter.events(result.history))
        return Trained(
            forecaster: forecaster, network: network, contestant: contestant,
            validationError: result.validationError)
    }

    /// Throws when a signal has asked to stop: called where everything done so far is on disk.
    func checkInterruption() throws {
        if let signal = pipeline.interruption?.signal {
            throw Interrupted(signal: signal, runDirectory: directory.path)
        }
    }

    private func fingerprint(
        _ configuration: TrainingConfiguration, _ objective: Objective, _ model: String, _ labels: [SoftLabels]
    ) -> UInt64 {
        var hash = Fingerprint()
        hash.add(dataFingerprint)
        hash.add(seed)
        hash.add("\(configuration) \(objective) \(model)")
        for label in labels { hash.add(label.fingerprint) }
        return hash.value
    }

    func teacher(_ model: any Model) throws -> Trained {
        let name =
            recipe.teacher.members > 1
            ? "\(recipe.teacher.model) × \(recipe.teacher.members)" : recipe.teacher.model
        observer.stage("Teacher: \(name)")
        return try train(
            .teacher, name, model, recipe.teacherConfiguration(), .plain())
    }

    // MARK: Soft labels

    /// The teacher's predictions on the training windows: from disk when nothing they depend on
    /// has changed, else recorded.
    func softLabels(_ teacher: TrainedForecaster) throws -> SoftLabels {
        try checkInterruption()
        observer.stage("Soft labels")
        var hash = Fingerprint()
        hash.add(dataFingerprint)
        hash.add("\(teacher.model)")
        hash.add(teacher.parameters.values)
        let folder = try directory.checkpointFolder()
        let path = "\(folder)/soft-labels.bin"
        if FileManager.default.fileExists(atPath: path) {
            let labels: SoftLabels
            do { labels = try SoftLabels.open(path) } catch let error as FileError where error.code == .empty {
                throw DistillError(
                    .damagedFile, "\(path): the file is empty; delete it, and the next run records the labels again.")
            }
            if labels.fingerprint == hash.value {
                observer.note("reused \(path)")
                return labels
            }
        }
        let size = data.shape.horizon * data.shape.nodes * data.shape.channels
        try SoftLabels.write(
            to: path, samples: data.train, sampleSize: size,
            values: teacher.scaledForecast(data.windows, origins: data.train), fingerprint: hash.value)
        observer.note("recorded \(data.train.count) windows in \(path)")
        return try SoftLabels.open(path)
    }
}
