import LimbeckONNX
import LimbeckRuntime

/// A student program being written as a graph: each buffer is the value that was last written to it.
struct ProgramGraph {
    let program: Program
    let tensors: [WeightTensor]
    /// The scaled window `[T, N, C]`.
    let history: GraphValue
    /// The indices of each calendar slot `[count, 1]`.
    let slots: [GraphValue]
    var graph: GraphBuilder
    var held: [Held]
    /// By name: products whose parts a recurrent layer may take over.
    var products: [String: PlainProduct] = [:]
    /// The instruction being written.
    var position = 0

    /// What a buffer holds.
    enum Held {
        /// Nothing, or what another buffer was written over.
        case nothing
        case value(GraphValue)
        /// A value read with repetition, not yet written out.
        case repeated(Repeated)
        /// Copies into parts of it, over what it held before.
        indirect case parts([Part], over: Held)
    }

    /// Element `i` is `value[(i / inner) % period]`.
    struct Repeated {
        var value: GraphValue
        var inner, period: Int
    }

    struct Part {
        var value: GraphValue
        var outer, inner, start, stride: Int
    }

    init(_ content: StudentContent, history: GraphValue, slots: [GraphValue], graph: GraphBuilder) {
        program = content.program
        tensors = content.tensors
        self.history = history
        self.slots = slots
        self.graph = graph
        held = Array(repeating: .nothing, count: program.buffers.count)
    }

    /// Writes every instruction and returns what the outputs hold, `count` floats.
    mutating func run(outputs count: Int) throws -> GraphValue {
        for (number, instruction) in program.instructions.enumerated() {
            position = number
            graph.subject = "Instruction #\(number) (\(instruction.name))"
            try write(instruction)
        }
        let numbers = program.buffers.indices.filter {
            if case .nothing = held[$0] { return false }
            return program.buffers[$0].source == .output
        }
        let sorted = numbers.sorted { program.buffers[$0].offset < program.buffers[$1].offset }
        var parts: [GraphValue] = []
        var end = 0
        for number in sorted where program.buffers[number].offset == end {
            parts.append(try read(number, program.buffers[number].count))
            end += program.buffers[number].count
        }
        guard end == count, parts.count == sorted.count else {
            throw unsupported("the output buffers do not lie one behind another")
        }
        return graph.concatenate(parts, outer: 1)
    }

    private mutating func write(_ instruction: Instruction) throws {
        switch instruction {
        case .matmul(let product): try write(product)
        case .unary(let kind, let input, let output):
            hold(unary(kind, try read(input, size(output))), in: output)
        case .affine(let scale, let shift, let input, let output):
            hold(affine(scale, shift, try read(input, size(output))), in: output)
        case .binary(let kind, let left, let right, let output):
            hold(try binary(kind, left, right, count: size(output)), in: output)
        case .gather(let gather): try write(gather)
        case .transpose(let transposition): try write(transposition)
        case .copy(let copy): try write(copy)
        case .reduce(let reduction): try write(reduction)
        case .softmax(let input, let output, let rows, let width):
            try writeSoftmax(input, output, rows: rows, width: width)
        case .broadcast(let operand, let output): try writeBroadcast(operand, output)
        case .convolve(let convolution): try write(convolution)
        case .recur(let recurrence): try write(recurrence)
        case .quantized(let product): try write(product)
        }
    }

    func size(_ buffer: Int) -> Int { program.buffers[buffer].count }

    func unsupported(_ reason: String) -> ExportError {
        let name = program.instructions.indices.contains(position) ? program.instructions[position].name : "end"
        return ExportError(
            .unsupportedOperation,
            """
            Instruction #\(position) (\(name)) cannot be written as \(graph.dialect.name): \(reason). Change that part of the \
            program, or run the student as a .limbeck file.
            """)
    }
}

extension Instruction {
    /// As the format document calls it.
    var name: String {
        switch self {
        case .matmul: "matmul"
        case .unary(let kind, _, _): "unary \(kind)"
        case .affine: "affine"
        case .binary(let kind, _, _, _): "binary \(kind)"
        case .gather: "gather"
        case .transpose: "transpose"
        case .copy: "copy"
        case .reduce: "reduce"
        case .softmax: "softmax"
        case .broadcast: "broadcast"
        case .convolve: "convolve"
        case .recur(let recurrence): "recur \(recurrence.kind)"
        case .quantized: "quantized"
        }
    }
}
