import LimbeckCompute
import LimbeckNN
import Testing

@Suite struct FakeQuantizeTests {
    private func run(_ body: (Trace) -> Tensor) -> [Float] {
        let trace = Trace()
        trace.output("y", body(trace))
        let computation = trace.finish()
        let executable = Executable(
            computation, parameters: Parameters(computation.parameters, seed: 1), pool: WorkerPool(workers: 1))
        executable.run()
        return executable.output("y").map { Array($0) } ?? []
    }

    @Test func `multiples of a 127th of the largest, of the tensor or of each channel, by hand`() {
        let values: [Float] = [1.27, -0.5, 0.004, 0.0051, -0.626, 0.25]
        let whole = run { $0.constant(values, [3, 2]).fakeQuantized(byChannel: false) }
        for (value, expected) in zip(whole, [1.27, -0.5, 0, 0.01, -0.63, 0.25] as [Float]) {
            #expect(abs(value - expected) < 1e-6)
        }
        let channels = run { $0.constant(values, [3, 2]).fakeQuantized(byChannel: true) }
        for (value, expected) in zip(channels, [1.27, -0.5, 0, 0.5 / 127, -0.63, 32 / 127] as [Float]) {
            #expect(abs(value - expected) < 1e-6)
        }
        #expect(run { $0.constant([0, 0], [2]).fakeQuantized(byChannel: false) } == [0, 0])
    }

    @Test func `the gradient passes as if nothing were rounded, and inference rounds nothing`() {
        let trace = Trace()
        let scope = Scope(trace, mode: .training).quantizing()
        let x = trace.constant([0.3, -0.7, 1.1, 0.2], [2, 2])
        let y = Dense(3)(x, scope.child("dense"))
        trace.differentiate(y.reshaped([6]).sum(axis: 0).reshaped([]))
        let computation = trace.finish()
        let executable = Executable(
            computation, parameters: Parameters(computation.parameters, seed: 3), pool: WorkerPool(workers: 1))
        executable.run()
        // d/dW of the sum is the rounded input summed over rows: 1.4 and -0.5 to 1.1 / 127.
        let gradient = executable.gradient("dense/weight").map { Array($0) } ?? []
        #expect(gradient.count == 6)
        for (value, expected) in zip(gradient, [1.4, 1.4, 1.4, -0.5, -0.5, -0.5] as [Float]) {
            #expect(abs(value - expected) < 1.1 / 127)
        }
        #expect(!Scope(Trace(), mode: .inference).quantizing().isQuantizing)
        #expect(scope.child("a").isQuantizing)
    }
}
