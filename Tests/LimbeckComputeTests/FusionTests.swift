import LimbeckTesting
import Testing

@testable import LimbeckCompute

@Suite struct FusionTests {
    @Test func `two hundred random computations give the same numbers fused and unfused`() {
        var fusedNodes = 0, parallel = 0, groups = 0, inCache = 0, accumulated = 0
        for seed in 0..<200 as Range<UInt64> {
            let drawn = RandomComputation(seed: seed)
            let fused = Self.run(drawn, Pass.standard, workers: 2)
            let unfused = Self.run(drawn, [], workers: 1, isScheduled: false)
            for (name, values) in fused.values {
                let finding = closeness(values, unfused.values[name] ?? [], relative: 1e-5, absolute: 1e-6)
                #expect(finding == nil, "seed \(seed), \(name): \(finding ?? "")")
            }
            fusedNodes += fused.nodes.count {
                ($0.operation as? Fused).map { $0.instructions.count > 1 } ?? false
            }
            #expect(!unfused.nodes.contains { $0.operation is Fused } && unfused.plan.groups.isEmpty)
            #expect(fused.nodes.count <= unfused.nodes.count)
            groups += fused.plan.groups.count
            inCache += fused.plan.places.count { if case .local = $0 { true } else { false } }
            accumulated += fused.nodes.count { $0.operation.accumulator != nil }
            parallel += fused.nodes.contains { $0.type.shape.count > 20_000 } ? 1 : 0
        }
        // Otherwise nothing was compared.
        #expect(fusedNodes > 500 && parallel > 20, "\(fusedNodes) chains, \(parallel) large")
        #expect(
            groups > 200 && inCache > 500 && accumulated > 50,
            "\(groups) slab groups, \(inCache) values in a cache, \(accumulated) accumulated products")
    }

    @Test func `no pass changes a number`() {
        for seed in 1000..<1040 as Range<UInt64> {
            let drawn = RandomComputation(seed: seed)
            let plain = Self.run(drawn, [], workers: 1, isScheduled: false),
                optimised = Self.run(drawn, Pass.standard, workers: 1)
            for (name, values) in optimised.values {
                let finding = closeness(values, plain.values[name] ?? [], relative: 1e-5, absolute: 1e-6)
                #expect(finding == nil, "seed \(seed), \(name): \(finding ?? "")")
            }
        }
    }

    @Test(arguments: [1, 2, 3])
    func `the same computation gives the same bits on every run`(workers: Int) {
        for seed in 0..<20 as Range<UInt64> {
            let drawn = RandomComputation(seed: seed)
            let once = Self.run(drawn, Pass.standard, workers: workers)
            let again = Self.run(drawn, Pass.standard, workers: workers)
            for (name, values) in once.values {
                #expect(values.map(\.bitPattern) == again.values[name]?.map(\.bitPattern), "seed \(seed), \(name)")
            }
        }
    }

    /// Outputs and gradients by name, and the nodes that were executed.
    private static func run(
        _ drawn: RandomComputation, _ passes: [Pass], workers: Int, isScheduled: Bool = true
    ) -> (values: [String: [Float]], nodes: [Computation.Node], plan: MemoryPlan) {
        let parameters = Parameters(drawn.computation.parameters, seed: 9)
        let executable = Executable(
            drawn.computation, parameters: parameters, pool: WorkerPool(workers: workers), passes: passes,
            isScheduled: isScheduled)
        executable.run(seed: 4)
        executable.run(seed: 5)
        var values: [String: [Float]] = [:]
        for name in drawn.outputs { values[name] = executable.output(name).map(Array.init) }
        for entry in parameters.entries { values["d " + entry.path] = executable.gradient(entry.path) }
        return (values, executable.computation.nodes, executable.plan)
    }
}
