import CAllocationCount
import LimbeckModels
import LimbeckSeries
import Testing

@testable import LimbeckCompute

/// Each test runs in a process of its own, so that nothing else takes from the heap meanwhile.
@Suite struct AllocationTests {
    @Test func `a training step allocates nothing of its own and leaves the heap as it was`() async {
        await #expect(processExitsWith: .success) {
            for name in ["stid", "graphMixer", "graphWaveNet", "linear"] {
                for workers in [1, 2] {
                    let step = try TrainingStepForAllocations(name, workers: workers)
                    let change = step.heapChange(steps: 100)
                    #expect(change == 0, "\(name): \(change) bytes after 100 steps")
                    let (own, place) = step.allocations(steps: 3)
                    #expect(own == 0, "\(name): \(own) allocations, first \(place)")
                }
            }
        }
    }

    @Test func `an allocation put into a step is noticed`() async {
        await #expect(processExitsWith: .success) {
            for workers in [1, 2] {
                let step = try TrainingStepForAllocations("stid", workers: workers, waste: .released)
                #expect(step.heapChange(steps: 100) == 0)
                let (own, place) = step.allocations(steps: 3)
                #expect(own >= 3 || !lac_is_supported(), "\(own) at \(place)")
            }
        }
    }

    @Test func `an allocation that is kept is seen on the heap`() async {
        await #expect(processExitsWith: .success) {
            let step = try TrainingStepForAllocations("stid", workers: 2, waste: .kept)
            #expect(step.heapChange(steps: 100) >= 100 * 64)
        }
    }
}

/// One training step of a small model, dropout and optimiser included.
struct TrainingStepForAllocations {
    let executable: Executable

    init(_ name: String, workers: Int, waste: Waste.Kind? = nil) throws {
        let shape = ForecastShape(history: 12, horizon: 3, nodes: 6, channels: 1, step: 3600)
        let graph = Graph(nodeCount: 6, dense: (0..<36).map { Float(($0 * 7) % 5) })
        let small: [String: [String: ModelReference.Setting]] = [
            "graphWaveNet": ["residual": .number(8), "skip": .number(16), "end": .number(16)],
            "graphMixer": ["width": .number(48)],
        ]
        let model = try ModelCatalog.standard.entry(name).make(
            Overlay(settings: small[name] ?? [:]), ModelContext(shape: shape, graph: graph))
        let trace = Trace()
        let inputs = ModelInputs(trace, shape: shape, batch: 16)
        var output = model(inputs, Scope(trace, mode: .training))
        if let waste { output = trace.apply(Waste(kind: waste), [output]) }
        let loss = abs(output.plus(-0.3)).mean()
        trace.output("loss", loss)
        trace.differentiate(loss)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 3)
        var rule = OptimizerRule()
        rule.clipNorm = 1
        executable = Executable(
            computation, parameters: parameters, pool: WorkerPool(workers: workers),
            optimizer: (rule, OptimizerState(for: parameters)))
        // The kernel library compiles what it needs in the first steps.
        for index in 0..<5 { executable.run(rate: 1e-3, seed: UInt32(index)) }
    }

    /// Bytes by which the heap changed, the least of three times: what grows in each step grows
    /// each time, what the system does once in a while does not.
    func heapChange(steps: Int) -> Int {
        let changes = (0..<3).map { _ in
            let before = heapBytes()
            for index in 0..<steps { executable.run(rate: 1e-3, seed: UInt32(index)) }
            return heapBytes() - before
        }
        return changes.min { abs($0) < abs($1) } ?? 0
    }

    /// Allocations of Limbeck's own, and where the first was made.
    func allocations(steps: Int) -> (count: Int, place: String) {
        lac_start()
        for index in 0..<steps { executable.run(rate: 1e-3, seed: UInt32(index)) }
        lac_stop()
        return (Int(lac_own_allocations()), String(cString: lac_first_place()))
    }
}

/// Hands its operand through, and takes from the heap in every step.
struct Waste: Operation {
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
