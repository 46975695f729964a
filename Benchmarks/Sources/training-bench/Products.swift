import Foundation
import LimbeckCompute

/// Matrix products timed alone: what a step cannot do without.
struct Products {
    struct Product {
        var batch, m, n, k: Int
        var transposeA, transposeB, sumsBatch: Bool
        var count: Int
        var use: String
    }

    var products: [Product]

    /// 2048³, for the machine's peak.
    static let square = Products(products: [
        Product(
            batch: 1, m: 2048, n: 2048, k: 2048, transposeA: false, transposeB: false, sumsBatch: false, count: 1,
            use: "peak")
    ])

    init(products: [Product]) { self.products = products }

    /// A list as `gemms/gwnet-207.csv` has it.
    init(file: String) throws {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").dropFirst()
        products = try lines.map { line in
            let fields = line.split(separator: ",").map(String.init)
            guard fields.count == 8, let batch = Int(fields[1]), let m = Int(fields[2]), let n = Int(fields[3]),
                let k = Int(fields[4]), let count = Int(fields[7])
            else { throw CocoaError(.fileReadCorruptFile) }
            return Product(
                batch: batch, m: m, n: n, k: k, transposeA: fields[5].first == "T",
                transposeB: fields[5].last == "T", sumsBatch: fields[6] == "sum", count: count, use: fields[0])
        }
    }

    var flops: Double { products.reduce(0) { $0 + 2 * Double($1.batch * $1.m * $1.n * $1.k * $1.count) } }

    /// Milliseconds for all of them: the median of `repeats` runs of each, times how often it occurs.
    func milliseconds(threads: Int, repeats: Int = 7) -> Double {
        let pool = WorkerPool(workers: threads)
        return products.reduce(0) { total, product in
            let trace = Trace()
            let batch = product.batch == 1 ? [] : [product.batch]
            // A weight or support is shared by the batch; a sum over the batch has one for each.
            let isShared = !product.sumsBatch
            let a = trace.input(
                "a",
                Shape(
                    (isShared ? [] : batch) + (product.transposeA ? [product.k, product.m] : [product.m, product.k])))
            let b = trace.input(
                "b", Shape(batch + (product.transposeB ? [product.n, product.k] : [product.k, product.n])))
            trace.output(
                "c",
                a.matmul(
                    b, transposeSelf: product.transposeA, transposeOther: product.transposeB,
                    sumsBatch: product.sumsBatch && product.batch > 1))
            let computation = trace.finish()
            let executable = Executable(
                computation, parameters: Parameters(computation.parameters, seed: 1), pool: pool)
            for name in ["a", "b"] {
                guard let target = executable.input(name) else { continue }
                for index in target.indices { target[index] = Float(index % 7) * 0.1 }
            }
            executable.run()
            let times = (0..<repeats).map { _ in
                let begin = microseconds()
                executable.run()
                return (microseconds() - begin) / 1e3
            }.sorted()
            return total + times[repeats / 2] * Double(product.count)
        }
    }
}
