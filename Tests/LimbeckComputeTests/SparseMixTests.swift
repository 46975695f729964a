import LimbeckCompute
import LimbeckNN
import Testing

@Suite struct SparseMixTests {
    /// A ring with chords: `[nodes, nodes]` with five entries a row.
    private func ring(_ nodes: Int) -> [Float] {
        var matrix = [Float](repeating: 0, count: nodes * nodes)
        for row in 0..<nodes {
            for (hop, weight) in [(0, 0.5), (1, 0.2), (2, 0.1), (7, 0.15), (nodes - 3, 0.05)] as [(Int, Float)] {
                matrix[row * nodes + (row + hop) % nodes] = weight
            }
        }
        return matrix
    }

    @Test func `a large sparse graph becomes compressed rows, a small or full one does not`() {
        func isSparse(_ matrix: [Float], _ nodes: Int) -> Bool {
            if case .sparse = Support.fixed(matrix, nodes: nodes, Trace()) { true } else { false }
        }
        #expect(isSparse(ring(64), 64))
        #expect(!isSparse(ring(63), 63))
        #expect(!isSparse([Float](repeating: 0.1, count: 64 * 64), 64))
    }

    /// Widths on both sides of a strip of the kernel, and results split between two workers.
    @Test(arguments: [1, 63, 64, 65, 200])
    func `compressed rows mix as the dense matrix does, and so do their gradients`(_ width: Int) throws {
        let nodes = 70, matrix = ring(nodes)
        func run(_ support: (Trace) -> Support) throws -> (loss: Float, output: [Float], gradient: [Float]) {
            let trace = Trace()
            let x = Scope(trace, mode: .training).parameter("x", [2, nodes, width], .normal(1))
            let y = x.mixed(by: support(trace), axis: 1)
            let loss = square(y).sum()
            trace.output("y", y)
            trace.output("loss", loss)
            trace.differentiate(loss)
            let computation = trace.finish()
            let executable = Executable(
                computation, parameters: Parameters(computation.parameters, seed: 3), pool: WorkerPool(workers: 2))
            executable.run()
            return (
                try #require(executable.output("loss")?.first), Array(try #require(executable.output("y"))),
                try #require(executable.gradient("x"))
            )
        }
        let sparse = try run { .fixed(matrix, nodes: nodes, $0) }
        let dense = try run { .dense($0.constant(matrix, [nodes, nodes])) }
        #expect(abs(sparse.loss - dense.loss) < 1e-4 * dense.loss)
        for (a, b) in zip(sparse.output, dense.output) { #expect(abs(a - b) < 1e-5) }
        for (a, b) in zip(sparse.gradient, dense.gradient) { #expect(abs(a - b) < 1e-4) }
    }
}
