public import LimbeckCompute

/// Compares every gradient of a traced function with central differences.
public enum GradientCheck {
    /// What did not agree; empty when all did.
    ///
    /// `build` traces a function of parameters (made in the scope) and returns any tensor; its
    /// elements are weighted by fixed numbers and summed, so that every output element counts.
    ///
    /// Differences are taken at ±h and ±2h and extrapolated (error O(h⁴)). A gradient may be off by
    /// `tolerance` of the largest of its own parameter, and by what rounding does to differences:
    /// `rounding` units in the last place of every output element, divided by the step. Small
    /// gradients are held to the first as large ones are.
    ///
    /// - Parameter margin: how far from 0 parameters are moved, to either side: above 2 `step`, no
    ///   difference reaches over a kink at 0.
    public static func findings(
        seed: UInt64 = 1, tolerance: Double = 5e-3, rounding: Double = 4, step: Float = 1e-2,
        margin: Float = 0, mode: Scope.Mode = .training,
        prepare: (Executable) -> Void = { _ in }, _ build: (Scope) -> Tensor
    ) -> [String] {
        let trace = Trace()
        let scope = Scope(trace, mode: mode)
        let result = build(scope)
        var random = SplitMix(seed: seed &+ 77)
        let weights = (0..<result.shape.count).map { _ in 0.5 + random.unit() }
        let loss = (result * trace.constant(weights, result.shape)).sum()
        trace.output("result", result)
        trace.differentiate(loss)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: seed)
        for entry in parameters.entries where entry.isTrainable && margin > 0 {
            parameters[entry.path] = parameters[entry.path]?.map { $0 < 0 ? $0 - margin : $0 + margin }
        }
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: 2))
        prepare(executable)

        // Summed here rather than there, so that only the outputs themselves are rounded.
        func run() -> (value: Double, size: Double) {
            executable.run(seed: 5)
            var (value, size) = (0.0, 0.0)
            for (element, weight) in zip(executable.output("result").map(Array.init) ?? [.nan], weights) {
                value += Double(element) * Double(weight)
                size += Swift.abs(Double(element) * Double(weight))
            }
            return (value, size)
        }

        let noise = rounding * run().size * 0x1p-24 / Double(step)
        let gradients = parameters.entries.map { executable.gradient($0.path) }
        var findings: [String] = []
        for (entry, gradient) in zip(parameters.entries, gradients) {
            guard let gradient, let original = parameters[entry.path] else { continue }
            let scale = Double(gradient.map { Swift.abs($0) }.max() ?? 0)
            for index in gradient.indices {
                func difference(_ step: Float) -> Double {
                    let (high, low) = (original[index] + step, original[index] - step)
                    func value(_ element: Float) -> Double {
                        var moved = original
                        moved[index] = element
                        parameters[entry.path] = moved
                        return run().value
                    }
                    return (value(high) - value(low)) / (Double(high) - Double(low))
                }
                let numeric = (4 * difference(step) - difference(2 * step)) / 3
                if !(Swift.abs(numeric - Double(gradient[index])) <= tolerance * scale + noise) {
                    findings.append("\(entry.path)[\(index)]: gradient \(gradient[index]), differences say \(numeric)")
                }
            }
            parameters[entry.path] = original
        }
        return findings
    }
}
