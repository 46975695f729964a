public import LimbeckCompute

/// How node features reach other nodes: y[…, i, :] = Σⱼ S[i, j] x[…, j, :].
public enum Support {
    /// `[N, N]`, fixed or learned.
    case dense(Tensor)
    case sparse(SparseMatrix)
}

extension Support {
    /// A graph `[nodes, nodes]` that does not change: compressed rows where they are faster than a
    /// dense product, which they are where at most a fifth of a large matrix is not zero (see
    /// Documentation/Decisions.md).
    public static func fixed(_ matrix: [Float], nodes: Int, _ trace: Trace) -> Support {
        precondition(matrix.count == nodes * nodes, "Support: \(matrix.count) numbers for \(nodes) nodes")
        let count = matrix.count { $0 != 0 }
        guard nodes >= 64, 5 * count <= matrix.count else {
            return .dense(trace.constant(matrix, [nodes, nodes]))
        }
        let entries = matrix.indices.filter { matrix[$0] != 0 }
            .map { (row: $0 / nodes, column: $0 % nodes, weight: matrix[$0]) }
        return .sparse(SparseMatrix(rows: nodes, columns: nodes, entries: entries))
    }
}

extension Tensor {
    /// Mixes one axis of `[…, N, …]`.
    public func mixed(by support: Support, axis: Int) -> Tensor {
        let matrices = reshaped([shape.count(0..<axis), shape[axis], shape.count(axis + 1..<shape.rank)])
        switch support {
        case .sparse(let matrix): return matrices.mixed(by: matrix).reshaped(shape)
        case .dense(let matrix): return matrix.matmul(matrices).reshaped(shape)
        }
    }
}

/// softmax(relu(E₁ E₂ᵀ)): a graph learned from nothing but the task
/// (Wu et al. 2019, "Graph WaveNet", equation 5).
public struct AdaptiveGraph {
    public var nodes, rank: Int

    public init(nodes: Int, rank: Int = 10) {
        self.nodes = nodes
        self.rank = rank
    }

    public func callAsFunction(_ scope: Scope) -> Tensor {
        let source = scope.parameter("source", [nodes, rank], .normal(1))
        let target = scope.parameter("target", [nodes, rank], .normal(1))
        return softmax(relu(source.matmul(target, transposeOther: true)))
    }
}

/// Diffusion convolution: y = Σ over supports and orders of Sᵏ x W, and x W for k = 0
/// (Li et al. 2018, equation 2; Wu et al. 2019, equation 6). `[…, N, B, C] → […, N, B, outputs]`.
///
/// By Horner's rule, x W₀ + S (x W₁ + S (x W₂ + …)): what is mixed is `outputs` wide, each support
/// adds to the sum in place, and the backward pass needs x alone where published code keeps every Sᵏ x.
public struct DiffusionConvolution {
    public var outputs: Int
    public var order: Int

    public init(_ outputs: Int, order: Int = 2) {
        self.outputs = outputs
        self.order = order
    }

    public func callAsFunction(_ x: Tensor, _ supports: [Support], _ scope: Scope) -> Tensor {
        let inputs = x.shape[-1]
        let parts = 1 + order * supports.count
        let initial = Initializer.fan(inputs * parts)
        let weight = scope.parameter("weight", [parts, inputs, outputs], initial)
        func projected(_ part: Int) -> Tensor {
            x.dense(weight.sliced(axis: 0, start: part, length: 1).reshaped([inputs, outputs]))
        }
        let axis = x.shape.rank - 3
        var sum = projected(0)
        for (index, support) in supports.enumerated() {
            let first = 1 + index * order
            var mixed = projected(first + order - 1)
            for power in (0..<order - 1).reversed() {
                mixed = projected(first + power) + mixed.mixed(by: support, axis: axis)
            }
            sum = sum + mixed.mixed(by: support, axis: axis)
        }
        return sum + scope.parameter("bias", [outputs], initial)
    }
}
