public import LimbeckCompute
import LimbeckData
import LimbeckNN

/// Trains a network by an objective, or by several in phases. The loop: for epoch, for batch, terms, gradient, step.
///
/// A run is a function of its seed and thread count: the order of samples, dropout and starts come
/// from counters, so a run that was interrupted continues to the same bits.
public struct Trainer<T: TrainingTask>: Sendable {
    public var task: T
    public var configuration: TrainingConfiguration
    /// In order; see ``Method``.
    public var phases: [Phase]
    public var seed: UInt64
    public var pool: WorkerPool
    /// One for each teacher the objective needs.
    public var softLabels: [SoftLabels]
    /// Traced beside the student when a term needs it.
    public var teacher: (network: Network<T.Inputs>, parameters: Parameters?)?
    /// Receives every event; stops the run by returning `.stop`.
    public var observe: @Sendable (TrainingUpdate) -> TrainingDecision = { _ in .proceed }
    /// Seconds between two events within an epoch, at least.
    public var progressInterval = 0.15
    /// Where the run is kept while it goes on; nil keeps nothing.
    public var checkpoint: CheckpointFile?

    public init(
        task: T, configuration: TrainingConfiguration, objective: Objective, seed: UInt64,
        pool: WorkerPool, softLabels: [SoftLabels] = []
    ) {
        self.init(
            task: task, configuration: configuration, phases: [Phase(objective: objective)], seed: seed, pool: pool,
            softLabels: softLabels)
    }

    public init(
        task: T, configuration: TrainingConfiguration, phases: [Phase], seed: UInt64, pool: WorkerPool,
        softLabels: [SoftLabels] = []
    ) {
        self.task = task
        self.configuration = configuration
        self.phases = phases
        self.seed = seed
        self.pool = pool
        self.softLabels = softLabels
    }

    /// The parameters that were best on validation, paths without a role, and every epoch.
    public struct Result: Sendable {
        public var parameters: Parameters
        public var history: [TrainingUpdate.Epoch]
        public var bestEpoch: Int
        public var validationError: Double
        /// False when an observer stopped the run; the checkpoint then holds where it was.
        public var isFinished: Bool
        /// Trained beside the student by a phase that does.
        public var teacher: Parameters?
    }

    /// Throws what `run` would refuse, without a step: unknown taps, terms that do not fit.
    public func check(_ network: Network<T.Inputs>) throws {
        try Phase.validate(phases)
        for phase in phases { _ = try TrainingStep(self, network, phase) }
    }

    public func run(_ network: Network<T.Inputs>) throws -> Result {
        try configuration.validate()
        try Phase.validate(phases)
        for phase in phases {
            try phase.objective.validate(
                teachers: max(softLabels.count, teacher == nil ? 0 : 1), task: TaskKind(task.output))
        }
        let ends = Phase.ends(phases, epochs: configuration.epochs)
        var phase = try checkpoint?.phase(of: phases.count) ?? 0
        var step = try TrainingStep(
            self, network, phases[phase], firstEpoch: phase == 0 ? 0 : ends[phase - 1])
        var progress = TrainingProgress(step)
        progress.phase = phase
        if let checkpoint { try checkpoint.restore(&progress, step) }
        let sampler = WindowSampler(origins: task.train, batchSize: configuration.batch, seed: seed)
        let steps = sampler.batchesPerEpoch
        let total = steps * configuration.epochs
        let warmup = Int((Float(total) * configuration.warmup).rounded())
        var clock = TrainingClock(
            done: progress.epoch * steps + progress.step, total: total, interval: progressInterval)
        func rate(_ count: Int) -> Float {
            configuration.learningRate
                * configuration.schedule.share(step: count, total: total, warmup: warmup)
        }
        let epochs = configuration.epochs

        // Patience is for the last phase: what comes before may not have the outputs as its aim.
        while progress.epoch < epochs, phase + 1 < phases.count || !progress.isOut(of: configuration.patience) {
            if progress.epoch >= ends[phase], phase + 1 < phases.count {
                phase += 1
                step = try TrainingStep(
                    self, network, phases[phase], after: step.parameters, firstEpoch: progress.epoch)
                progress.begin(phase, step)
                continue
            }
            let batches = sampler.batches(epoch: progress.epoch)
            try step.beginEpoch(progress.epoch, isResumed: progress.step > 0)
            clock.beginEpoch()
            while progress.step < steps {
                let count = progress.epoch * steps + progress.step
                try step.run(batches[progress.step][...], rate: rate(count), count: count)
                progress.add(step.losses)
                if clock.isTimeToTell {
                    let event = TrainingUpdate.Progress(
                        network: network.name, epoch: progress.epoch, epochs: epochs,
                        step: progress.step, steps: steps, loss: progress.meanLoss,
                        samplesPerSecond: clock.rate * Double(configuration.batch),
                        secondsLeft: clock.secondsLeft(after: count + 1),
                        validationError: progress.history.last?.validationError)
                    if observe(.progress(event)) == .stop {
                        try checkpoint?.save(progress, step)
                        return step.result(progress, isFinished: false)
                    }
                }
            }
            clock.measure(after: (progress.epoch + 1) * steps)
            let epoch = TrainingUpdate.Epoch(
                network: network.name, epoch: progress.epoch, loss: progress.meanLoss,
                terms: progress.meanTerms(step.termNames),
                validationError: try step.validationError(),
                learningRate: Double(rate((progress.epoch + 1) * steps - 1)),
                seconds: clock.epochSeconds, samplesPerSecond: clock.rate * Double(configuration.batch))
            progress.finish(epoch, step.parameters)
            // Told before it is kept: killed in between, a run tells an epoch again rather than never.
            let decision = observe(.epoch(epoch))
            try checkpoint?.save(progress, step)
            if decision == .stop, progress.epoch < epochs {
                return step.result(progress, isFinished: false)
            }
        }
        return step.result(progress, isFinished: true)
    }
}
