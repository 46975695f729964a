import CLimbeckKernels

/// A matrix with few entries, in compressed rows.
public struct SparseMatrix: Hashable, Sendable {
    public var rows, columns: Int
    var rowStart: [Int32]
    var column: [Int32]
    var weight: [Float]

    /// Entries may come in any order; each (row, column) at most once.
    public init(rows: Int, columns: Int, entries: [(row: Int, column: Int, weight: Float)]) {
        self.rows = rows
        self.columns = columns
        rowStart = [Int32](repeating: 0, count: rows + 1)
        let sorted = entries.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
        for entry in sorted {
            precondition(
                (0..<rows).contains(entry.row) && (0..<columns).contains(entry.column),
                "SparseMatrix: entry (\(entry.row), \(entry.column)) outside [\(rows), \(columns)]")
            rowStart[entry.row + 1] += 1
        }
        for row in 0..<rows { rowStart[row + 1] += rowStart[row] }
        column = sorted.map { Int32($0.column) }
        weight = sorted.map(\.weight)
    }

    public var entryCount: Int { weight.count }

    var transposed: SparseMatrix {
        var entries: [(row: Int, column: Int, weight: Float)] = []
        for row in 0..<rows {
            for edge in Int(rowStart[row])..<Int(rowStart[row + 1]) {
                entries.append((Int(column[edge]), row, weight[edge]))
            }
        }
        return SparseMatrix(rows: columns, columns: rows, entries: entries)
    }
}

/// y = S · x for each matrix `[columns, …]` of the leading axis of x `[batch, columns, …]`. With
/// `accumulates` that is added to a second operand, in its memory where possible.
struct SparseMix: Operation {
    var matrix: SparseMatrix
    var accumulates = false
    var name: String { accumulates ? "sparseMix+" : "sparseMix" }
    var accumulator: Int? { accumulates ? 1 : nil }

    func type(_ operands: [TensorType]) -> TensorType {
        var shape = operands[0].shape
        precondition(
            shape.rank >= 2 && shape[1] == matrix.columns,
            "sparseMix: \(matrix.columns) columns for \(shape)")
        shape.extents[1] = matrix.rows
        return TensorType(shape)
    }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        let width = result.shape.count(2..<result.shape.rank)
        return Cost(
            flops: 2 * result.shape[0] * matrix.entryCount * width,
            bytes: 4 * operands.reduce(result.shape.count) { $0 + $1.shape.count })
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        [site.upstream.trace.apply(SparseMix(matrix: matrix.transposed), [site.upstream])]
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: operands[0].shape[0], reads: operands.map { _ in .rows })
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let (rows, columns) = (matrix.rows, matrix.columns)
        let (x, y, width) = (
            site.operands[0], site.result, site.resultType.shape.count / site.resultType.shape.count(0..<2)
        )
        let rowStart = site.resources.copy(matrix.rowStart)
        let column = site.resources.copy(matrix.column)
        let weight = site.resources.copy(matrix.weight)
        let each = site.resultType.shape[0] / site.rows
        let accumulator = accumulates ? site.operands[1] : nil
        return { slab in
            if let accumulator { slab.copy(accumulator, to: y, width: each * rows * width) }
            for index in slab.rows.lowerBound * each..<slab.rows.upperBound * each {
                lk_csr(
                    rowStart, column, weight, slab[x] + index * columns * width, slab[y] + index * rows * width,
                    0, Int64(rows), Int64(width), accumulator != nil)
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let shape = site.operandTypes[0].shape
        let (batch, width) = (shape[0], shape.count(2..<shape.rank))
        let (rows, columns) = (matrix.rows, matrix.columns)
        let (x, y) = (site.operands[0], site.result)
        let rowStart = site.resources.copy(matrix.rowStart)
        let column = site.resources.copy(matrix.column)
        let weight = site.resources.copy(matrix.weight)
        let accumulates = accumulates
        return (accumulates ? site.copyOperand(1) : []) + [
            .ranges(batch * rows, work: batch * matrix.entryCount * width) { range in
                var at = range.lowerBound
                while at < range.upperBound {
                    let (index, first) = (at / rows, at % rows)
                    let last = min(rows, first + range.upperBound - at)
                    lk_csr(
                        rowStart, column, weight, x + index * columns * width,
                        y + index * rows * width, Int64(first), Int64(last), Int64(width),
                        accumulates)
                    at += last - first
                }
            }
        ]
    }
}

extension Tensor {
    /// Mixes axis 1 by a sparse matrix.
    public func mixed(by matrix: SparseMatrix) -> Tensor { trace.apply(SparseMix(matrix: matrix), [self]) }
}
