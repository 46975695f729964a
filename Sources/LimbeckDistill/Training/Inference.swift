public import LimbeckCompute

/// A network run over any number of samples, batch by batch.
public struct Inference<T: TrainingTask> {
    private let task: T
    private let buffers: T.Buffers
    private let executable: Executable
    private let batch: Int

    /// - Parameter role: what stands before the network's paths in `parameters`; may be empty.
    public init(
        _ network: Network<T.Inputs>, task: T, parameters: Parameters, role: String = "",
        pool: WorkerPool, batch: Int = 64
    ) {
        self.task = task
        self.batch = batch
        let trace = Trace()
        let inputs = task.inputs(trace, batch: batch)
        trace.output("output", network.trace(inputs, Scope(trace, path: role, mode: .inference)).output)
        executable = Executable(trace.finish(), parameters: parameters, pool: pool)
        buffers = task.buffers(executable, inputs)
    }

    /// `[samples] + outputShape`. Throws when a result is not finite.
    public func outputs(_ samples: [Int]) throws -> [Float] {
        let size = task.outputShape.count
        var values: [Float] = []
        values.reserveCapacity(samples.count * size)
        for first in stride(from: 0, to: samples.count, by: batch) {
            let real = samples[first..<min(first + batch, samples.count)]
            let padded = Array(real) + repeatElement(real[real.endIndex - 1], count: batch - real.count)
            task.fill(buffers, samples: padded[...])
            executable.run()
            guard let output = executable.output("output") else { break }
            let kept = output.prefix(real.count * size)
            guard kept.allSatisfy(\.isFinite) else {
                throw DistillError(
                    .notFinite,
                    "An output is not finite, first in \(executable.firstNonFinite() ?? "the inputs"). Lower learningRate, or clip."
                )
            }
            values += kept
        }
        return values
    }
}
