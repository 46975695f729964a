import CAllocationCount
import LimbeckData
import LimbeckModels
import LimbeckSeries
import Testing

@testable import LimbeckCompute
@testable import LimbeckDistill

/// Each test runs in a process of its own, so that nothing else takes from the heap meanwhile.
@Suite(.enabled(if: lac_is_supported() && heapBytes() > 0, "this C library does not let allocations be counted"))
struct AllocationTests {
    @Test func `a training step allocates nothing of its own and leaves the heap as it was`() async {
        await #expect(processExitsWith: .success) {
            for objective in StepForAllocations.Kind.allCases {
                for name in objective == .all ? ["stid"] : ["stid", "graphMixer", "graphWaveNet", "linear"] {
                    for workers in [1, 2] {
                        let step = try StepForAllocations(objective, name, workers: workers)
                        let change = try step.heapChange(steps: 100)
                        #expect(change == 0, "\(objective) \(name): \(change) bytes after 100 steps")
                        let (own, place) = try step.allocations(steps: 3)
                        #expect(own == 0, "\(objective) \(name): \(own) allocations, first \(place)")
                    }
                }
            }
        }
    }

    @Test func `a classifier's step allocates nothing either`() async {
        await #expect(processExitsWith: .success) {
            let step = try StepForAllocations<ClassificationTask>(workers: 2)
            #expect(try step.heapChange(steps: 100) == 0)
            let (own, place) = try step.allocations(steps: 3)
            #expect(own == 0, "\(own) allocations, first \(place)")
        }
    }

    @Test func `an allocation put into a step is noticed`() async {
        await #expect(processExitsWith: .success) {
            for workers in [1, 2] {
                let step = try StepForAllocations(.soft, "stid", workers: workers, waste: .released)
                #expect(try step.heapChange(steps: 100) == 0)
                let (own, place) = try step.allocations(steps: 3)
                #expect(own >= 3, "\(own) at \(place)")
            }
        }
    }

    @Test func `an allocation that is kept is seen on the heap`() async {
        await #expect(processExitsWith: .success) {
            let step = try StepForAllocations(.soft, "stid", workers: 2, waste: .kept)
            #expect(try step.heapChange(steps: 100) >= 100 * 64)
        }
    }
}

/// The steps of a run, from samples to the sums of its losses, as `Trainer` does them.
private final class StepForAllocations<T: TrainingTask> {
    private let step: TrainingStep<T>
    private var progress: TrainingProgress
    private let batch: [Int]
    private var count = 0

    init(_ trainer: Trainer<T>, _ network: Network<T.Inputs>) throws {
        step = try TrainingStep(trainer, network, trainer.phases[0])
        progress = TrainingProgress(step)
        batch = Array(trainer.task.train.prefix(trainer.configuration.batch))
        // The second epoch, in which refreshed labels have their weight.
        try step.beginEpoch(1, isResumed: false)
    }

    private func run(_ steps: Int) throws {
        for _ in 0..<steps {
            try step.run(batch[...], rate: 1e-3, count: count)
            progress.add(step.losses)
            count += 1
        }
    }

    /// Bytes by which the heap has grown after `steps`, least of three tries: a leak would be there
    /// each time, what the system does once in a while does not.
    func heapChange(steps: Int) throws -> Int {
        let changes = try (0..<3).map { _ in
            let before = heapBytes()
            try run(steps)
            return heapBytes() - before
        }
        return changes.min { abs($0) < abs($1) } ?? 0
    }

    /// Allocations of Limbeck's own, and where the first was made.
    func allocations(steps: Int) throws -> (count: Int, place: String) {
        lac_start()
        defer { lac_stop() }
        try run(steps)
        lac_stop()
        return (Int(lac_own_allocations()), String(cString: lac_first_place()))
    }
}

extension StepForAllocations where T == WindowTask {
    enum Kind: CaseIterable { case soft, online, all }

    /// Small models with dropout, clipping and recorded soft labels.
    convenience init(_ kind: Kind, _ name: String, workers: Int, waste: Waste.Kind? = nil) throws {
        let teacher = try Small.network("graphMixer", name: "teacher", width: 8)
        let hard = Term("hard", HardTarget(), weight: 0.5)
        let objective =
            switch kind {
            case .soft: Objective([hard, Term("soft", SoftTarget(distance: .huber))])
            case .online: Objective([hard, Term("soft", SoftTarget())])
            case .all:
                Objective([
                    hard, Term("soft", SoftTarget()), Term("bounded", TeacherBounded()), Term("hint", Hint()),
                    Term("mean", TeacherMean(weights: [1])),
                ])
            }
        let task = try Small.task(), size = task.outputShape.count
        let labels = SoftLabels(
            samples: task.train, sampleSize: size, values: .init(repeating: 0.5, count: task.train.count * size))
        var trainer = try Small.trainer(objective, workers: workers, softLabels: [labels])
        if kind == .online { trainer.phases = try Online().phases(objective) }
        if kind != .soft { trainer.teacher = (teacher, nil) }
        var network = try Small.network(name, width: 8, dropout: 0.1)
        if let waste {
            let plain = network.trace
            network.trace = { inputs, scope in
                var traced = plain(inputs, scope)
                traced.members[0] = scope.trace.apply(Waste(kind: waste), [traced.members[0]])
                return traced
            }
        }
        try self.init(trainer, network)
    }
}

extension StepForAllocations where T == ClassificationTask {
    convenience init(workers: Int) throws {
        let rows = LabelledRows(
            times: (0..<100).map(Int64.init), featureNames: ["x"],
            features: (0..<100).map { Float($0 * 7 % 10) }, labels: (0..<100).map { $0 % 3 }, classCount: 3)
        let task = try ClassificationTask(rows)
        let labels = SoftLabels(
            samples: task.train, sampleSize: 3, values: .init(repeating: 0.5, count: 3 * task.train.count))
        let objective = Objective([Term("hard", HardClasses()), Term("soft", TemperatureKL(), temperature: 2)])
        try self.init(
            Trainer(
                task: task, configuration: TrainingConfiguration(), objective: objective, seed: 1,
                pool: WorkerPool(workers: workers), softLabels: [labels]),
            Network(DenseNetwork(.init(layers: [16]), outputs: 3)))
    }
}

/// Hands its operand through, and takes from the heap in every step.
private struct Waste: LimbeckCompute.Operation {
    enum Kind: Hashable, Sendable { case released, kept }
    var kind: Kind
    var name: String { "waste" }
    func type(_ operands: [TensorType]) -> TensorType { operands[0] }
    func gradient(_ site: GradientSite) -> [Tensor?] { [site.upstream] }
    func lower(_ site: LoweringSite) -> [Kernel] {
        let (x, y, count, kind) = (site.operands[0], site.result, site.resultType.shape.count, kind)
        return [
            .serial {
                let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
                memory.update(from: x, count: count)
                y.update(from: memory, count: count)
                if kind == .released { memory.deallocate() }
            }
        ]
    }
}
