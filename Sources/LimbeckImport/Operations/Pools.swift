import LimbeckCompute
import LimbeckONNX

extension SupportedOperations {
    static let pools: [String: Handler] = [
        "MaxPool": { site in
            let (x, sliding) = try site.pool()
            var image = try sliding.padded(site, x, first: 2)
            if sliding.hasPadding {
                // What is around never wins.
                let floor = sliding.border(x.shape, inside: 0, outside: -3e38)
                image = image + site.trace.constant(floor.values, floor.shape)
            }
            var result: Tensor?
            for tap in sliding.taps {
                let view = try sliding.view(site, image, tap: tap, first: 2)
                result = result.map { $0.maximum(view) } ?? view
            }
            guard let result else { throw site.malformed("the kernel is empty") }
            return [.tensor(result)]
        },
        "AveragePool": { site in
            let (x, sliding) = try site.pool()
            let image = try sliding.padded(site, x, first: 2)
            let countsAround = try site.integer("count_include_pad", 0) != 0
            let border = sliding.border(x.shape, inside: 1, outside: countsAround ? 1 : 0)
            let ones = site.trace.constant(border.values, border.shape)
            func sum(_ x: Tensor) throws -> Tensor {
                var sum: Tensor?
                for tap in sliding.taps {
                    let view = try sliding.view(site, x, tap: tap, first: 2)
                    sum = sum.map { $0 + view } ?? view
                }
                guard let sum else { throw site.malformed("the kernel is empty") }
                return sum
            }
            if !sliding.hasPadding || countsAround {
                return [.tensor(try sum(image).scaled(1 / Float(sliding.kernel.reduce(1, *))))]
            }
            return [.tensor(try site.divide(sum(image), sum(ones)))]
        },
        "GlobalAveragePool": { try $0.global { $0.mean(axis: $1) } },
        "GlobalMaxPool": { try $0.global { $0.maximum(axis: $1) } },
    ]
}

extension NodeSite {
    fileprivate func pool() throws -> (Tensor, Sliding) {
        let x = try tensor(0)
        guard x.shape.rank >= 3, let kernel = try integers("kernel_shape"), node.outputs.count == 1 else {
            throw unsupported("a pool of \(x.shape) without kernel_shape, or with indices")
        }
        let sliding = try Sliding(self, Array(x.shape.extents[2...]), kernel: kernel)
        _ = try fitting(Array(x.shape.extents[..<2]) + sliding.places)
        return (x, sliding)
    }

    fileprivate func global(_ reduce: (Tensor, Int) -> Tensor) throws -> [Value] {
        let x = try tensor(0)
        guard x.shape.rank >= 3 else { throw malformed("\(x.shape) has nothing to pool") }
        return [.tensor((2..<x.shape.rank).reduce(x, reduce))]
    }
}

extension Sliding {
    /// One number inside the padded image and another around it, `[1, 1, …]`.
    fileprivate func border(_ x: Shape, inside: Float, outside: Float) -> (values: [Float], shape: Shape) {
        let own = Array(x.extents[2...])
        let extents = own.indices.map { own[$0] + before[$0] + after[$0] }
        var values: [Float] = [inside]
        for axis in extents.indices.reversed() {
            let inner = values, blank = [Float](repeating: outside, count: values.count)
            values = (0..<extents[axis]).flatMap { before[axis]..<before[axis] + own[axis] ~= $0 ? inner : blank }
        }
        return (values, Shape([1, 1] + extents))
    }
}
