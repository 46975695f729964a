import LimbeckCompute
import LimbeckGolden
import LimbeckTesting
import Testing

/// Five steps of an optimiser as PyTorch takes them, on the sum of c (p − t)² / 2.
struct OptimizerReference: Decodable, Sendable {
    struct Numbers: Decodable, Sendable { var weightDecay, l1, l2, clipNorm: Float? }
    var name: String
    var kind: OptimizerRule.Kind
    var rate: Float
    var numbers: Numbers
    var norms: [Float]
    var steps: [GoldenArrays]
    var parameters, target, curvature: GoldenArrays

    var rule: OptimizerRule {
        var rule = OptimizerRule(kind: kind)
        rule.weightDecay = numbers.weightDecay ?? 0
        rule.l1 = numbers.l1 ?? 0
        rule.l2 = numbers.l2 ?? 0
        rule.clipNorm = numbers.clipNorm ?? 0
        return rule
    }
}

@Suite struct OptimizerGoldenTests {
    @Test(arguments: [1, 2])
    func `every step of every optimiser agrees with PyTorch`(workers: Int) throws {
        let references = try Golden.load("optimizers", as: [OptimizerReference].self)
        #expect(references.count == 7)
        for reference in references {
            let (executable, parameters) = Self.executable(reference, workers: workers)
            #expect(parameters.set(reference.parameters) == [])
            for (index, expected) in reference.steps.enumerated() {
                executable.run(rate: reference.rate)
                #expect(
                    closeness([Float(executable.gradientNorm)], [reference.norms[index]]) == nil,
                    "\(reference.name): norm at step \(index)")
                #expect(parameters.findings(expected) == [], "\(reference.name): step \(index)")
            }
        }
    }

    @Test func `moments restored at step 2 give the bits of an uninterrupted run`() throws {
        for reference in try Golden.load("optimizers", as: [OptimizerReference].self) {
            let (whole, parameters) = Self.executable(reference, workers: 1)
            _ = parameters.set(reference.parameters)
            for _ in 0..<2 { whole.run(rate: reference.rate) }
            let (rest, resumed) = Self.executable(reference, workers: 1)
            resumed.values = parameters.values
            let state = try #require(whole.optimizer), moments = state.moments
            let other = try #require(rest.optimizer)
            #expect(other.restore(step: state.step, first: moments.first, second: moments.second))
            #expect(!other.restore(step: 2, first: [1], second: [1]))
            for _ in 0..<3 {
                whole.run(rate: reference.rate)
                rest.run(rate: reference.rate)
            }
            #expect(parameters.values == resumed.values, "\(reference.name)")
        }
    }

    @Test func `a gradient that is not finite leaves parameters alone and is blamed on its maker`() throws {
        let trace = Trace()
        let scope = Scope(trace, mode: .training)
        let p = scope.child("layer").parameter("p", [4], .constant(-1))
        let bad = log(p.scaled(2))
        let loss = (bad.matmulWithItself + trace.constant(1)).sum()
        trace.output("loss", loss)
        trace.differentiate(loss)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        let executable = Executable(
            computation, parameters: parameters, pool: WorkerPool(workers: 1),
            optimizer: (OptimizerRule(), OptimizerState(for: parameters)))
        executable.run(rate: 0.1)
        #expect(executable.output("loss")?.first?.isNaN == true)
        #expect(parameters["layer/p"] == [-1, -1, -1, -1])
        let culprit = try #require(executable.firstNonFinite())
        #expect(culprit.contains("log"), "\(culprit)")
    }

    private static func executable(
        _ reference: OptimizerReference, workers: Int
    ) -> (Executable, Parameters) {
        let trace = Trace()
        let scope = Scope(trace, mode: .training)
        let parts = ["a", "b"].map { path in
            let shape = Shape(reference.target[path]?.shape ?? [])
            let p = scope.parameter(path, shape, .constant(0))
            let target = trace.constant(reference.target[path]?.values ?? [], shape)
            let curvature = trace.constant(reference.curvature[path]?.values ?? [], shape)
            return (square(p - target) * curvature).sum().scaled(0.5)
        }
        trace.differentiate(parts[0] + parts[1])
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        return (
            Executable(
                computation, parameters: parameters, pool: WorkerPool(workers: workers),
                optimizer: (reference.rule, OptimizerState(for: parameters))), parameters
        )
    }
}

extension Tensor {
    /// Not elementwise, so that what comes before it is an operation of its own.
    fileprivate var matmulWithItself: Tensor {
        reshaped([1, shape.count]).matmul(reshaped([1, shape.count]), transposeOther: true)
    }
}
