/// Instructions as 32-bit words: an opcode and its fields in the order of the format document.
extension Instruction {
    /// No buffer, where one is optional.
    private static let none = Int(truncatingIfNeeded: UInt32.max)

    var opcode: UInt16 {
        switch self {
        case .matmul: 1
        case .unary: 2
        case .affine: 3
        case .binary: 4
        case .gather: 5
        case .transpose: 6
        case .copy: 7
        case .reduce: 8
        case .softmax: 9
        case .broadcast: 10
        case .convolve: 11
        case .recur: 12
        case .quantized: 13
        }
    }

    /// Fields as integers; a float is its bit pattern.
    var words: [Int] {
        switch self {
        case .matmul(let m):
            return [
                m.left, m.right, m.output, m.bias ?? Self.none, m.batch, m.rows, m.columns,
                m.depth, m.leftStride, m.rightStride, m.transposeLeft ? 1 : 0,
                m.transposeRight ? 1 : 0, Int(m.activation.rawValue),
            ]
        case .unary(let kind, let input, let output): return [Int(kind.rawValue), input, output]
        case .affine(let scale, let shift, let input, let output):
            return [
                Int(truncatingIfNeeded: scale.bitPattern),
                Int(truncatingIfNeeded: shift.bitPattern), input, output,
            ]
        case .binary(let kind, let left, let right, let output):
            return [
                Int(kind.rawValue), left.buffer, left.inner, left.period, right.buffer,
                right.inner, right.period, output,
            ]
        case .gather(let g):
            switch g.index {
            case .slot(let slot): return [g.table, 0, slot, g.output, g.entries, g.width, g.count]
            case .buffer(let buffer):
                return [g.table, 1, buffer, g.output, g.entries, g.width, g.count]
            }
        case .transpose(let t):
            let used = 0..<min(max(t.rank, 0), Transposition.largestRank)
            return [t.input, t.output, t.rank] + used.map { t.extent($0) } + used.map { t.axis($0) }
        case .copy(let c):
            return [
                c.input, c.output, c.outer, c.inner, c.inputStart, c.inputStride, c.outputStart,
                c.outputStride,
            ]
        case .reduce(let r):
            return [Int(r.kind.rawValue), r.input, r.output, r.outer, r.middle, r.inner]
        case .softmax(let input, let output, let rows, let width):
            return [input, output, rows, width]
        case .broadcast(let operand, let output):
            return [operand.buffer, operand.inner, operand.period, output]
        case .convolve(let c):
            return [
                c.input, c.weight, c.output, c.bias ?? Self.none, c.batch, c.height, c.width,
                c.channels, c.outputHeight, c.outputWidth, c.outputs, c.groups, c.kernelHeight,
                c.kernelWidth, c.strideY, c.strideX, c.dilationY, c.dilationX, c.top, c.left,
                Int(c.activation.rawValue),
            ]
        case .recur(let r):
            return [
                Int(r.kind.rawValue), r.gates, r.weight, r.bias ?? Self.none, r.output, r.scratch,
                r.steps, r.rows, r.units, r.keepsSteps ? 1 : 0,
            ]
        case .quantized(let q):
            return [
                q.input, q.weight, q.output, q.bias ?? Self.none, q.scratch, q.rows, q.columns, q.depth,
                Int(truncatingIfNeeded: q.inputScale.bitPattern), Int(q.activation.rawValue),
            ]
        }
    }

    /// Reads one instruction, and exactly as many words as it says it has.
    init(_ reader: inout ByteReader, number: Int) throws(StudentError) {
        let opcode = reader.integer(UInt16.self)
        let count = Int(reader.integer(UInt16.self))
        let start = reader.position
        switch opcode {
        case 1:
            let left = reader.size()
            let right = reader.size()
            let output = reader.size()
            let bias = reader.optional()
            let batch = reader.size()
            let rows = reader.size()
            let columns = reader.size()
            let depth = reader.size()
            let leftStride = reader.size()
            let rightStride = reader.size()
            let transposeLeft = reader.flag()
            let transposeRight = reader.flag()
            self = .matmul(
                MatrixProduct(
                    left: left, right: right, output: output,
                    bias: bias, batch: batch, rows: rows, columns: columns, depth: depth,
                    leftStride: leftStride, rightStride: rightStride,
                    transposeLeft: transposeLeft, transposeRight: transposeRight,
                    activation: reader.kind(UnaryKind.identity)))
        case 2:
            let kind = reader.kind(UnaryKind.identity)
            let input = reader.size()
            self = .unary(kind, input: input, output: reader.size())
        case 3:
            let scale = reader.float()
            let shift = reader.float()
            let input = reader.size()
            self = .affine(scale: scale, shift: shift, input: input, output: reader.size())
        case 4:
            let kind = reader.kind(BinaryKind.add)
            let left = reader.operand()
            let right = reader.operand()
            self = .binary(kind, left: left, right: right, output: reader.size())
        case 5:
            let table = reader.size()
            let isBuffer = reader.flag()
            let index = reader.size()
            let output = reader.size()
            let entries = reader.size()
            let width = reader.size()
            self = .gather(
                Gather(
                    table: table, index: isBuffer ? .buffer(index) : .slot(index),
                    output: output, entries: entries, width: width, count: reader.size()))
        case 6 where Included.everything:
            let input = reader.size()
            let output = reader.size()
            let rank = reader.size()
            try reader.check()
            guard (1...Transposition.largestRank).contains(rank) else {
                throw StudentError(
                    .invalidProgram, "instruction: rank", index: number,
                    expected: Transposition.largestRank, actual: rank)
            }
            let shape = reader.list(rank) { (reader, _) in reader.size() }
            let permutation = reader.list(rank) { (reader, _) in reader.size() }
            self = .transpose(
                Transposition(
                    input: input, output: output, shape: shape, permutation: permutation))
        case 7:
            let input = reader.size()
            let output = reader.size()
            let outer = reader.size()
            let inner = reader.size()
            let inputStart = reader.size()
            let inputStride = reader.size()
            let outputStart = reader.size()
            self = .copy(
                BlockCopy(
                    input: input, output: output, outer: outer, inner: inner,
                    inputStart: inputStart, inputStride: inputStride, outputStart: outputStart,
                    outputStride: reader.size()))
        case 8 where Included.everything:
            let kind = reader.kind(Reduction.Kind.sum)
            let input = reader.size()
            let output = reader.size()
            let outer = reader.size()
            let middle = reader.size()
            self = .reduce(
                Reduction(
                    kind, input: input, output: output, outer: outer, middle: middle,
                    inner: reader.size()))
        case 9 where Included.everything:
            let input = reader.size()
            let output = reader.size()
            let rows = reader.size()
            self = .softmax(input: input, output: output, rows: rows, width: reader.size())
        case 10 where Included.everything:
            let operand = reader.operand()
            self = .broadcast(operand, output: reader.size())
        case 11 where Included.everything: self = .convolve(reader.convolution())
        case 12 where Included.everything: self = .recur(reader.recurrence())
        case 13: self = .quantized(reader.quantizedProduct())
        default:
            try reader.check()
            throw StudentError(
                .unsupported, "section program: opcode", index: number, actual: Int64(opcode))
        }
        try reader.check()
        guard reader.position - start == count * 4 else {
            throw StudentError(
                .invalidProgram, "instruction: words", index: number,
                expected: (reader.position - start) / 4, actual: count)
        }
    }
}

extension ByteReader {
    fileprivate mutating func convolution() -> Convolution {
        let input = size()
        let weight = size()
        let output = size()
        let bias = optional()
        let batch = size()
        let height = size()
        let width = size()
        let channels = size()
        let outputHeight = size()
        let outputWidth = size()
        let outputs = size()
        let groups = size()
        let kernelHeight = size()
        let kernelWidth = size()
        let strideY = size()
        let strideX = size()
        let dilationY = size()
        let dilationX = size()
        let top = size()
        let left = size()
        return Convolution(
            input: input, weight: weight, output: output, bias: bias, batch: batch, height: height,
            width: width, channels: channels, outputHeight: outputHeight,
            outputWidth: outputWidth, outputs: outputs, groups: groups,
            kernelHeight: kernelHeight, kernelWidth: kernelWidth, strideY: strideY,
            strideX: strideX, dilationY: dilationY, dilationX: dilationX, top: top, left: left,
            activation: kind(UnaryKind.identity))
    }

    fileprivate mutating func recurrence() -> Recurrence {
        let which = kind(Recurrence.Kind.gru)
        let gates = size()
        let weight = size()
        let bias = optional()
        let output = size()
        let scratch = size()
        let steps = size()
        let rows = size()
        let units = size()
        return Recurrence(
            which, gates: gates, weight: weight, bias: bias, output: output, scratch: scratch,
            steps: steps, rows: rows, units: units, keepsSteps: flag())
    }

    fileprivate mutating func quantizedProduct() -> QuantizedProduct {
        let input = size()
        let weight = size()
        let output = size()
        let bias = optional()
        let scratch = size()
        let rows = size()
        let columns = size()
        let depth = size()
        let inputScale = float()
        return QuantizedProduct(
            input: input, weight: weight, output: output, bias: bias, scratch: scratch, rows: rows,
            columns: columns, depth: depth, inputScale: inputScale,
            activation: kind(UnaryKind.identity))
    }

    fileprivate mutating func operand() -> Operand {
        let buffer = size()
        let inner = size()
        return Operand(buffer, inner: inner, period: size())
    }
}
