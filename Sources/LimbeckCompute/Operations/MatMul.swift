/// C = op(A) · op(B), by matrices `[batch…, M, K]` and `[batch…, K, N]`.
///
/// An operand of rank 2 is shared by the whole batch. With `sumsBatch` the products of the
/// batch are added up: the gradient of a shared operand. With `accumulates` the result is added to
/// a third operand, in its memory where possible.
struct MatMul: Operation {
    var transposeA = false
    var transposeB = false
    var sumsBatch = false
    var accumulates = false

    var name: String { accumulates ? "matmul+" : "matmul" }
    var accumulator: Int? { accumulates ? 2 : nil }

    struct Extents {
        var batch: Shape
        var m, n, k: Int
        var aIsShared, bIsShared: Bool
    }

    func extents(_ operands: [TensorType]) -> Extents {
        let (a, b) = (operands[0].shape, operands[1].shape)
        precondition(a.rank >= 2 && b.rank >= 2, "matmul: \(a) and \(b) are not matrices")
        let (m, k) = transposeA ? (a[-1], a[-2]) : (a[-2], a[-1])
        let (l, n) = transposeB ? (b[-1], b[-2]) : (b[-2], b[-1])
        let (batchA, batchB) = (Shape(a.extents.dropLast(2)), Shape(b.extents.dropLast(2)))
        precondition(
            k == l && (batchA == batchB || a.rank == 2 || b.rank == 2),
            "matmul: \(a)\(transposeA ? "ᵀ" : "") and \(b)\(transposeB ? "ᵀ" : "") do not fit")
        return Extents(
            batch: a.rank == 2 ? batchB : batchA, m: m, n: n, k: k,
            aIsShared: a.rank == 2, bIsShared: b.rank == 2)
    }

    func type(_ operands: [TensorType]) -> TensorType {
        let e = extents(operands)
        return TensorType(Shape((sumsBatch ? [] : e.batch.extents) + [e.m, e.n]))
    }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        let e = extents(operands)
        return Cost(
            flops: 2 * e.batch.count * e.m * e.n * e.k,
            bytes: 4 * operands.reduce(result.shape.count) { $0 + $1.shape.count })
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        let (a, b, dc) = (site.operands[0], site.operands[1], site.upstream)
        precondition(
            !sumsBatch && !accumulates, "matmul: a summed or accumulated product is not differentiated again")
        let batched = dc.shape.rank > 2
        func product(_ x: Tensor, _ tx: Bool, _ y: Tensor, _ ty: Bool, for operand: Tensor) -> Tensor {
            dc.trace.apply(
                MatMul(
                    transposeA: tx, transposeB: ty, sumsBatch: batched && operand.shape.rank == 2),
                [x, y])
        }
        let da =
            transposeA
            ? product(b, transposeB, dc, true, for: a) : product(dc, false, b, !transposeB, for: a)
        let db =
            transposeB
            ? product(dc, true, a, transposeA, for: b) : product(a, !transposeA, dc, false, for: b)
        return [da, db]
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        let e = extents(operands)
        let base: [Slabbing.Reading] = accumulates ? [sumsBatch || transposeA && e.batch.rank == 0 ? .sum : .rows] : []
        if e.batch.rank > 0 {
            if e.aIsShared && e.bIsShared { return nil }
            return Slabbing(
                rows: e.batch.count,
                reads: [e.aIsShared ? .whole : .rows, e.bIsShared ? .whole : .rows] + base, isSum: sumsBatch)
        }
        // Every slab packs the shared operand anew.
        guard e.k * e.n <= Self.largestShared || transposeA else { return nil }
        if !transposeA { return Slabbing(rows: e.m, reads: [.rows, .whole] + base) }
        return transposeB ? nil : Slabbing(rows: e.k, reads: [.rows, .rows] + base, isSum: true)
    }

    /// Numbers of a weight that a core's cache holds beside a slab.
    private static let largestShared = 131_072

    func lower(_ site: SlabSite) -> SlabBody {
        let e = extents(site.operandTypes)
        let (m, n, k) = (e.m, e.n, e.k)
        let (a, b, c, base) = (site.operands[0], site.operands[1], site.result, site.operands.last ?? 0)
        let gemm = Gemm(
            transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k,
            lda: transposeA ? m : k, ldb: transposeB ? k : n, ldc: n)
        let (accumulates, sumsBatch, width) = (accumulates, sumsBatch, accumulates ? site.width : 0)
        /// What the result begins with: a sum with what the worker's earlier slabs brought.
        func beta(_ slab: Slab) -> Float {
            guard accumulates else { return 0 }
            slab.copy(base, to: c, width: width)
            return 1
        }
        if e.batch.rank > 0 {
            let (aStep, bStep, each) = (
                e.aIsShared ? 0 : m * k, e.bIsShared ? 0 : k * n, e.batch.count / site.rows
            )
            return { slab in
                let beta = sumsBatch ? (slab.isFirst && !accumulates ? 0 : 1) : beta(slab)
                let batch = slab.rows.lowerBound * each..<slab.rows.upperBound * each
                for index in batch {
                    gemm.run(
                        0..<m, ofRows: true, slab[a] + index * aStep, slab[b] + index * bStep,
                        slab[c] + (sumsBatch ? 0 : index * m * n),
                        beta: sumsBatch && index > batch.lowerBound ? 1 : beta)
                }
            }
        }
        if transposeA {
            let each = k / site.rows
            return { slab in
                var gemm = gemm
                gemm.k = slab.rows.count * each
                let first = slab.rows.lowerBound * each
                gemm.run(
                    0..<m, ofRows: true, slab[a] + first * m, slab[b] + first * n, slab[c],
                    beta: slab.isFirst && !accumulates ? 0 : 1)
            }
        }
        let each = m / site.rows
        return { slab in
            gemm.run(
                slab.rows.lowerBound * each..<slab.rows.upperBound * each, ofRows: true, slab[a], slab[b], slab[c],
                beta: beta(slab))
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let e = extents(site.operandTypes)
        let (m, n, k, batch) = (e.m, e.n, e.k, e.batch.count)
        let (aStep, bStep) = (e.aIsShared ? 0 : m * k, e.bIsShared ? 0 : k * n)
        let gemm = Gemm(
            transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k,
            lda: transposeA ? m : k, ldb: transposeB ? k : n, ldc: n)
        let (a, b, c) = (site.operands[0], site.operands[1], site.result)
        let work = batch * m * n * k / 8
        let prepare = accumulates ? site.copyOperand(2) : []
        let beta: Float = accumulates ? 1 : 0
        if sumsBatch {
            return prepare + [
                .ranges(max(m, n), grain: 8, work: work) { range in
                    for index in 0..<batch {
                        gemm.run(
                            range, ofRows: m >= n, a + index * aStep, b + index * bStep, c,
                            beta: index == 0 ? beta : 1)
                    }
                }
            ]
        }
        if batch > 1 {
            return prepare + [
                // All rows of all products in one line, so that workers get equal shares of a few too.
                .ranges(batch * m, work: work) { range in
                    var at = range.lowerBound
                    while at < range.upperBound {
                        let (index, first) = (at / m, at % m)
                        let last = min(m, first + range.upperBound - at)
                        gemm.run(
                            first..<last, ofRows: true, a + index * aStep, b + index * bStep, c + index * m * n,
                            beta: beta)
                        at += last - first
                    }
                }
            ]
        }
        return prepare + [
            .ranges(max(m, n), grain: 8, work: work) { gemm.run($0, ofRows: m >= n, a, b, c, beta: beta) }
        ]
    }
}

extension Tensor {
    /// Matrix product over the last two axes; a rank-2 operand is shared by the batch. With `sumsBatch`
    /// the products of the batch are added up.
    public func matmul(
        _ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false, sumsBatch: Bool = false
    ) -> Tensor {
        trace.apply(
            MatMul(transposeA: transposeSelf, transposeB: transposeOther, sumsBatch: sumsBatch), [self, other])
    }

    /// `[…, K] · [K, N]` as one product over all rows.
    public func dense(_ weight: Tensor) -> Tensor {
        let rows = shape.count / shape[-1]
        let product = reshaped([rows, shape[-1]]).matmul(weight)
        return product.reshaped(Shape(shape.extents.dropLast() + [weight.shape[-1]]))
    }
}
