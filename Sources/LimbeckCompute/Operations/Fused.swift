import CLimbeckKernels

/// A chain of elementwise operations computed tile by tile, so that only operands and result
/// touch memory.
struct Fused: Operation {
    struct Instruction: Hashable, Sendable {
        enum Code: Hashable, Sendable {
            case unary(Unary.Kind)
            case binary(Binary.Kind)
            case dropout(rate: Float, key: UInt32)
        }
        var code: Code
        /// Registers: operands come first, then one per instruction.
        var a, b: Int
    }

    var shape: Shape
    var patterns: [BroadcastPattern]
    /// Operands that are padded with zeros along the leading axis: the elements of the result each
    /// one covers.
    var windows: [Int: Range<Int>] = [:]
    var instructions: [Instruction]

    var name: String { "fused(\(instructions.map(\.code.name).joined(separator: " ")))" }

    static let maximumRegisters = LK_MAX_REGISTERS

    func type(_ operands: [TensorType]) -> TensorType { TensorType(shape) }

    func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(
            flops: instructions.count * shape.count,
            bytes: 4 * (operands.reduce(shape.count) { $0 + $1.shape.count }))
    }

    /// The chain of one operation.
    static func single(_ operation: any Operation, _ site: LoweringSite) -> Fused {
        let shape = site.resultType.shape
        return Fused(
            shape: shape,
            patterns: site.operandTypes.map { operand in
                guard let pattern = operand.shape.pattern(in: shape) else {
                    preconditionFailure("\(operation.name): \(operand.shape) has no stride pattern in \(shape)")
                }
                return pattern
            },
            instructions: [Instruction(operation, a: 0, b: site.operandTypes.count > 1 ? 1 : 0)].compactMap(\.self))
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        var slabbing = Slabbing(rows: shape.count, reads: [])
        for (operand, pattern) in patterns.enumerated() {
            let isWhole =
                windows[operand] != nil || pattern.inner * pattern.period != shape.count || pattern.period == 1
            slabbing.reads.append(isWhole ? .whole : .rows)
            if !isWhole { slabbing.rows = greatestCommonDivisor(slabbing.rows, pattern.period) }
        }
        return slabbing
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let program = program(slots: site.operands, result: site.result, site.resources)
        let (scratch, width) = (site.resources.scratch, site.width)
        return { slab in
            lk_fused_run(
                program, slab.memory, Int64(slab.rows.lowerBound * width), Int64(slab.rows.upperBound * width),
                scratch[slab.worker])
        }
    }

    func lower(_ site: LoweringSite) -> [Kernel] {
        let count = shape.count
        let memory = site.resources.pointers(site.operands.count + 1)
        for (slot, pointer) in (site.operands + [site.result]).enumerated() { memory[slot] = pointer }
        let program = program(slots: Array(site.operands.indices), result: site.operands.count, site.resources)
        let scratch = site.resources.scratch
        let work = count * (instructions.count + 1)
        let tile = LK_TILE
        guard work >= Kernel.parallelThreshold, count >= 2 * tile else {
            return [.serial { lk_fused_run(program, memory, 0, Int64(count), scratch[0]) }]
        }
        return [
            Kernel(isParallel: true) { worker, workers in
                let range = Kernel.split(count, grain: tile, worker: worker, workers: workers)
                if !range.isEmpty {
                    lk_fused_run(
                        program, memory, Int64(range.lowerBound), Int64(range.upperBound), scratch[worker])
                }
            }
        ]
    }

    private func program(slots: [Int], result: Int, _ resources: ExecutionResources) -> UnsafePointer<lk_fused> {
        let count = shape.count
        let leaves = zip(slots, patterns).enumerated().map { operand, leaf in
            let (slot, pattern) = leaf, window = windows[operand]
            return lk_leaf(
                slot: Int32(slot), inner: Int64(pattern.inner), period: Int64(pattern.period),
                begin: Int64(window?.lowerBound ?? 0), end: Int64(window?.upperBound ?? 0),
                is_window: window != nil,
                full: window == nil && pattern.inner == 1 && pattern.period == count && count > 1)
        }
        return resources.fused(
            leaves: leaves,
            instructions: instructions.enumerated().map { index, instruction in
                instruction.encoded(target: patterns.count + index)
            }, resultSlot: result)
    }
}

extension Fused.Instruction {
    /// The instruction of an elementwise operation; nil for any other.
    init?(_ operation: any Operation, a: Int, b: Int) {
        switch operation {
        case let unary as Unary: self.init(code: .unary(unary.kind), a: a, b: a)
        case let binary as Binary: self.init(code: .binary(binary.kind), a: a, b: b)
        case let dropout as Dropout:
            self.init(code: .dropout(rate: dropout.rate, key: dropout.key), a: 0, b: 0)
        case is Spread: self.init(code: .unary(.copy), a: a, b: a)
        default: return nil
        }
    }

    func encoded(target: Int) -> lk_instruction {
        var p: Float = 0, q: Float = 0, key: UInt32 = 0
        let opcode: lk_opcode
        switch code {
        case .unary(let kind):
            opcode = Unary(kind: kind).opcode
            if case .affine(let scale, let shift) = kind { (p, q) = (scale, shift) }
        case .binary(let kind): opcode = Binary(kind: kind).opcode
        case .dropout(let rate, let dropoutKey): (opcode, p, key) = (LK_DROPOUT, rate, dropoutKey)
        }
        return lk_instruction(
            op: Int32(opcode.rawValue), target: Int32(target), a: Int32(a), b: Int32(b), p: p, q: q,
            key: key)
    }
}

extension Fused.Instruction.Code {
    var name: String {
        switch self {
        case .unary(let kind): Unary(kind: kind).name
        case .binary(let kind): Binary(kind: kind).name
        case .dropout: "dropout"
        }
    }
}
