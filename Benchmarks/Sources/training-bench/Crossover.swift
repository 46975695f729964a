import LimbeckCompute
import LimbeckNN

/// Node mixing by compressed rows beside a dense product, by size and share of entries that are not
/// zero: where `Support.fixed` should change from one to the other.
enum Crossover {
    static func measure(threads: Int, printing line: (String) -> Void) {
        line("nodes  not zero  compressed, ms   dense, ms   ratio")
        for nodes in [32, 64, 207, 512, 1024] {
            for percent in [2, 5, 10, 15, 20, 30] {
                let times = [true, false].map { milliseconds(nodes, percent, isSparse: $0, threads: threads) }
                line(
                    "\(nodes)\t\(percent) %\t\(rounded(times[0]))\t\(rounded(times[1]))\t\(rounded(times[1] / times[0]))"
                )
            }
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    /// The median of 9 mixings of `[batch, nodes, 256]`.
    private static func milliseconds(_ nodes: Int, _ percent: Int, isSparse: Bool, threads: Int) -> Double {
        var draw = Draw(UInt64(nodes))
        let matrix = (0..<nodes * nodes).map { _ in draw.next() % 100 < UInt64(percent) ? draw.unit() : 0 }
        let trace = Trace()
        let batch = max(4, 20_000 / nodes)
        let x = trace.input("x", [batch, nodes, 256])
        let entries = matrix.indices.filter { matrix[$0] != 0 }
            .map { (row: $0 / nodes, column: $0 % nodes, weight: matrix[$0]) }
        let support: Support =
            isSparse
            ? .sparse(SparseMatrix(rows: nodes, columns: nodes, entries: entries))
            : .dense(trace.constant(matrix, [nodes, nodes]))
        trace.output("y", x.mixed(by: support, axis: 1))
        let computation = trace.finish()
        let executable = Executable(
            computation, parameters: Parameters([], seed: 1), pool: WorkerPool(workers: threads))
        if let target = executable.input("x") { for index in target.indices { target[index] = Float(index % 7) } }
        executable.run()
        let times = (0..<9).map { _ in
            let begin = microseconds()
            executable.run()
            return (microseconds() - begin) / 1e3
        }.sorted()
        return times[4]
    }
}
