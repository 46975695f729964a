import LimbeckRuntime

/// The weights that a program reads, as arrays that say what they are.
struct CWeights {
    private let content: StudentContent
    /// What each tensor is, by number; nil for one that nothing reads.
    private var roles: [String?]

    init(_ content: StudentContent) {
        self.content = content
        roles = content.tensors.map { _ in nil }
        for instruction in content.program.instructions { describe(instruction) }
    }

    var text: String {
        var text = ""
        for (number, role) in roles.enumerated() {
            guard let role else { continue }
            text += CText.comment([role])
            switch content.tensors[number] {
            case .int8(let stored, let scales):
                text += CText.array("int8_t", "weight_\(number)", stored.map { "\($0)" }, width: 20)
                text += CText.array("float", "scales_\(number)", scales.map { CText.literal($0) })
            case .float32, .float16:
                let values = content.tensors[number].values
                text += CText.array("float", "weight_\(number)", values.map { CText.literal($0) })
            }
            text += "\n"
        }
        return text
    }

    /// Whether a buffer holds whole numbers with a scale for each channel.
    static func isInt8(_ buffer: Buffer, _ content: StudentContent) -> Bool {
        guard buffer.source == .constant, case .int8 = content.tensors[buffer.tensor] else { return false }
        return true
    }

    private mutating func describe(_ instruction: Instruction) {
        switch instruction {
        case .matmul(let p):
            note(p.left, "Matrix \(p.transposeLeft ? CText.shape(p.depth, p.rows) : CText.shape(p.rows, p.depth)).")
            note(
                p.right,
                "Matrix \(p.transposeRight ? CText.shape(p.columns, p.depth) : CText.shape(p.depth, p.columns)).")
            note(p.bias, "Bias \(CText.shape(p.columns)).")
        case .quantized(let q):
            note(q.weight, "Matrix \(CText.shape(q.depth, q.columns)) in whole numbers, a scale for each column.")
            note(q.bias, "Bias \(CText.shape(q.columns)).")
        case .convolve(let c):
            note(
                c.weight,
                "Kernel \(CText.shape(c.kernelHeight, c.kernelWidth, c.channels / c.groups, c.outputs)) "
                    + "(height, width, channels of a group, outputs).")
            note(c.bias, "Bias \(CText.shape(c.outputs)).")
        case .recur(let r):
            let gates = r.kind == .gru ? "reset, update, new" : "input, forget, cell, output"
            note(r.weight, "State's matrix \(CText.shape(r.units, r.kind.gates * r.units)) (units; \(gates)).")
            note(r.bias, "State's bias \(CText.shape(r.kind.gates * r.units)).")
        case .gather(let gather):
            switch gather.index {
            case .slot(let slot):
                let field = content.windowing.slots[slot].field
                note(gather.table, "Table \(CText.shape(gather.entries, gather.width)) by \(field).")
            case .buffer(let index):
                note(gather.table, "Table \(CText.shape(gather.entries, gather.width)).")
                note(index, "Rows of a table \(CText.shape(gather.count)).")
            }
        case .binary(_, let left, let right, _):
            for operand in [left, right] {
                note(operand.buffer, "Values \(CText.shape(operand.period)), each for \(operand.inner) in a row.")
            }
        default: for buffer in instruction.reads { note(buffer, "Values.") }
        }
    }

    /// The first reader says what a tensor is.
    private mutating func note(_ buffer: Int?, _ role: String) {
        guard let buffer else { return }
        let entry = content.program.buffers[buffer]
        if entry.source == .constant, roles[entry.tensor] == nil { roles[entry.tensor] = role }
    }
}
