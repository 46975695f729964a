import LimbeckCompute
import LimbeckModels

/// The compiled step of a run: forward, backward, clip and update in one executable, and the
/// inference executables that score on validation and refresh soft labels.
///
/// Everything a step needs is looked up and taken from the heap when it is built.
final class TrainingStep<T: TrainingTask> {
    let parameters: Parameters
    let state: OptimizerState
    let termNames: [String]
    private let trainer: Trainer<T>
    private let phase: Phase
    /// Of the phase.
    private let firstEpoch: Int
    private let network: Network<T.Inputs>
    private let executable: Executable
    private let buffers: T.Buffers
    private let places: Places
    private let trainsTeacher: Bool
    private let student: Inference<T>
    /// Of a teacher that trains too.
    private let teacher: Inference<T>?
    /// Recorded anew before each epoch where the phase says so; a checkpoint within an epoch holds them.
    var refreshed: [Float] = []
    /// Of the last step: the loss, then each term before its weight.
    private(set) var losses: [Double]

    /// Memory in the executable besides the inputs of the models; by term or by teacher.
    private struct Places {
        var expected, mask: UnsafeMutableBufferPointer<Float>?
        var softLabels, known, weights, temperatures: [UnsafeMutableBufferPointer<Float>?]
        /// The loss, then each term.
        var losses: [UnsafeBufferPointer<Float>?]

        init(_ executable: Executable, terms: Int, teachers: Int) {
            expected = executable.input("expected")
            mask = executable.input("mask")
            softLabels = (0..<teachers).map { executable.input("soft.\($0)") }
            known = (0..<teachers).map { executable.input("known.\($0)") }
            weights = (0..<terms).map { executable.input("weight.\($0)") }
            temperatures = (0..<terms).map { executable.input("temperature.\($0)") }
            losses = [executable.output("loss")] + (0..<terms).map { executable.output("term.\($0)") }
        }
    }

    /// - Parameter earlier: of the phase before, which it goes on from.
    init(
        _ trainer: Trainer<T>, _ network: Network<T.Inputs>, _ phase: Phase, after earlier: Parameters? = nil,
        firstEpoch: Int = 0
    ) throws {
        self.firstEpoch = firstEpoch
        self.trainer = trainer
        self.network = network
        self.phase = phase
        let terms = phase.objective.terms
        termNames = terms.map(\.name)
        let needs = terms.map(\.loss.needs)
        let trainsTeacher = phase.trainsTeacher
        self.trainsTeacher = trainsTeacher
        let batch = trainer.configuration.batch
        let trace = Trace()
        let inputs = trainer.task.inputs(trace, batch: batch)
        let target = Shape([batch] + trainer.task.outputShape.extents)
        let truth = Shape([batch] + trainer.task.truthShape.extents)
        let expected = trace.input("expected", truth), mask = trace.input("mask", truth)
        let student = network.trace(inputs, Scope(trace, path: "student", mode: .training))

        var teacher: TracedModel?
        if trainsTeacher || needs.contains(where: { $0.liveTeacher }) {
            guard let live = trainer.teacher else {
                throw DistillError(
                    .badObjective, "A term needs a teacher to run beside the student, but there is none.")
            }
            teacher = live.network.trace(
                inputs, Scope(trace, path: "teacher", mode: trainsTeacher ? .training : .inference))
        }
        let softCount = needs.map(\.teachers).max() ?? 0
        try Self.checkSoftLabels(trainer, phase)
        let softLabels = (0..<softCount).map { trace.input("soft.\($0)", target) }
        let sample = Shape([batch] + trainer.task.outputShape.extents.map { _ in 1 })
        let known = (0..<softCount).map { teacher in
            Self.isPartial(trainer, phase, teacher) ? trace.input("known.\(teacher)", sample) : nil
        }

        let unitShape = Shape(trainer.task.truthShape.extents.suffix(2))
        let unit = trainer.task.outputUnits.map { trace.constant($0, unitShape) }
        func weights(_ balance: StepBalance) -> Tensor? {
            trainer.task.stepWeights(balance).map { trace.constant($0, [$0.count, 1, 1]) }
        }

        var total: Tensor?
        for (index, term) in terms.enumerated() {
            let site = LossSite(
                student: student, teacher: teacher, output: trainer.task.output, shares: trainer.task.shares,
                softLabels: softLabels, known: known, expected: expected,
                mask: mask, unit: unit, steps: weights(term.loss.steps),
                temperature: trace.input("temperature.\(index)", []),
                scope: Scope(trace, path: "objective/\(term.name)", mode: .training))
            let value = try term.naming { try term.loss(site) }
            precondition(value.shape.count == 1, "term \(term.name) has shape \(value.shape), not one number")
            trace.output("term.\(index)", value)
            let part = value.reshaped([]) * trace.input("weight.\(index)", [])
            total = total.map { $0 + part } ?? part
        }
        if trainsTeacher, let teacher {
            let site = LossSite(
                student: teacher, output: trainer.task.output, shares: trainer.task.shares, softLabels: [],
                expected: expected, mask: mask, unit: unit, steps: nil,
                temperature: trace.constant(1), scope: Scope(trace, path: "objective", mode: .training))
            let own = try HardTarget()(site)
            total = total.map { $0 + own } ?? own
        }
        guard let total else { throw DistillError(.badObjective, "The objective has no terms.") }
        trace.output("loss", total)
        let frozen = phase.groups.filter { $0.rate == 0 }.map(\.prefix) + (trainsTeacher ? [] : ["teacher/"])
        func isFrozen(_ path: String) -> Bool { frozen.contains { path.hasPrefix($0) } }
        trace.differentiate(total) { !isFrozen($0) }
        let computation = trace.finish()

        // What stands still is state: no update and no decay reaches them.
        parameters = Parameters(
            computation.parameters.map {
                var declaration = $0
                if isFrozen(declaration.path) { declaration.kind = .state }
                return declaration
            }, seed: trainer.seed)
        Self.place(network.statistics, under: "student", in: parameters)
        if let live = trainer.teacher {
            Self.place(live.network.statistics, under: "teacher", in: parameters)
            if let trained = live.parameters {
                for entry in trained.entries { parameters["teacher/" + entry.path] = trained[entry.path] }
            }
        }
        if let earlier {
            let known = Set(earlier.entries.map(\.path))
            for entry in parameters.entries where known.contains(entry.path) {
                parameters[entry.path] = earlier[entry.path]
            }
        }
        state = OptimizerState(for: parameters)
        executable = Executable(
            computation, parameters: parameters, pool: trainer.pool,
            optimizer: (trainer.configuration.rule, state),
            groups: phase.groups.filter { $0.rate != 0 } + (trainsTeacher ? [OptimizerGroup("teacher/")] : []))
        buffers = trainer.task.buffers(executable, inputs)
        places = Places(executable, terms: terms.count, teachers: softCount)
        losses = [Double](repeating: 0, count: terms.count + 1)
        self.student = Self.inference(trainer, network, parameters, "student")
        self.teacher =
            phase.refreshesLabels
            ? trainer.teacher.map { [parameters] in Self.inference(trainer, $0.network, parameters, "teacher") } : nil
    }

    /// Every label a term will read is there, for every training sample.
    private static func checkSoftLabels(_ trainer: Trainer<T>, _ phase: Phase) throws {
        let refreshed = phase.refreshesLabels ? 1 : 0
        let known = max(refreshed, trainer.softLabels.count)
        for term in phase.objective.terms where !term.loss.needs.liveTeacher && term.loss.needs.teachers > known {
            throw DistillError(
                .badObjective,
                "Term \"\(term.name)\" reads the soft labels of \(term.loss.needs.teachers) teachers, but those of \(known) are there; record them first.",
                term: term.name
            )
        }
        let size = trainer.task.outputShape.count
        for labels in trainer.softLabels.dropFirst(refreshed) {
            guard labels.sampleSize == size else {
                throw DistillError(
                    .mismatch,
                    "The soft labels hold \(labels.sampleSize) numbers a sample, the student's output \(size).")
            }
            guard labels.count(of: trainer.task.train) > 0 else {
                throw DistillError(
                    .mismatch, "The soft labels have none for any training sample; record them for this split.")
            }
        }
    }

    /// Does a teacher lack labels for some training samples?
    private static func isPartial(_ trainer: Trainer<T>, _ phase: Phase, _ teacher: Int) -> Bool {
        guard trainer.softLabels.indices.contains(teacher), teacher > 0 || !phase.refreshesLabels else { return false }
        return trainer.softLabels[teacher].count(of: trainer.task.train) < trainer.task.train.count
    }

    private static func inference(
        _ trainer: Trainer<T>, _ network: Network<T.Inputs>, _ parameters: Parameters, _ role: String
    ) -> Inference<T> {
        Inference(
            network, task: trainer.task, parameters: parameters, role: role, pool: trainer.pool,
            batch: trainer.configuration.batch)
    }

    private static func place(_ values: [String: [Float]], under role: String, in parameters: Parameters) {
        for (path, numbers) in values { parameters["\(role)/\(path)"] = numbers }
    }

    /// Sets what follows a schedule, and refreshes the labels of a teacher in training; not in the
    /// middle of an epoch, where a checkpoint has brought those of its beginning.
    func beginEpoch(_ epoch: Int, isResumed: Bool) throws {
        for (index, term) in phase.objective.terms.enumerated() {
            // Nothing is learned from a teacher that has not been trained yet.
            let isEarly = phase.trainsTeacher && term.loss.needs.teachers > 0 && epoch == firstEpoch
            let weight = isEarly ? 0 : term.weight.value(epoch: Double(epoch))
            places.weights[index]?[0] = Float(weight)
            places.temperatures[index]?[0] = Float(term.temperature.value(epoch: Double(epoch)))
        }
        if !isResumed, let teacher { refreshed = try teacher.outputs(trainer.task.train) }
    }

    /// One step, from samples to `losses`; takes nothing from the heap.
    func run(_ samples: ArraySlice<Int>, rate: Float, count: Int) throws {
        trainer.task.fill(buffers, samples: samples)
        trainer.task.fillExpected(places.expected, places.mask, samples: samples)
        if phase.refreshesLabels {
            SoftLabels.copy(refreshed, samples: trainer.task.train, wanted: samples, into: places.softLabels[0])
        }
        for index in trainer.softLabels.indices.prefix(places.softLabels.count)
        where index > 0 || !phase.refreshesLabels {
            if let target = places.softLabels[index] {
                try trainer.softLabels[index].fill(target, known: places.known[index], samples: samples)
            }
        }
        executable.run(rate: rate, seed: UInt32(truncatingIfNeeded: trainer.seed &* 0x9E37_79B9 &+ UInt64(count) &+ 1))
        for index in losses.indices { losses[index] = places.losses[index].map { Double($0[0]) } ?? .nan }
        guard losses[0].isFinite else {
            let culprit = executable.firstNonFinite() ?? "the update before this step"
            throw DistillError(
                .notFinite,
                "The loss of \(network.name) is not finite at step \(count + 1); the first operation without a finite result is \(culprit). Lower learningRate, or clip."
            )
        }
    }

    /// The student's error on validation, in original units.
    func validationError() throws -> Double {
        let samples = trainer.task.validation
        return trainer.task.error(try student.outputs(samples), samples: samples)
    }

    func result(_ progress: TrainingProgress, isFinished: Bool) -> Trainer<T>.Result {
        let last = parameters.values
        parameters.values = progress.best
        defer { parameters.values = last }
        return Trainer<T>.Result(
            parameters: extract("student", network), history: progress.history,
            bestEpoch: progress.bestEpoch, validationError: progress.bestError, isFinished: isFinished,
            teacher: trainsTeacher ? trainer.teacher.map { extract("teacher", $0.network) } : nil)
    }

    /// The parameters of one role under the model's own paths.
    private func extract(_ role: String, _ network: Network<T.Inputs>) -> Parameters {
        let trace = Trace()
        _ = network.trace(trainer.task.inputs(trace, batch: 1), Scope(trace, mode: .inference))
        let result = Parameters(trace.finish().parameters, seed: 0)
        for entry in result.entries { result[entry.path] = parameters["\(role)/\(entry.path)"] }
        return result
    }
}
