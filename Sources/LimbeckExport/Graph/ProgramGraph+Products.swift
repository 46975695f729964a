import LimbeckONNX
import LimbeckRuntime

/// `x · weight + bias` with numbers known, `x` `[rows, depth]`: what recurrent layers take over.
struct PlainProduct {
    var left: GraphValue
    /// `[depth, columns]`.
    var weight: [Float]
    var bias: [Float]?
    var depth, columns: Int
}

extension ProgramGraph {
    mutating func write(_ given: MatrixProduct) throws {
        var product = given
        if product.batch > 1, product.rightStride == 0, !product.transposeLeft,
            product.leftStride == product.rows * product.depth
        {
            // A shared right operand: all matrices of the batch are rows of one.
            product.rows *= product.batch
            product.batch = 1
        }
        let result = product.batch == 1 ? try writeOne(product) : try writeMany(product)
        hold(unary(product.activation, result), in: product.output)
    }

    /// One product: `Gemm` with its bias, or `MatMul` over the axes that the left operand has.
    private mutating func writeOne(_ p: MatrixProduct) throws -> GraphValue {
        let leftShape = p.transposeLeft ? [p.depth, p.rows] : [p.rows, p.depth]
        let rightShape = p.transposeRight ? [p.columns, p.depth] : [p.depth, p.columns]
        var left = try read(p.left, p.rows * p.depth)
        var right = try read(p.right, as: rightShape)
        var isTransposed = (left: p.transposeLeft, right: p.transposeRight)
        if isTransposed.right, graph.constant(right) != nil {
            right = graph.transpose(right, [1, 0])
            isTransposed.right = false
        }
        if isTransposed.left, graph.constant(left) != nil {
            left = graph.transpose(graph.reshape(left, leftShape), [1, 0])
            isTransposed.left = false
        }
        let result: GraphValue
        if p.bias == nil, !isTransposed.left, !isTransposed.right {
            if left.shape.count < 2 || left.shape.last != p.depth {
                left = graph.reshape(left, [p.rows, p.depth])
            }
            result = graph.add("MatMul", [left, right], left.shape.dropLast() + [p.columns])
        } else {
            left = graph.reshape(left, isTransposed.left ? [p.depth, p.rows] : [p.rows, p.depth])
            var inputs = [left, right]
            if let bias = p.bias { inputs.append(try read(bias, as: [p.columns])) }
            var attributes: [String: ONNXAttribute] = [:]
            if isTransposed.left { attributes["transA"] = .integer(1) }
            if isTransposed.right { attributes["transB"] = .integer(1) }
            result = graph.add("Gemm", inputs, [p.rows, p.columns], attributes: attributes)
        }
        if !isTransposed.left, !isTransposed.right, let weight = graph.constant(right) {
            let bias = try p.bias.map { try read($0, p.columns) }
            let numbers = bias.map { graph.constant($0) }
            if bias == nil || numbers != .some(nil) {
                products[result.name] = PlainProduct(
                    left: left, weight: weight, bias: numbers ?? nil, depth: p.depth, columns: p.columns)
            }
        }
        return result
    }

    private mutating func writeMany(_ p: MatrixProduct) throws -> GraphValue {
        let left = try matrices(
            p.left, p.batch, stride: p.leftStride, rows: p.rows, columns: p.depth, isTransposed: p.transposeLeft)
        let right = try matrices(
            p.right, p.batch, stride: p.rightStride, rows: p.depth, columns: p.columns,
            isTransposed: p.transposeRight)
        let shape = [p.batch, p.rows, p.columns]
        if left.shape.count == 2, right.shape.count == 2 {
            let one = graph.add("MatMul", [left, right], [p.rows, p.columns])
            let all = graph.add("Expand", [one, graph.vector(shape)], shape)
            return try biased(all, p.bias, p.columns)
        }
        return try biased(graph.add("MatMul", [left, right], shape), p.bias, p.columns)
    }

    private mutating func biased(_ value: GraphValue, _ bias: Int?, _ columns: Int) throws -> GraphValue {
        guard let bias else { return value }
        return graph.add("Add", [value, try read(bias, as: [columns])], value.shape)
    }

    /// `[batch, rows, columns]`, or `[rows, columns]` where all are the same.
    private mutating func matrices(
        _ buffer: Int, _ batch: Int, stride: Int, rows: Int, columns: Int, isTransposed: Bool
    ) throws -> GraphValue {
        let stored = isTransposed ? [columns, rows] : [rows, columns]
        if stride == 0 {
            let one = try read(buffer, as: stored)
            return isTransposed ? graph.transpose(one, [1, 0]) : one
        }
        let size = rows * columns
        let many: GraphValue
        if stride == size {
            many = try read(buffer, as: [batch] + stored)
        } else {
            let all = try read(buffer)
            guard (batch - 1) * stride + size <= all.count else {
                throw unsupported("it reads beyond what buffer \(buffer) holds")
            }
            many = graph.reshape(
                graph.blocks(all, outer: batch, inner: size, start: 0, stride: stride), [batch] + stored)
        }
        return isTransposed ? graph.transpose(many, [0, 2, 1]) : many
    }

    /// Whole numbers are exact in floats: the input is rounded as the device rounds it, and its scale
    /// joins those of the weights.
    mutating func write(_ p: QuantizedProduct) throws {
        let input = try read(p.input, as: [p.rows, p.depth])
        let steps = graph.add("Div", [input, graph.floats([p.inputScale], [])], input.shape)
        let rounded = graph.add("Round", [steps], input.shape)
        let whole = graph.add("Clip", [rounded, graph.floats([-127], []), graph.floats([127], [])], input.shape)
        let weight = try read(p.weight, as: [p.depth, p.columns])
        let scaled = graph.add("Mul", [weight, graph.floats([p.inputScale], [])], weight.shape)
        var inputs = [whole, scaled]
        if let bias = p.bias { inputs.append(try read(bias, as: [p.columns])) }
        let result = graph.add(p.bias == nil ? "MatMul" : "Gemm", inputs, [p.rows, p.columns])
        hold(.nothing, in: p.scratch)
        hold(unary(p.activation, result), in: p.output)
    }

    mutating func write(_ gather: Gather) throws {
        let table = try read(gather.table, as: [gather.entries, gather.width])
        let rows: GraphValue
        switch gather.index {
        case .slot(let number): rows = slots[number]
        case .buffer(let number): rows = try indices(number, gather)
        }
        hold(graph.add("Gather", [table, rows], rows.shape + [gather.width]), in: gather.output)
    }

    /// A buffer's values as rows of a table: rounded, NaN as 0, kept within it.
    private mutating func indices(_ buffer: Int, _ gather: Gather) throws -> GraphValue {
        let values = try read(buffer, gather.count)
        let last = gather.entries - 1
        if let numbers = graph.constant(values) {
            return graph.integers(
                numbers.map { $0 > 0 ? min(Int64(min($0, Float(last)) + 0.5), Int64(last)) : 0 }, [gather.count])
        }
        let shape = values.shape
        let isMissing = graph.add("IsNaN", [values], shape)
        let present = graph.add("Where", [isMissing, graph.floats([0], []), values], shape)
        let kept = graph.add("Clip", [present, graph.floats([0], []), graph.floats([Float(last)], [])], shape)
        let raised = graph.add("Add", [kept, graph.floats([0.5], [])], shape)
        let whole = graph.add("Cast", [raised], shape, attributes: ["to": .integer(7)])
        return graph.add("Min", [whole, graph.integers([Int64(last)], [])], shape)
    }
}
