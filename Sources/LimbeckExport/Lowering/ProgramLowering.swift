import LimbeckCompute
import LimbeckRuntime

/// From a frozen computation of one window to a student program: each operation becomes the
/// instructions that compute it, views become none.
///
/// Buffers are flat and row-major, so that extents of 1, the batch among them, are nowhere seen.
struct ProgramLowering {
    struct Result {
        var program: Program
        var weights: [[Float]]
        /// The calendar slots that the program reads, in its order.
        var slots: [CalendarSlot]
    }

    let computation: Computation
    let shape: StudentShape
    private let slots: [(name: String, slot: CalendarSlot)]
    private var usedSlots: [CalendarSlot] = []
    var builder = ProgramBuilder()
    /// By node: the buffer that holds its value, once something wrote or read it.
    private var values: [Int?]
    /// By node: the node whose elements it shows under another shape; itself when it is no view.
    private var origins: [Int]
    private let epilogues: Epilogues

    /// `computation` has one output, `[1, H, N, C]`, and an input `history`; its other inputs are
    /// named in `slots`. Throws `unsupportedOperation`.
    static func lower(
        _ computation: Computation, slots: [(name: String, slot: CalendarSlot)],
        shape: StudentShape
    ) throws -> Result {
        var lowering = ProgramLowering(computation, slots, shape)
        return try lowering.run()
    }

    private init(
        _ computation: Computation, _ slots: [(name: String, slot: CalendarSlot)],
        _ shape: StudentShape
    ) {
        self.computation = computation
        self.slots = slots
        self.shape = shape
        values = Array(repeating: nil, count: computation.nodes.count)
        origins = Array(computation.nodes.indices)
        epilogues = Epilogues(computation)
    }

    private mutating func run() throws -> Result {
        guard let output = computation.outputs.first?.node else {
            throw ExportError(
                .unsupportedOperation, "The model has no forecast; trace one and export again.")
        }
        for index in computation.nodes.indices { try lower(index) }
        let result = try buffer(output)
        guard builder.count(result) == shape.outputCount else {
            throw ExportError(
                .unsupportedOperation,
                """
                The model's forecast has \(builder.count(result)) values, but \(shape.horizon) steps \
                × \(shape.nodes) places × \(shape.outputs) channels are \(shape.outputCount); \
                return one value for each.
                """)
        }
        return Result(
            program: builder.finish(result: result), weights: builder.weights, slots: usedSlots)
    }

    // MARK: Values

    /// The buffer of a node's value. Constants and history enter the program when first read.
    mutating func buffer(_ node: Int) throws -> Int {
        let origin = origins[node]
        if let known = values[origin] { return known }
        let made: Int
        switch computation.nodes[origin].form {
        case .constant(let values): made = builder.constant(values)
        case .input("history"): made = builder.history(shape.inputCount)
        default:
            throw unsupported(origin, "its values are read as numbers by another operation")
        }
        values[origin] = made
        return made
    }

    /// A new buffer for a node's value.
    mutating func result(_ node: Int) -> Int {
        let made = builder.temporary(computation.nodes[node].type.shape.count)
        values[node] = made
        return made
    }

    /// `node` is a value that another already holds: the same memory under another shape.
    mutating func alias(_ node: Int, of operand: Int) { origins[node] = origins[operand] }

    /// `node` is held in `buffer`.
    mutating func hold(_ node: Int, in buffer: Int) { values[node] = buffer }

    /// The number of the calendar slot that a node's whole numbers come from.
    mutating func slot(_ node: Int) throws -> Int {
        guard case .input(let name) = computation.nodes[origins[node]].form,
            let slot = slots.first(where: { $0.name == name })?.slot
        else { throw unsupported(origins[node], "its values are read as table rows") }
        if let known = usedSlots.firstIndex(of: slot) { return known }
        usedSlots.append(slot)
        return usedSlots.count - 1
    }

    func type(_ node: Int) -> TensorType { computation.nodes[node].type }

    func unsupported(_ node: Int, _ reason: String) -> ExportError {
        let value = computation.nodes[node]
        let place = value.path.isEmpty ? "at the top of the model" : "in \(value.path)"
        return ExportError(
            .unsupportedOperation,
            """
            Operation \(value.operation.name) \(place), of shape \(value.type.shape), cannot be \
            exported: \(reason). Use another operation there, or another student.
            """)
    }

    // MARK: Operations

    private mutating func lower(_ index: Int) throws {
        let node = computation.nodes[index]
        let operands = node.operands
        if let chain = epilogues.chains[index] { return try lower(chain) }
        if epilogues.isAbsorbed[index] { return }
        switch node.form {
        case .input, .parameter, .constant: break
        case .reshape, .unary(.copy): alias(index, of: operands[0])
        case .unary(let kind): try lower(kind, index)
        case .binary(let kind): try lower(kind, index)
        case .matmul, .convolution: try lower(Epilogues.Chain(product: index, tail: index))
        case .recurrence(let isLSTM, let keepsSteps):
            try lowerRecurrence(index, isLSTM ? .lstm : .gru, keepsSteps: keepsSteps)
        case .sparse(let matrix, let rows, let columns):
            try lowerMix(index, builder.constant(matrix), rows: rows, columns: columns)
        case .sum(let outer, let middle, let inner):
            try lowerReduction(index, .sum, outer, middle, inner)
        case .maximum(let outer, let middle, let inner):
            try lowerReduction(index, .maximum, outer, middle, inner)
        case .broadcast: try lowerBroadcast(index)
        case .transpose(let permutation): try lowerTranspose(index, permutation)
        case .slice(let axis, let start): try lowerSlice(index, axis: axis, start: start)
        case .pad(let axis, let before): try lowerPad(index, axis: axis, before: before)
        case .concatenate(let axis): try lowerConcatenation(index, axis: axis)
        case .gather: try lowerGather(index)
        case .softmax(let isLogarithm): try lowerSoftmax(index, isLogarithm: isLogarithm)
        case .other: throw unsupported(index, "student programs have no such instruction")
        }
    }
}
