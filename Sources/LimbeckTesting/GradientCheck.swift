public import LimbeckCompute

/// Compares every gradient of a traced function with central differences.
public enum GradientCheck {
    /// What did not agree; empty when all did.
    ///
    /// `build` traces a function of parameters (made in the scope) and returns any tensor; its
    /// elements are weighted by fixed numbers and summed, so that every output element counts.
    /// Central differences with step h have error O(h²) and float noise O(ε/h): with h = 10⁻²,
    /// agreement to `tolerance` of the gradient's largest entry is what can be expected.
    public static func findings(
        seed: UInt64 = 1, tolerance: Float = 2e-2, step: Float = 1e-2, mode: Scope.Mode = .training,
        prepare: (Executable) -> Void = { _ in }, _ build: (Scope) -> Tensor
    ) -> [String] {
        let trace = Trace()
        let scope = Scope(trace, mode: mode)
        let result = build(scope)
        var random = SplitMix(seed: seed &+ 77)
        let weights = (0..<result.shape.count).map { _ in 0.5 + random.unit() }
        let loss = (result * trace.constant(weights, result.shape)).sum()
        trace.output("loss", loss)
        trace.differentiate(loss)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: seed)
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: 2))
        prepare(executable)
        executable.run(seed: 5)
        var findings: [String] = []
        for entry in parameters.entries where entry.isTrainable {
            guard let gradient = executable.gradient(entry.path), let original = parameters[entry.path]
            else { continue }
            let scale = gradient.map { Swift.abs($0) }.max() ?? 0
            for index in gradient.indices {
                func value(_ shift: Float) -> Double {
                    var moved = original
                    moved[index] += shift
                    parameters[entry.path] = moved
                    executable.run(seed: 5)
                    return Double(executable.output("loss")?[0] ?? .nan)
                }
                let numeric = Float((value(step) - value(-step)) / Double(2 * step))
                let difference = Swift.abs(numeric - gradient[index])
                if !(difference <= tolerance * max(1, scale)) {
                    findings.append("\(entry.path)[\(index)]: gradient \(gradient[index]), differences say \(numeric)")
                }
            }
            parameters[entry.path] = original
        }
        return findings
    }
}
