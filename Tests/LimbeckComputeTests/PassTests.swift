import LimbeckNN
import LimbeckTesting
import Testing

@testable import LimbeckCompute

/// Each pass alone: a computation in, a computation out.
@Suite struct PassTests {
    private static func names(_ computation: Computation) -> [String] { computation.nodes.map(\.operation.name) }

    private static func products(_ build: (Trace, Tensor, (Int) -> Tensor) -> Tensor) -> Computation {
        let trace = Trace()
        let scope = Scope(trace, mode: .inference)
        let x = trace.input("x", [8, 4])
        let result = build(trace, x) { scope.parameter("w\($0)", [4, 4], .fan(4)) }
        trace.output("y", result)
        return removeDeadCode(accumulateProducts(trace.finish()))
    }

    @Test func `a sum of products becomes products that add in place`() {
        let three = Self.products { _, x, w in x.dense(w(0)) + x.dense(w(1)) + x.dense(w(2)) }
        #expect(Self.names(three).count { $0 == "matmul+" } == 2)
        #expect(!Self.names(three).contains("add"))
        let plan = MemoryPlan(Schedule(unscheduled: three), gradientPlaces: [:])
        #expect(plan.arenaCount == 8 * 4, "three products in the memory of one")
    }

    @Test func `nothing adds to what is read elsewhere, or to an elementwise chain`() {
        let readTwice = Self.products { trace, x, w in
            let first = x.dense(w(0))
            return (first + x.dense(w(1))) * first
        }
        // The first is read again, so the sum is added to the second product's memory or to none.
        #expect(Self.names(readTwice).count { $0 == "matmul+" } == 0)
        let elementwise = Self.products { _, x, w in relu(x) + x.dense(w(0)) }
        #expect(!Self.names(elementwise).contains("matmul+"))
    }

    @Test func `what is cheap is computed again where it is read late, to the same bits`() {
        var repeated = 0
        for seed in 0..<60 as Range<UInt64> {
            let drawn = RandomComputation(seed: seed)
            let lean = removeDeadCode(removeCommonSubexpressions(drawn.computation))
            let again = recomputeCheap(lean, leastCount: 4)
            repeated += again.nodes.count - lean.nodes.count
            for isScheduled in [false, true] {
                let kept = Self.values(lean, drawn.outputs, isScheduled),
                    late = Self.values(again, drawn.outputs, isScheduled)
                for (name, values) in kept {
                    #expect(
                        closeness(late[name] ?? [], values, relative: 1e-5, absolute: 1e-6) == nil,
                        "seed \(seed), \(name)")
                }
            }
        }
        #expect(repeated > 60, "\(repeated) operations repeated")
    }

    private static func values(
        _ computation: Computation, _ outputs: [String], _ isScheduled: Bool
    ) -> [String: [Float]] {
        let parameters = Parameters(computation.parameters, seed: 9)
        let executable = Executable(
            computation, parameters: parameters, pool: WorkerPool(workers: 2), passes: [], isScheduled: isScheduled)
        executable.run(seed: 5)
        var values: [String: [Float]] = [:]
        for name in outputs { values[name] = executable.output(name).map(Array.init) }
        for entry in parameters.entries { values["d " + entry.path] = executable.gradient(entry.path) }
        return values
    }

    // MARK: The schedule

    /// Two dense layers, their loss and its gradient.
    private static func network(rows: Int) -> Computation {
        let trace = Trace()
        let scope = Scope(trace, mode: .training)
        let x = trace.input("x", [rows, 32])
        let hidden = relu(Dense(32)(x, scope.child("a")))
        let loss = square(Dense(8)(hidden, scope.child("b"))).mean()
        trace.output("loss", loss)
        trace.differentiate(loss)
        return trace.finish().optimized()
    }

    @Test func `forward and backward of a row-wise network are one group that stays in the cache`() throws {
        let schedule = Schedule(Self.network(rows: 4096), workers: 2)
        let group = try #require(schedule.groups.first)
        #expect(schedule.groups.count == 1)
        let products = group.nodes.count { schedule.computation.nodes[$0].operation is MatMul }
        #expect(products == 5, "two forward, one back to the hidden layer, two of weights")
        let parameters = Parameters(schedule.computation.parameters, seed: 1)
        let places = Executable.gradientPlaces(schedule.computation, parameters).direct
        let plan = MemoryPlan(schedule, gradientPlaces: places)
        #expect(plan.arenaCount < 4096, "no activation has a place in the arena")
        #expect(plan.groups[0].slabRows < 2048)
    }

    @Test func `too few rows for the workers are not cut`() {
        let schedule = Schedule(Self.network(rows: 3), workers: 2)
        #expect(!schedule.groups.contains { $0.nodes.contains { schedule.computation.nodes[$0].operation is MatMul } })
    }

    @Test func `the order of execution keeps every operand before its reader`() {
        for seed in 0..<100 as Range<UInt64> {
            let schedule = Schedule(RandomComputation(seed: seed).computation.optimized(), workers: 2)
            for (index, node) in schedule.computation.nodes.enumerated() {
                #expect(node.operands.allSatisfy { $0 < index }, "seed \(seed), \(node.operation.name)")
            }
            for (one, next) in zip(schedule.groups, schedule.groups.dropFirst()) {
                #expect(one.nodes.upperBound <= next.nodes.lowerBound)
            }
        }
    }

    @Test func `an explanation counts what is executed`() throws {
        let traced = Self.network(rows: 4096)
        let executable = Executable(
            traced, parameters: Parameters(traced.parameters, seed: 1), pool: WorkerPool(workers: 2))
        let plan = executable.profiled()
        #expect(plan.entries.allSatisfy { ($0.microseconds ?? -1) >= 0 })
        #expect(plan.flops >= 2 * 4096 * (32 * 32 * 2 + 32 * 8 * 3))
        let group = try #require(plan.entries.first { $0.slabs != nil })
        #expect(group.slabs?.rows == 4096)
        // The input, both weights and what is left of the gradients: no activation.
        #expect(group.bytes < 4 * (4096 * 32 + 8 * 32 * 32))
    }
}
