import LimbeckRuntime

/// A program being written: buffers without places yet, instructions in order, weights.
struct ProgramBuilder {
    private(set) var buffers: [Buffer] = []
    private(set) var instructions: [Instruction] = []
    private(set) var weights: [[Float]] = []
    private var zero: Int?

    /// A temporary whose place is planned at the end.
    mutating func temporary(_ count: Int) -> Int { add(Buffer(.temporary, count: count)) }

    /// `count` floats of the scaled history, from `offset` on.
    mutating func history(_ count: Int, from offset: Int = 0) -> Int {
        add(Buffer(.history, offset: offset, count: count))
    }

    mutating func constant(_ values: [Float]) -> Int {
        weights.append(values)
        return add(Buffer(.constant, tensor: weights.count - 1, count: values.count))
    }

    /// One zero.
    mutating func zeroConstant() -> Int {
        if let zero { return zero }
        let made = constant([0])
        zero = made
        return made
    }

    mutating func emit(_ instruction: Instruction) { instructions.append(instruction) }

    func source(_ buffer: Int) -> Buffer.Source { buffers[buffer].source }
    func offset(_ buffer: Int) -> Int { buffers[buffer].offset }
    func count(_ buffer: Int) -> Int { buffers[buffer].count }

    /// The program whose forecast is `result`.
    mutating func finish(result: Int) -> Program {
        var output = result
        if source(result) != .temporary {
            output = temporary(count(result))
            emit(.unary(.identity, input: result, output: output))
        }
        buffers[output].source = .output
        let plan = ArenaPlan(buffers, instructions)
        return Program(buffers: plan.buffers, instructions: instructions, arena: plan.count)
    }

    private mutating func add(_ buffer: Buffer) -> Int {
        buffers.append(buffer)
        return buffers.count - 1
    }
}
