import LimbeckRuntime

/// The instructions of a student as C calls, with the functions and tables that they name.
struct CProgram {
    private let content: StudentContent
    /// First calendar index of each slot.
    private let slotStarts: [Int]
    private(set) var functions: Set<CFunction> = []
    /// Sizes of convolutions and transpositions.
    private(set) var tables = ""
    private(set) var calls = ""

    init(_ content: StudentContent) throws {
        self.content = content
        slotStarts = content.windowing.slots.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        for (number, instruction) in content.program.instructions.enumerated() {
            try write(instruction, number)
        }
    }

    private mutating func write(_ instruction: Instruction, _ number: Int) throws {
        switch instruction {
        case .matmul(let product): write(product)
        case .unary(let kind, let input, let output): write(kind, input, output, count(output))
        case .affine(let scale, let shift, let input, let output):
            call(
                .affine, CText.literal(scale), CText.literal(shift), place(input), place(output),
                "\(count(output))")
        case .binary(let kind, let left, let right, let output):
            let function = CElementwise.function(kind)
            functions.insert(function)
            call(
                .combine, function.rawValue, place(left.buffer), "\(left.inner)", "\(left.period)",
                place(right.buffer), "\(right.inner)", "\(right.period)", place(output), "\(count(output))")
        case .gather(let gather): write(gather)
        case .transpose(let transposition): write(transposition, number)
        case .copy(let copy):
            // A stride between fewer than two blocks is never taken, and may be of any size.
            let isStrided = copy.outer > 1
            call(
                .copy, place(copy.input, copy.inputStart), "\(isStrided ? copy.inputStride : 0)",
                place(copy.output, copy.outputStart), "\(isStrided ? copy.outputStride : 0)", "\(copy.outer)",
                "\(copy.inner)")
        case .reduce(let r):
            let sizes = ["\(r.outer)", "\(r.middle)", "\(r.inner)"]
            switch r.kind {
            case .maximum: call(.reduce_maximum, [place(r.input), place(r.output)] + sizes)
            case .sum, .mean:
                let factor = r.kind == .mean ? 1 / Float(r.middle) : 1
                call(.reduce_sum, [place(r.input), place(r.output)] + sizes + [CText.literal(factor)])
            }
        case .quantized(let q):
            remark("\(CText.shape(q.rows, q.depth)) by \(CText.shape(q.depth, q.columns)), in whole numbers")
            call(
                .product_int8, place(q.input), place(q.weight),
                "scales_\(content.program.buffers[q.weight].tensor)", bias(q.bias), place(q.scratch),
                place(q.output), "\(q.rows)", "\(q.columns)", "\(q.depth)", CText.literal(q.inputScale))
            activate(q.activation, q.output, q.rows * q.columns)
        case .softmax(let input, let output, let rows, let width):
            call(.softmax, place(input), place(output), "\(rows)", "\(width)")
        case .broadcast(let operand, let output):
            call(
                .broadcast, place(operand.buffer), "\(operand.inner)", "\(operand.period)", place(output),
                "\(count(output))")
        case .convolve(let convolution): try write(convolution, number)
        case .recur(let r):
            call(
                r.kind == .gru ? .gru : .lstm, place(r.gates), place(r.weight), bias(r.bias), place(r.scratch),
                place(r.output), "\(r.steps)", "\(r.rows)", "\(r.units)", r.keepsSteps ? "1" : "0")
        }
    }

    private mutating func write(_ p: MatrixProduct) {
        let size = p.rows * p.columns
        remark(
            "\(p.batch > 1 ? "\(p.batch) times " : "")\(CText.shape(p.rows, p.depth)) by "
                + "\(CText.shape(p.depth, p.columns))")
        for batch in 0..<p.batch {
            call(
                p.transposeRight ? .product_transposed : .product, place(p.left, batch * p.leftStride),
                "\(p.transposeLeft ? 1 : p.depth)", "\(p.transposeLeft ? p.rows : 1)",
                place(p.right, batch * p.rightStride), bias(p.bias), place(p.output, batch * size), "\(p.rows)",
                "\(p.columns)", "\(p.depth)")
        }
        activate(p.activation, p.output, p.batch * size)
    }

    private mutating func write(_ gather: Gather) {
        let source = content.program.buffers[gather.table]
        let isStored = CWeights.isInt8(source, content)
        let scales = isStored ? ["scales_\(source.tensor)"] : []
        switch gather.index {
        case .slot(let slot):
            call(
                isStored ? .gather_int8 : .gather,
                [place(gather.table)] + scales + [
                    CText.place("state->calendar", slotStarts[slot]), place(gather.output), "\(gather.width)",
                    "\(gather.count)",
                ])
        case .buffer(let index):
            call(
                isStored ? .gather_nearest_int8 : .gather_nearest,
                [place(gather.table)] + scales + [
                    place(index), place(gather.output), "\(gather.entries)", "\(gather.width)", "\(gather.count)",
                ])
        }
    }

    private mutating func write(_ transposition: Transposition, _ number: Int) {
        let shape = (0..<transposition.rank).map(transposition.extent)
        let permutation = (0..<transposition.rank).map(transposition.axis)
        var natural = shape.map { _ in 1 }
        for axis in shape.indices.dropLast().reversed() { natural[axis] = natural[axis + 1] * shape[axis + 1] }
        remark("\(shape) in the order \(permutation)")
        tables += CText.array("int32_t", "extents_\(number)", permutation.map { "\(shape[$0])" })
        tables += CText.array("int32_t", "strides_\(number)", permutation.map { "\(natural[$0])" })
        call(
            .transpose, place(transposition.input), place(transposition.output), "\(shape.reduce(1, *))",
            "\(shape.count)", "extents_\(number)", "strides_\(number)")
    }

    private mutating func write(_ c: Convolution, _ number: Int) throws {
        for (extent, stride, kernel, dilation) in [
            (c.outputHeight, c.strideY, c.kernelHeight, c.dilationY),
            (c.outputWidth, c.strideX, c.kernelWidth, c.dilationX),
        ] where extent * stride + kernel * dilation > Int(Int32.max) {
            throw ExportError(
                .refused,
                "Instruction \(number): a convolution reaches beyond 32-bit integers; make its stride or dilation "
                    + "smaller to export it to C.")
        }
        tables += """
            static const struct convolution sizes_\(number) = {
                \(c.batch), \(c.height), \(c.width), \(c.channels), \(c.outputHeight), \(c.outputWidth), \
            \(c.outputs), \(c.groups),
                \(c.kernelHeight), \(c.kernelWidth), \(c.strideY), \(c.strideX), \(c.dilationY), \(c.dilationX), \
            \(c.top), \(c.left)
            };

            """
        call(.convolve, "&sizes_\(number)", place(c.input), place(c.weight), bias(c.bias), place(c.output))
        activate(c.activation, c.output, c.batch * c.outputHeight * c.outputWidth * c.outputs)
    }

    // MARK: Pieces

    private mutating func write(_ kind: UnaryKind, _ input: Int, _ output: Int, _ count: Int) {
        if let function = CElementwise.function(kind) {
            functions.insert(function)
            call(.map, function.rawValue, place(input), place(output), "\(count)")
        } else if place(input) != place(output) {
            call(.copy, place(input), "0", place(output), "0", "1", "\(count)")
        }
    }

    private mutating func activate(_ kind: UnaryKind, _ buffer: Int, _ count: Int) {
        if kind != .identity { write(kind, buffer, buffer, count) }
    }

    private mutating func call(_ function: CFunction, _ arguments: String...) { call(function, arguments) }

    private mutating func call(_ function: CFunction, _ arguments: [String]) {
        functions.insert(function)
        calls += "    \(function.rawValue)(\(arguments.joined(separator: ", ")));\n"
    }

    private mutating func remark(_ text: String) { calls += "    /* \(CText.comment(text)) */\n" }

    private func count(_ buffer: Int) -> Int { content.program.buffers[buffer].count }

    private func bias(_ buffer: Int?) -> String { buffer.map { place($0) } ?? "0" }

    /// The address of a buffer's float `offset`.
    private func place(_ number: Int, _ offset: Int = 0) -> String {
        let buffer = content.program.buffers[number]
        let base =
            switch buffer.source {
            case .history: "state->scaled"
            case .temporary: "state->work"
            case .output: "forecast"
            case .constant: "weight_\(buffer.tensor)"
            }
        return CText.place(base, buffer.offset + offset)
    }
}
