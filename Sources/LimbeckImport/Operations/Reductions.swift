import LimbeckCompute

extension SupportedOperations {
    /// Over axes that stay with extent 1; dropped at the end unless `keepdims`.
    private static func reduction(
        _ fold: (@Sendable ([Double]) -> Double)? = nil,
        _ reduce: @escaping @Sendable (NodeSite, Tensor, [Int]) throws -> Tensor
    ) -> Handler {
        { site in
            let value = try site.movable(0), extents = value.extents
            let given = try site.integers("axes", orInput: 1) ?? []
            if given.isEmpty, try site.integer("noop_with_empty_axes", 0) != 0 { return [value] }
            let axes = given.isEmpty ? Array(extents.indices) : try site.axes(given, extents.count)
            let kept = try site.integer("keepdims", 1) != 0
            if let fold, let known = value.known, axes.count == extents.count {
                let number = fold(known.values)
                let shape = kept ? extents.map { _ in 1 } : []
                return [.numbers(Numbers(shape, [number], isInteger: known.isInteger))]
            }
            let result = try reduce(site, site.tensor(0), axes)
            return [
                .tensor(
                    kept
                        ? result
                        : result.reshaped(Shape(extents.indices.filter { !axes.contains($0) }.map { extents[$0] })))
            ]
        }
    }

    static let reductions: [String: Handler] = [
        "ReduceSum": reduction({ $0.reduce(0, +) }) { $0.sum($1, $2) },
        "ReduceMean": reduction { $0.mean($1, $2) },
        "ReduceMax": reduction({ $0.max() ?? 0 }) { $0.maximum($1, $2) },
        "ReduceMin": reduction({ $0.min() ?? 0 }) { -$0.maximum(-$1, $2) },
        "ReduceProd": reduction({ $0.reduce(1, *) }) { site, x, axes in
            try axes.reduce(x) { x, axis in
                guard x.shape[axis] <= 1024 else { throw site.unsupported("a product of \(x.shape[axis]) entries") }
                let parts = (0..<x.shape[axis]).map { x.sliced(axis: axis, start: $0, length: 1) }
                return parts.dropFirst().reduce(parts[0], *)
            }
        },
        "ReduceSumSquare": reduction { $0.sum(square($1), $2) },
        "ReduceL1": reduction { $0.sum(abs($1), $2) },
        "ReduceL2": reduction { $0.sum(square($1), $2).unary(.squareRoot) },
    ]
}

extension NodeSite {
    fileprivate func sum(_ x: Tensor, _ axes: [Int]) -> Tensor { axes.reduce(x) { $0.sum(axis: $1) } }

    fileprivate func mean(_ x: Tensor, _ axes: [Int]) -> Tensor {
        sum(x, axes).scaled(1 / Float(axes.reduce(1) { $0 * x.shape[$1] }))
    }

    fileprivate func maximum(_ x: Tensor, _ axes: [Int]) -> Tensor { axes.reduce(x) { $0.maximum(axis: $1) } }
}
