import LimbeckCompute

/// A case compiled: forward, backward, clip and Adam in one executable, inputs filled.
final class Step {
    let name: String
    let executable: Executable
    let parameters: Parameters
    /// Initial values, before any step has changed them.
    let initial: [String: [Float]]
    let compileSeconds: Double
    private var count = 0

    init(_ one: Case, threads: Int, dropout: Bool) {
        name = one.name
        let begin = microseconds()
        let trace = Trace()
        let loss = one.build(trace, dropout)
        trace.output("loss", loss)
        trace.differentiate(loss)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        self.parameters = parameters
        var rule = OptimizerRule(kind: .adam)
        rule.clipNorm = one.clip
        let state = OptimizerState(for: parameters)
        executable = Executable(
            computation, parameters: parameters, pool: WorkerPool(workers: threads), optimizer: (rule, state))
        compileSeconds = (microseconds() - begin) / 1e6
        initial = Dictionary(uniqueKeysWithValues: parameters.entries.map { ($0.path, parameters[$0.path] ?? []) })
        for name in executable.inputNames {
            var draw = Draw(UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
            if let bound = one.bounds[name], let target = executable.indices(name) {
                for index in target.indices { target[index] = Int32(draw.next() % UInt64(bound)) }
            } else if let target = executable.input(name) {
                let shape = executable.shape(ofInput: name) ?? []
                if name == "labels", shape[-1] > 1 {
                    // One class of each row.
                    for row in 0..<shape[0] { target[row * shape[-1] + Int(draw.next() % UInt64(shape[-1]))] = 1 }
                    continue
                }
                for index in target.indices {
                    switch name {
                    case "labels": target[index] = Float(draw.next() % 2)
                    // All on one side of where forecasts begin: where errors of both signs cancel, a
                    // rounding that decides an activation is a part in a thousand of a gradient, and
                    // no two libraries could be compared.
                    case "expected": target[index] = draw.normal() + 8
                    default: target[index] = draw.normal()
                    }
                }
            }
        }
    }

    /// Runs a step and returns its milliseconds.
    func run() -> Double {
        count += 1
        let begin = microseconds()
        executable.run(rate: 1e-3, seed: UInt32(truncatingIfNeeded: count))
        return (microseconds() - begin) / 1e3
    }

    var loss: Float { executable.output("loss")?.first ?? .nan }
}
