import LimbeckCompute
import LimbeckModels
import LimbeckSeries
import LimbeckTesting
import Testing

/// Every question to every architecture: shapes, gradients, and what an answer must be.
@Suite struct HeadTests {
    private static let heads: [(name: String, make: @Sendable () throws -> any Head)] = [
        ("points", { PointHead() }), ("quantiles", { try QuantileHead(levels: [0.1, 0.3, 0.5, 0.9]) }),
        ("gaussian", { try GaussianHead(levels: [0.1, 0.5, 0.9, 0.95]) }),
        ("labels", { LabelHead(shares: [0.02, 0.4, 0.9]) }), ("classes", { ClassHead(shares: [0.1, 0.2, 0.7]) }),
    ]

    private static func shape(_ head: any Head) -> ForecastShape {
        var shape = ForecastShape(history: 5, horizon: 4, nodes: 3, channels: 3, outputs: 2, step: 3600)
        shape.head = head
        return shape
    }

    @Test(arguments: ModelCatalog.standard.entries.map(\.name), 0..<heads.count)
    func `every architecture gives what every head says`(_ name: String, _ index: Int) throws {
        let shape = Self.shape(try Self.heads[index].make())
        let graph = Graph(nodeCount: 3, dense: [1, 0.5, 0, 0, 1, 0.5, 0.5, 0, 1])
        let model = try ModelCatalog.standard.entry(named: name).make(
            DefaultConfiguration(), ModelContext(shape: shape, graph: graph))
        let trace = Trace()
        let inputs = ModelInputs(trace, shape: shape, batch: 2)
        let output = model(inputs, Scope(trace, mode: .training))
        #expect(output.shape == [2, shape.answerSteps, 3, shape.head.width(shape)])
        #expect(shape.head.answer(output).shape == [2, shape.answerSteps, 3, shape.answerWidth])
        // Every parameter that is trained has a gradient.
        let loss = (output * output).sum()
        trace.output("loss", loss)
        trace.differentiate(loss)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: 1))
        executable.run()
        for entry in parameters.entries where entry.isTrainable {
            let gradient = try #require(executable.gradient(entry.path), "\(name): \(entry.path)")
            #expect(gradient.allSatisfy { $0.isFinite }, "\(name): \(entry.path)")
        }
    }

    @Test(arguments: 0..<heads.count)
    func `gradients are those of finite differences`(_ index: Int) throws {
        let head = try Self.heads[index].make(), shape = Self.shape(head)
        let findings = GradientCheck.findings { scope in
            let numbers = scope.parameter("numbers", [2, 3, head.count(shape)], .uniform(1))
            let usual = scope.parameter("usual", [2, 3, shape.horizon * shape.outputs], .uniform(1))
            return head.answer(head(numbers, usual: usual, shape))
        }
        #expect(findings == [])
    }

    @Test func `a normal distribution is told by its quantiles`() throws {
        #expect(abs(GaussianHead.standardQuantile(0.975) - 1.959963984540054) < 1e-12)
        #expect(abs(GaussianHead.standardQuantile(0.1) + 1.2815515655446004) < 1e-12)
        let head = try GaussianHead(levels: [0.1, 0.5, 0.9])
        var shape = ForecastShape(history: 2, horizon: 2, nodes: 1, channels: 2, outputs: 2, step: 3600)
        shape.head = head
        let trace = Trace()
        // Means 0 to 3 by step and channel, then what softplus makes the deviations of.
        let numbers = trace.constant([0, 1, 2, 3, 0, 1, -30, 5], [1, 1, 8])
        let usual = trace.constant([10, 20, 30, 40], [1, 1, 4])
        let output = head(numbers, usual: usual, shape)
        #expect(output.shape == [1, 2, 1, 4])
        trace.output("read", output)
        trace.output("told", head.answer(output))
        let executable = Executable(
            trace.finish(), parameters: Parameters([], seed: 1), pool: WorkerPool(workers: 1))
        executable.run()
        let read = try Array(#require(executable.output("read"))), told = try Array(#require(executable.output("told")))
        let deviations: [Float] = [0.6941472, 1.3142617, 0.001, 5.007715]
        for (index, mean) in [10, 21, 32, 43].enumerated() {
            #expect(read[2 * index] == Float(mean))
            #expect(abs(read[2 * index + 1] - deviations[index]) < 1e-5)
            for (level, z) in [-1.2815516, 0, 1.2815516 as Float].enumerated() {
                #expect(abs(told[3 * index + level] - Float(mean) - z * deviations[index]) < 1e-4)
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `quantiles never cross, and the middle one is on top of what is usual`(_ seed: UInt64) throws {
        let head = try QuantileHead(levels: [0.1, 0.3, 0.5, 0.9]), shape = Self.shape(head)
        var random = CounterGenerator(seed: seed)
        func drawn(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.next(below: 2001)) / 100 - 10 } }
        let numbers = drawn(2 * 3 * head.count(shape)), usual = drawn(2 * 3 * 8)
        let trace = Trace()
        let output = head(
            trace.constant(numbers, [2, 3, head.count(shape)]), usual: trace.constant(usual, [2, 3, 8]), shape)
        trace.output("out", output)
        let computation = trace.finish()
        let executable = Executable(
            computation, parameters: Parameters(computation.parameters, seed: 1), pool: WorkerPool(workers: 1))
        executable.run()
        let values = Array(try #require(executable.output("out")))
        for first in stride(from: 0, to: values.count, by: 4) {
            #expect((1..<4).allSatisfy { values[first + $0] >= values[first + $0 - 1] })
        }
        // [B, H, N, O, Q] of the middle against numbers [B, N, Q, H, O] and usual [B, N, H, O].
        for (batch, step, node, output) in [(0, 0, 0, 0), (1, 3, 2, 1), (1, 2, 0, 1)] {
            let out = ((((batch * 4) + step) * 3 + node) * 2 + output) * 4 + 2
            let own = ((batch * 3 + node) * 4 + 2) * 8 + step * 2 + output
            #expect(abs(values[out] - (numbers[own] + usual[(batch * 3 + node) * 8 + step * 2 + output])) < 1e-5)
        }
    }

    @Test(arguments: [[0.1, 0.9], [0.9, 0.5], [0.5, 0.5], [0, 0.5], [0.5, 1], [], [.nan, 0.5]])
    func `levels that are none are refused`(_ levels: [Double]) {
        #expect(throws: ModelError.self) { try QuantileHead(levels: levels) }
    }

    @Test func `logits begin at how often each holds`() throws {
        for (head, expected) in [
            (LabelHead(shares: [0.02, 0.4, 0.9]) as any Head, [Float(0.02), 0.4, 0.9]),
            (ClassHead(shares: [0.1, 0.2, 0.7]), [0.1, 0.2, 0.7]),
        ] {
            let shape = Self.shape(head), trace = Trace()
            trace.output(
                "out",
                head.answer(head(trace.constant([0, 0, 0], [1, 1, 3]).broadcast(to: [1, 3, 3]), usual: nil, shape)))
            let computation = trace.finish()
            let executable = Executable(
                computation, parameters: Parameters(computation.parameters, seed: 1), pool: WorkerPool(workers: 1))
            executable.run()
            let values = Array(try #require(executable.output("out")))
            #expect(zip(values.prefix(3), expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(values)")
        }
    }
}
