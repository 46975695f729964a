public import LimbeckRuntime

/// How a student file keeps its weights.
public enum WeightStorage: String, Codable, Sendable, CaseIterable {
    case float32
    /// Half the bytes; about three significant digits.
    case float16
    /// A quarter: products in whole numbers with a scale for each column of the weights and one for
    /// their input, measured on real windows; what is no product or table is float16.
    case int8
}

/// One window to measure activations on: history `[T, N, C]` in original units, NaN for missing, and the
/// instant of its forecast.
public struct CalibrationWindow: Sendable {
    public var history: [Float]
    public var origin: Int64

    public init(history: [Float], origin: Int64) {
        self.history = history
        self.origin = origin
    }
}

extension StudentContent {
    /// The same student with its weights kept as `storage`.
    ///
    /// Int8 needs windows of the training part to measure the inputs of its products on. Throws
    /// `refused` without them.
    public func stored(as storage: WeightStorage, calibratedOn windows: [CalibrationWindow]) throws -> StudentContent {
        switch storage {
        case .float32: return self
        case .float16:
            var halved = self
            halved.tensors = WeightUses(program).halved(tensors)
            return halved
        case .int8:
            guard !windows.isEmpty else {
                throw ExportError(
                    .refused, "Int8 weights need windows to measure activations on; give some of the training part.")
            }
            return try IntegerProducts(self).quantized(try ActivationRanges(self, windows))
        }
    }
}

/// What reads each weight tensor.
struct WeightUses {
    /// Channels by tensor, where int8 can keep it: every reader is a product or a table of as many.
    private(set) var channels: [Int: Int] = [:]
    /// Whole numbers that name rows, which must stay exact.
    private(set) var indices: Set<Int> = []

    init(_ program: Program) {
        var kept: [Int: Int?] = [:]
        func tensor(_ buffer: Int) -> Int? {
            program.buffers[buffer].source == .constant ? program.buffers[buffer].tensor : nil
        }
        for instruction in program.instructions {
            let candidate = Self.candidate(instruction, program)
            for buffer in instruction.reads {
                guard let tensor = tensor(buffer) else { continue }
                let isRight = candidate?.buffer == buffer
                let own = isRight ? candidate?.channels : nil
                if let known = kept[tensor], known != own { kept[tensor] = .some(nil) } else { kept[tensor] = own }
            }
            if case .gather(let gather) = instruction, case .buffer(let index) = gather.index,
                let tensor = tensor(index)
            {
                indices.insert(tensor)
            }
        }
        channels = kept.compactMapValues { $0 }.filter { !indices.contains($0.key) }
    }

    /// The operand that could be int8: the whole right matrix of one product, or a table.
    private static func candidate(_ instruction: Instruction, _ program: Program) -> (buffer: Int, channels: Int)? {
        switch instruction {
        case .matmul(let product):
            let right = program.buffers[product.right]
            guard product.batch == 1, !product.transposeLeft, !product.transposeRight,
                product.left != product.right, program.buffers[product.left].source != .constant,
                right.source == .constant, right.offset == 0,
                right.count == product.depth * product.columns
            else { return nil }
            return (product.right, product.columns)
        case .gather(let gather):
            let table = program.buffers[gather.table]
            guard table.source == .constant, table.offset == 0, table.count == gather.entries * gather.width
            else { return nil }
            return (gather.table, gather.width)
        default: return nil
        }
    }

    /// Half precision wherever every number has one; a few numbers are not worth it.
    func halved(_ tensors: [WeightTensor]) -> [WeightTensor] {
        tensors.enumerated().map { number, tensor in
            guard case .float32(let values) = tensor, values.count >= 8, !indices.contains(number) else {
                return tensor
            }
            let half = WeightTensor.float16(nearest: values)
            return half.values.allSatisfy { $0.isFinite } ? half : tensor
        }
    }
}

/// A student's products rewritten in whole numbers.
struct IntegerProducts {
    let content: StudentContent
    let uses: WeightUses

    init(_ content: StudentContent) {
        self.content = content
        uses = WeightUses(content.program)
    }

    func quantized(_ ranges: ActivationRanges) throws -> StudentContent {
        var result = content
        result.tensors = uses.halved(content.tensors)
        for (tensor, channels) in uses.channels {
            result.tensors[tensor] = .int8(nearest: content.tensors[tensor].values, channels: channels)
        }
        var program = content.program
        for (number, instruction) in program.instructions.enumerated() {
            guard case .matmul(let product) = instruction, program.buffers[product.right].source == .constant,
                uses.channels[program.buffers[product.right].tensor] != nil
            else { continue }
            let scratch = program.add(Buffer(.temporary, count: product.rows * product.depth))
            program.instructions[number] = .quantized(
                QuantizedProduct(
                    input: product.left, weight: product.right, output: product.output, bias: product.bias,
                    scratch: scratch, rows: product.rows, columns: product.columns, depth: product.depth,
                    inputScale: ranges.scale(number), activation: product.activation))
        }
        let plan = ArenaPlan(program.buffers, program.instructions)
        result.program = Program(buffers: plan.buffers, instructions: program.instructions, arena: plan.count)
        do { _ = try Student(result) } catch {
            throw ExportError(.refused, "The int8 student: \(error.message)", cause: error)
        }
        return result
    }
}
