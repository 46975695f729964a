import LimbeckCompute
import LimbeckONNX

extension SupportedOperations {
    static let normalizations: [String: Handler] = [
        // y = (x − mean) / √(variance + ε) · scale + shift with the statistics of the file.
        "BatchNormalization": { site in
            let x = try site.tensor(0)
            guard x.shape.rank >= 2, try site.integer("training_mode", 0) == 0 else {
                throw site.unsupported("training, or an input of shape \(x.shape)")
            }
            let width = x.shape[1]
            func parameter(_ index: Int, isState: Bool = false) throws -> Tensor {
                let tensor = try site.tensor(index, isState: isState)
                guard tensor.shape.extents == [width] else { throw site.malformed("input \(index) is \(tensor.shape)") }
                return tensor
            }
            let (mean, variance) = (try parameter(3, isState: true), try parameter(4, isState: true))
            let epsilon = try site.float("epsilon", 1e-5)
            let factor = try variance.plus(epsilon).unary(.squareRoot).unary(.reciprocal) * parameter(1)
            let shift = try parameter(2) - mean * factor
            let column = Shape([width] + Array(repeating: 1, count: x.shape.rank - 2))
            let scaled = try site.multiply(x, factor.reshaped(column))
            return [.tensor(try site.add(scaled, shift.reshaped(column)))]
        },
        "LayerNormalization": { site in
            let x = try site.tensor(0), rank = x.shape.rank
            guard rank > 0, site.node.outputs.filter({ !$0.isEmpty }).count == 1 else {
                throw site.unsupported("statistics as outputs")
            }
            let axis = try site.axis(site.integer("axis", -1), rank)
            let normal = try site.normalized(x, axis..<rank, site.float("epsilon", 1e-5))
            let scaled = try site.multiply(normal, site.tensor(1))
            return [.tensor(site.has(2) ? try site.add(scaled, site.tensor(2)) : scaled)]
        },
        "InstanceNormalization": { site in
            let x = try site.tensor(0)
            guard x.shape.rank >= 3 else { throw site.malformed("\(x.shape) has nothing to normalize") }
            let normal = try site.normalized(x, 2..<x.shape.rank, site.float("epsilon", 1e-5))
            let column = Shape([x.shape[1]] + Array(repeating: 1, count: x.shape.rank - 2))
            let (scale, shift) = (try site.tensor(1), try site.tensor(2))
            guard scale.shape.extents == [x.shape[1]], shift.shape == scale.shape else {
                throw site.malformed("a scale of \(scale.shape) for \(x.shape)")
            }
            return [.tensor(try site.add(site.multiply(normal, scale.reshaped(column)), shift.reshaped(column)))]
        },
        "Softmax": { site in [.tensor(try site.softmax { LimbeckCompute.softmax($0) })] },
        "LogSoftmax": { site in [.tensor(try site.softmax { LimbeckCompute.logSoftmax($0) })] },
    ]
}

extension NodeSite {
    /// (x − mean) / √(variance + ε) over contiguous axes.
    fileprivate func normalized(_ x: Tensor, _ axes: Range<Int>, _ epsilon: Float) throws -> Tensor {
        let centered = try subtract(x, x.mean(axes))
        let variance = square(centered).mean(axes)
        return try multiply(centered, variance.plus(epsilon).unary(.squareRoot).unary(.reciprocal))
    }

    /// Over one axis; before version 13 over it and all behind.
    fileprivate func softmax(_ function: (Tensor) -> Tensor) throws -> Tensor {
        let x = try tensor(0), rank = x.shape.rank
        guard rank > 0 else { throw malformed("a number has no axis") }
        let axis = try axis(integer("axis", opset >= 13 ? -1 : 1), rank)
        if opset < 13 {
            let rows = x.shape.extents[..<axis].reduce(1, *)
            return function(x.reshaped([rows, x.shape.count / rows])).reshaped(x.shape)
        }
        if axis == rank - 1 { return function(x) }
        var permutation = Array(0..<rank)
        permutation.swapAt(axis, rank - 1)
        return transposed(function(transposed(x, permutation)), permutation)
    }
}
