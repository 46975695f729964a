import LimbeckCompute
import LimbeckRuntime

extension ProgramLowering {
    /// A product with the bias and activation that follow it.
    mutating func lower(_ chain: Epilogues.Chain) throws {
        let node = computation.nodes[chain.product]
        if case .convolution(let form) = node.form { return try lower(chain, convolution: form) }
        guard case .matmul(let transposeLeft, let transposeRight) = node.form else {
            throw unsupported(chain.product, "it is no product")
        }
        let (a, b) = (type(node.operands[0]).shape, type(node.operands[1]).shape)
        let (rows, depth) = transposeLeft ? (a[-1], a[-2]) : (a[-2], a[-1])
        let columns = transposeRight ? b[-2] : b[-1]
        var product = MatrixProduct(
            left: try buffer(node.operands[0]), right: try buffer(node.operands[1]), output: 0,
            bias: try chain.bias.map { try buffer($0) },
            batch: node.type.shape.count / (rows * columns), rows: rows, columns: columns,
            depth: depth, leftStride: a.rank == 2 ? 0 : rows * depth,
            rightStride: b.rank == 2 ? 0 : depth * columns, transposeLeft: transposeLeft,
            transposeRight: transposeRight, activation: chain.activation)
        if product.rightStride == 0, !transposeLeft, product.leftStride > 0 {
            // A shared right operand: all matrices of the batch are rows of one.
            product.rows *= product.batch
            product.batch = 1
            product.leftStride = 0
        }
        if product.batch == 1 { (product.leftStride, product.rightStride) = (0, 0) }
        product.output = result(chain.tail)
        builder.emit(.matmul(product))
    }

    private mutating func lower(_ chain: Epilogues.Chain, convolution form: ConvolutionForm?) throws {
        let node = computation.nodes[chain.product]
        let (x, weight, y) = (type(node.operands[0]).shape, type(node.operands[1]).shape, node.type.shape)
        let walk = form ?? .same(weight)
        var convolution = Convolution(
            input: try buffer(node.operands[0]), weight: try buffer(node.operands[1]), output: 0,
            bias: try chain.bias.map { try buffer($0) }, batch: x[0], height: x[1], width: x[2],
            channels: x[3], outputHeight: y[1], outputWidth: y[2], outputs: y[3], groups: walk.groups,
            kernelHeight: weight[0], kernelWidth: weight[1], strideY: walk.strideY, strideX: walk.strideX,
            dilationY: walk.dilationY, dilationX: walk.dilationX, top: walk.top, left: walk.left,
            activation: chain.activation)
        convolution.output = result(chain.tail)
        builder.emit(.convolve(convolution))
    }

    mutating func lowerRecurrence(_ node: Int, _ kind: Recurrence.Kind, keepsSteps: Bool) throws {
        let operands = computation.nodes[node].operands
        let gates = type(operands[0]).shape
        let (steps, rows, units) = (gates[0], gates[1], gates[2] / kind.gates)
        let scratch = builder.temporary(Recurrence.scratchCount(kind, rows: rows, units: units))
        let recurrence = Recurrence(
            kind, gates: try buffer(operands[0]), weight: try buffer(operands[1]),
            bias: operands.count > 2 ? try buffer(operands[2]) : nil, output: result(node),
            scratch: scratch, steps: steps, rows: rows, units: units, keepsSteps: keepsSteps)
        builder.emit(.recur(recurrence))
    }

    /// y[t] = matrix · x[t], for x `[T, columns, …]`.
    mutating func lowerMix(_ node: Int, _ matrix: Int, rows: Int, columns: Int) throws {
        let shape = type(node).shape
        let width = shape.count(2..<shape.rank)
        let input = try buffer(computation.nodes[node].operands[0])
        builder.emit(
            .matmul(
                MatrixProduct(
                    left: matrix, right: input, output: result(node), batch: shape[0], rows: rows,
                    columns: width, depth: columns, rightStride: columns * width)))
    }

    mutating func lowerGather(_ node: Int) throws {
        let operands = computation.nodes[node].operands
        let table = type(operands[0]).shape
        builder.emit(
            .gather(
                Gather(
                    table: try buffer(operands[0]), index: .slot(try slot(operands[1])),
                    output: result(node), entries: table[0], width: table[1],
                    count: type(operands[1]).shape.count)))
    }
}

extension ConvolutionForm {
    /// Zeros around the image so that the result is as large.
    static func same(_ weight: Shape) -> ConvolutionForm {
        var form = ConvolutionForm()
        form.top = weight[0] / 2
        form.left = weight[1] / 2
        return form
    }
}
