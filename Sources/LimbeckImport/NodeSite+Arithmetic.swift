import LimbeckCompute

// Elementwise arithmetic with shapes checked, and with transposes moved behind it, so that those
// between channels-last convolutions cancel.

extension NodeSite {
    func unary(_ kind: Unary.Kind, _ x: Tensor) -> Tensor {
        guard let order = tracer.orders[x.id] else { return x.unary(kind) }
        return transposed(unary(kind, order.source), order.permutation)
    }

    func scaled(_ x: Tensor, _ scale: Float, shift: Float = 0) -> Tensor {
        unary(.affine(scale: scale, shift: shift), x)
    }

    func binary(_ kind: Binary.Kind, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        _ = try fitting(try broadcast(a.shape.extents, b.shape.extents))
        switch (tracer.orders[a.id], tracer.orders[b.id]) {
        case (let left?, let right?) where left.permutation == right.permutation && a.shape == b.shape:
            return transposed(try binary(kind, left.source, right.source), left.permutation)
        case (let left?, nil):
            guard let other = reordered(b, like: left.permutation) else { break }
            return transposed(try binary(kind, left.source, other), left.permutation)
        case (nil, let right?):
            guard let other = reordered(a, like: right.permutation) else { break }
            return transposed(try binary(kind, other, right.source), right.permutation)
        default: break
        }
        return a.binary(kind, b)
    }

    /// The operand as it lies beside a source whose axes are `permutation` before the transpose: only
    /// for what is no larger than one axis, such as a bias or a scalar.
    private func reordered(_ x: Tensor, like permutation: [Int]) -> Tensor? {
        let own = x.shape.extents
        guard own.count <= permutation.count, own.filter({ $0 != 1 }).count <= 1 else { return nil }
        let padded = Array(repeating: 1, count: permutation.count - own.count) + own
        var extents = padded
        for (to, from) in permutation.enumerated() { extents[from] = padded[to] }
        return x.reshaped(Shape(extents))
    }

    /// Another order of the axes; one after another becomes one, or none.
    func transposed(_ x: Tensor, _ permutation: [Int]) -> Tensor {
        if permutation == Array(0..<x.shape.rank) { return x }
        if let order = tracer.orders[x.id] {
            return transposed(order.source, permutation.map { order.permutation[$0] })
        }
        let result = x.transposed(permutation)
        tracer.orders[result.id] = (x, permutation)
        return result
    }

    func add(_ a: Tensor, _ b: Tensor) throws -> Tensor { try binary(.add, a, b) }
    func subtract(_ a: Tensor, _ b: Tensor) throws -> Tensor { try binary(.subtract, a, b) }
    func multiply(_ a: Tensor, _ b: Tensor) throws -> Tensor { try binary(.multiply, a, b) }
    func divide(_ a: Tensor, _ b: Tensor) throws -> Tensor { try binary(.divide, a, b) }
    func constant(_ value: Float) -> Tensor { trace.constant(value) }
    func maximum(_ a: Tensor, _ value: Float) throws -> Tensor { try binary(.maximum, a, constant(value)) }
    func minimum(_ a: Tensor, _ value: Float) throws -> Tensor { try binary(.minimum, a, constant(value)) }
    /// 1 where a > b.
    func greater(_ a: Tensor, _ b: Tensor) throws -> Tensor { try binary(.greater, a, b) }
    /// 1 − x.
    func not(_ x: Tensor) -> Tensor { scaled(x, -1, shift: 1) }
}
