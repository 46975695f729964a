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
        let opcode = try reader.integer(UInt16.self)
        let count = Int(try reader.integer(UInt16.self))
        let start = reader.position
        switch opcode {
        case 1:
            let left = try reader.size()
            let right = try reader.size()
            let output = try reader.size()
            let bias = try reader.optional()
            let batch = try reader.size()
            let rows = try reader.size()
            let columns = try reader.size()
            let depth = try reader.size()
            let leftStride = try reader.size()
            let rightStride = try reader.size()
            let transposeLeft = try reader.flag()
            let transposeRight = try reader.flag()
            self = .matmul(
                MatrixProduct(
                    left: left, right: right, output: output,
                    bias: bias, batch: batch, rows: rows, columns: columns, depth: depth,
                    leftStride: leftStride, rightStride: rightStride,
                    transposeLeft: transposeLeft, transposeRight: transposeRight,
                    activation: try reader.kind(UnaryKind.self)))
        case 2:
            let kind = try reader.kind(UnaryKind.self)
            let input = try reader.size()
            self = .unary(kind, input: input, output: try reader.size())
        case 3:
            let scale = try reader.float()
            let shift = try reader.float()
            let input = try reader.size()
            self = .affine(scale: scale, shift: shift, input: input, output: try reader.size())
        case 4:
            let kind = try reader.kind(BinaryKind.self)
            let left = try reader.operand()
            let right = try reader.operand()
            self = .binary(kind, left: left, right: right, output: try reader.size())
        case 5:
            let table = try reader.size()
            let isBuffer = try reader.flag()
            let index = try reader.size()
            let output = try reader.size()
            let entries = try reader.size()
            let width = try reader.size()
            self = .gather(
                Gather(
                    table: table, index: isBuffer ? .buffer(index) : .slot(index),
                    output: output, entries: entries, width: width, count: try reader.size()))
        case 6:
            let input = try reader.size()
            let output = try reader.size()
            let rank = try reader.size()
            guard (1...Transposition.largestRank).contains(rank) else {
                throw StudentError(
                    .invalidProgram, "instruction: rank", index: number,
                    expected: Transposition.largestRank, actual: rank)
            }
            var shape: [Int] = []
            var permutation: [Int] = []
            for _ in 0..<rank { shape.append(try reader.size()) }
            for _ in 0..<rank { permutation.append(try reader.size()) }
            self = .transpose(
                Transposition(
                    input: input, output: output, shape: shape, permutation: permutation))
        case 7:
            let input = try reader.size()
            let output = try reader.size()
            let outer = try reader.size()
            let inner = try reader.size()
            let inputStart = try reader.size()
            let inputStride = try reader.size()
            let outputStart = try reader.size()
            self = .copy(
                BlockCopy(
                    input: input, output: output, outer: outer, inner: inner,
                    inputStart: inputStart, inputStride: inputStride, outputStart: outputStart,
                    outputStride: try reader.size()))
        case 8:
            let kind = try reader.kind(Reduction.Kind.self)
            let input = try reader.size()
            let output = try reader.size()
            let outer = try reader.size()
            let middle = try reader.size()
            self = .reduce(
                Reduction(
                    kind, input: input, output: output, outer: outer, middle: middle,
                    inner: try reader.size()))
        case 9:
            let input = try reader.size()
            let output = try reader.size()
            let rows = try reader.size()
            self = .softmax(input: input, output: output, rows: rows, width: try reader.size())
        case 10:
            let operand = try reader.operand()
            self = .broadcast(operand, output: try reader.size())
        case 11: self = .convolve(try reader.convolution())
        case 12: self = .recur(try reader.recurrence())
        case 13: self = .quantized(try reader.quantizedProduct())
        default:
            throw StudentError(
                .unsupported, "section program: opcode", index: number, actual: Int64(opcode))
        }
        guard reader.position - start == count * 4 else {
            throw StudentError(
                .invalidProgram, "instruction: words", index: number,
                expected: (reader.position - start) / 4, actual: count)
        }
    }
}

extension ByteReader {
    fileprivate mutating func flag() throws(StudentError) -> Bool {
        let value = try integer(UInt32.self)
        guard value <= 1 else {
            throw StudentError(.invalid, "instruction: flag", expected: 1, actual: Int64(value))
        }
        return value == 1
    }

    fileprivate mutating func kind<T: RawRepresentable>(_: T.Type) throws(StudentError) -> T
    where T.RawValue == UInt8 {
        let raw = try integer(UInt32.self)
        guard let byte = UInt8(exactly: raw), let value = T(rawValue: byte) else {
            throw StudentError(.unsupported, "instruction: kind of function", actual: Int64(raw))
        }
        return value
    }

    /// A buffer that may be absent.
    fileprivate mutating func optional() throws(StudentError) -> Int? {
        let number = try integer(UInt32.self)
        return number == .max ? nil : Int(truncatingIfNeeded: number & 0x7fff_ffff)
    }

    fileprivate mutating func convolution() throws(StudentError) -> Convolution {
        let input = try size()
        let weight = try size()
        let output = try size()
        let bias = try optional()
        let batch = try size()
        let height = try size()
        let width = try size()
        let channels = try size()
        let outputHeight = try size()
        let outputWidth = try size()
        let outputs = try size()
        let groups = try size()
        let kernelHeight = try size()
        let kernelWidth = try size()
        let strideY = try size()
        let strideX = try size()
        let dilationY = try size()
        let dilationX = try size()
        let top = try size()
        let left = try size()
        return Convolution(
            input: input, weight: weight, output: output, bias: bias, batch: batch, height: height,
            width: width, channels: channels, outputHeight: outputHeight,
            outputWidth: outputWidth, outputs: outputs, groups: groups,
            kernelHeight: kernelHeight, kernelWidth: kernelWidth, strideY: strideY,
            strideX: strideX, dilationY: dilationY, dilationX: dilationX, top: top, left: left,
            activation: try kind(UnaryKind.self))
    }

    fileprivate mutating func recurrence() throws(StudentError) -> Recurrence {
        let which = try kind(Recurrence.Kind.self)
        let gates = try size()
        let weight = try size()
        let bias = try optional()
        let output = try size()
        let scratch = try size()
        let steps = try size()
        let rows = try size()
        let units = try size()
        return Recurrence(
            which, gates: gates, weight: weight, bias: bias, output: output, scratch: scratch,
            steps: steps, rows: rows, units: units, keepsSteps: try flag())
    }

    fileprivate mutating func quantizedProduct() throws(StudentError) -> QuantizedProduct {
        let input = try size()
        let weight = try size()
        let output = try size()
        let bias = try optional()
        let scratch = try size()
        let rows = try size()
        let columns = try size()
        let depth = try size()
        let inputScale = try float()
        return QuantizedProduct(
            input: input, weight: weight, output: output, bias: bias, scratch: scratch, rows: rows,
            columns: columns, depth: depth, inputScale: inputScale,
            activation: try kind(UnaryKind.self))
    }

    fileprivate mutating func operand() throws(StudentError) -> Operand {
        let buffer = try size()
        let inner = try size()
        return Operand(buffer, inner: inner, period: try size())
    }
}
