import LimbeckCompute

extension SupportedOperations {
    /// Each tap of the kernel is one product over all places, channels last; the products add up.
    static let convolutions: [String: Handler] = [
        "Conv": { site in
            let x = try site.tensor(0), weight = try site.tensor(1)
            guard x.shape.rank >= 3, weight.shape.rank == x.shape.rank else {
                throw site.malformed("\(x.shape) by a weight \(weight.shape)")
            }
            let count = x.shape.rank - 2
            let kernel = Array(weight.shape.extents[2...])
            guard try site.integers("kernel_shape").map({ $0 == kernel }) ?? true else {
                throw site.malformed("kernel_shape differs from the weight's \(kernel)")
            }
            let groups = try site.integer("group", 1)
            let (channels, outputs, inputs) = (x.shape[1], weight.shape[0], weight.shape[1])
            guard groups >= 1, channels % groups == 0, channels / groups == inputs, outputs % groups == 0 else {
                throw site.malformed("\(channels) channels and a weight \(weight.shape) do not make \(groups) groups")
            }
            let sliding = try Sliding(site, Array(x.shape.extents[2...]), kernel: kernel)
            _ = try site.fitting([x.shape[0]] + sliding.places + [max(outputs, channels)])
            // [B, C, …] → [B, …, C]; [O, C/g, …] → […, C/g, O]
            let last = site.transposed(x, [0] + Array(2..<count + 2) + [1])
            let image = try sliding.padded(site, last, first: 1)
            let taps = sliding.taps
            let matrices = weight.transposed(Array(2..<count + 2) + [1, 0]).reshaped([taps.count, inputs, outputs])
            var sum: Tensor?
            for (index, tap) in taps.enumerated() {
                let matrix = matrices.sliced(axis: 0, start: index, length: 1).reshaped([inputs, outputs])
                let part = try site.grouped(
                    sliding.view(site, image, tap: tap, first: 1), by: matrix, groups: groups)
                sum = sum.map { $0 + part } ?? part
            }
            guard var result = sum else { throw site.malformed("the kernel is empty") }
            if site.has(2) {
                let bias = try site.tensor(2)
                guard bias.shape.extents == [outputs] else { throw site.malformed("a bias of \(bias.shape)") }
                result = result + bias
            }
            return [.tensor(site.transposed(result, [0, count + 1] + Array(1..<count + 1)))]
        }
    ]
}

extension NodeSite {
    /// `[…, C]` by `[C/g, O]`, group by group.
    fileprivate func grouped(_ x: Tensor, by matrix: Tensor, groups: Int) throws -> Tensor {
        if groups == 1 { return x.dense(matrix) }
        let outputs = matrix.shape[1]
        if matrix.shape[0] == 1, outputs == groups { return x * matrix.reshaped([outputs]) }
        let inputs = matrix.shape[0], rows = x.shape.count / x.shape[-1]
        let parts = x.reshaped([rows, groups, inputs]).transposed([1, 0, 2])
        let weights = matrix.reshaped([inputs, groups, outputs / groups]).transposed([1, 0, 2])
        return parts.matmul(weights).transposed([1, 0, 2])
            .reshaped(Shape(x.shape.extents.dropLast() + [outputs]))
    }
}
