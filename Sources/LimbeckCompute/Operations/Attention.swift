import CLimbeckKernels

/// Scaled dot-product attention with heads side by side in the last axis (Vaswani et al. 2017,
/// equation 1): for each head of width d, softmax(Q Kᵀ / √d) V. Q, K, V `[batch, length, heads · d]`
/// → the same shape.
///
/// Heads are strided views of one product, so that nothing is transposed. The weights of one head
/// exist one at a time; the backward pass computes them again.
struct Attention: Operation {
    var heads: Int
    var name: String { "attention" }

    func type(_ operands: [TensorType]) -> TensorType {
        let (q, k, v) = (operands[0].shape, operands[1].shape, operands[2].shape)
        precondition(
            q.rank == 3 && k == v && q[0] == k[0] && q[2] == k[2] && q[2] % heads == 0,
            "attention: \(q), \(k), \(v) with \(heads) heads")
        return operands[0]
    }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        let (q, k) = (operands[0].shape, operands[1].shape)
        return Cost(
            flops: q[0] * q[1] * k[1] * (4 * q[2] + 5 * heads),
            bytes: 4 * operands.reduce(result.shape.count) { $0 + $1.shape.count })
    }

    func gradient(_ site: GradientSite) -> [Tensor?] {
        let (q, k, v) = (site.operands[0], site.operands[1], site.operands[2])
        // The three gradients come out of one operation, side by side.
        let all = site.upstream.trace.apply(
            AttentionGradient(heads: heads), [q, k, v, site.upstream])
        let width = q.shape[2]
        return [
            all.sliced(axis: 1, start: 0, length: q.shape[1]),
            all.sliced(axis: 1, start: q.shape[1], length: k.shape[1]),
            all.sliced(axis: 1, start: q.shape[1] + k.shape[1], length: k.shape[1]),
        ].map { $0.reshaped([q.shape[0], $0.shape[1], width]) }
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape[0], reads: [.rows, .rows, .rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let head = AttentionHead(site, heads: heads)
        let (q, k, v, y) = (site.operands[0], site.operands[1], site.operands[2], site.result)
        let each = head.batch / site.rows
        return { slab in
            for index in slab.rows.lowerBound * each..<slab.rows.upperBound * each {
                let (from, to) = (index * head.queries * head.width, index * head.keys * head.width)
                for number in 0..<head.heads {
                    let shift = number * head.depth
                    let weights = head.weights[slab.worker]
                    head.attend(slab[q] + from + shift, slab[k] + to + shift, weights)
                    // O = P V
                    head.product(
                        weights, head.keys, false, slab[v] + to + shift, head.width, false,
                        slab[y] + from + shift, head.width, head.queries, head.depth, head.keys)
                }
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] { site.bySlabs(self) }
}

/// dQ, dK and dV one after another along the length: `[batch, queries + 2 · keys, heads · d]`.
struct AttentionGradient: Operation {
    var heads: Int
    var name: String { "attention, gradient" }

    func type(_ operands: [TensorType]) -> TensorType {
        let (q, k) = (operands[0].shape, operands[1].shape)
        return TensorType([q[0], q[1] + 2 * k[1], q[2]])
    }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        let (q, k) = (operands[0].shape, operands[1].shape)
        return Cost(
            flops: q[0] * q[1] * k[1] * (10 * q[2] + 9 * heads),
            bytes: 4 * operands.reduce(result.shape.count) { $0 + $1.shape.count })
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        Slabbing(rows: result.shape[0], reads: [.rows, .rows, .rows, .rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let head = AttentionHead(site, heads: heads)
        let (q, k, v, dy) = (site.operands[0], site.operands[1], site.operands[2], site.operands[3])
        let result = site.result
        let each = head.batch / site.rows
        let scale = head.scale
        return { slab in
            for index in slab.rows.lowerBound * each..<slab.rows.upperBound * each {
                let (from, to) = (index * head.queries * head.width, index * head.keys * head.width)
                let start = slab[result] + index * (head.queries + 2 * head.keys) * head.width
                for number in 0..<head.heads {
                    let shift = number * head.depth
                    let (p, dp) = (head.weights[slab.worker], head.gradients[slab.worker])
                    let (dq, dk) = (start + shift, start + head.queries * head.width + shift)
                    let dv = dk + head.keys * head.width
                    head.attend(slab[q] + from + shift, slab[k] + to + shift, p)
                    let upstream = slab[dy] + from + shift
                    // dV = Pᵀ dO
                    head.product(
                        p, head.keys, true, upstream, head.width, false, dv, head.width, head.keys, head.depth,
                        head.queries)
                    // dP = dO Vᵀ, then dS = P (dP − Σ P dP) / √d
                    head.product(
                        upstream, head.width, false, slab[v] + to + shift, head.width, true, dp, head.keys,
                        head.queries, head.keys, head.depth)
                    lk_softmax_gradient(p, dp, Int64(head.queries), Int64(head.keys), scale)
                    // dQ = dS K, dK = dSᵀ Q
                    head.product(
                        dp, head.keys, false, slab[k] + to + shift, head.width, false, dq, head.width,
                        head.queries, head.depth, head.keys)
                    head.product(
                        dp, head.keys, true, slab[q] + from + shift, head.width, false, dk, head.width,
                        head.keys, head.depth, head.queries)
                }
            }
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] { site.bySlabs(self) }
}

/// The extents of one head and memory for its weights `[queries, keys]`, by worker.
private struct AttentionHead {
    let batch, queries, keys, width, heads: Int
    let weights, gradients: [UnsafeMutablePointer<Float>]

    init(_ site: SlabSite, heads: Int) {
        let (q, k) = (site.operandTypes[0].shape, site.operandTypes[1].shape)
        (batch, queries, keys, width) = (q[0], q[1], k[1], q[2])
        self.heads = heads
        weights = site.resources.forEachWorker(queries * keys)
        gradients = site.operandTypes.count > 3 ? site.resources.forEachWorker(queries * keys) : []
    }

    var depth: Int { width / heads }
    var scale: Float { 1 / Float(depth).squareRoot() }

    /// softmax(Q Kᵀ / √d) by rows.
    func attend(
        _ q: UnsafeMutablePointer<Float>, _ k: UnsafeMutablePointer<Float>, _ weights: UnsafeMutablePointer<Float>
    ) {
        product(q, width, false, k, width, true, weights, keys, queries, keys, depth)
        lk_scaled_softmax(weights, Int64(queries), Int64(keys), scale)
    }

    func product(
        _ a: UnsafeMutablePointer<Float>, _ lda: Int, _ transposeA: Bool, _ b: UnsafeMutablePointer<Float>,
        _ ldb: Int, _ transposeB: Bool, _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ m: Int, _ n: Int, _ k: Int
    ) {
        Gemm(transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, lda: lda, ldb: ldb, ldc: ldc)
            .run(0..<m, ofRows: true, a, b, c)
    }
}

/// softmax(Q Kᵀ / √d) V for each head; Q, K, V `[batch, length, heads · d]`.
public func attention(_ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int) -> Tensor {
    q.trace.apply(Attention(heads: heads), [q, k, v])
}
