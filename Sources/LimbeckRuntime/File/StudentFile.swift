/// The `.limbeck` format, written. `Documentation/StudentFormat.md` specifies every byte.
public enum StudentFile {
    /// `LIMBECK` and a zero.
    static let magic: [UInt8] = [0x4c, 0x49, 0x4d, 0x42, 0x45, 0x43, 0x4b, 0x00]
    /// The newest there is: 2 tells channels that are known ahead. A file is written in the oldest that says what it says.
    public static let version: UInt32 = 2
    static let oldest: UInt32 = 1
    static let alignment = 64
    static let headerSize = 64
    static let entrySize = 32

    enum Section: UInt32, CaseIterable {
        case shape = 1, program, weights, scaler, windowing, names, anomaly, card, filling
    }

    /// How weights are stored.
    enum ElementType: UInt32 { case float32 = 1, float16, int8 }

    /// The file of a student. Throws what `Student(_:)` would throw, and for weights that are
    /// not finite.
    public static func encode(_ content: StudentContent) throws(StudentError) -> [UInt8] {
        let largest = StudentLimits(memory: Int(Int32.max), operations: .max)
        _ = try StudentCheck.plan(
            content, tensors: content.tensors.map { $0.shape }, limits: largest)
        for (number, tensor) in content.tensors.enumerated() {
            guard tensor.values.allSatisfy({ $0.isFinite }) else {
                throw StudentError(
                    .invalid, "weights: a value is not finite, tensor", index: number)
            }
        }

        // Without numbers there is nothing to say about them, and readers that do not know the section read the file.
        let sections = Section.allCases.filter { $0 != .filling || content.filling != Filling() }
        var file = ByteWriter()
        file.append(magic)
        file.append(content.shape.future > 0 ? version : oldest)
        file.append(count: sections.count)
        file.zeros(headerSize - file.bytes.count)
        file.zeros(sections.count * entrySize)
        file.align(to: alignment)
        var table = ByteWriter()
        let crc = CRC32C()
        for section in sections {
            let body = body(section, content)
            table.append(section.rawValue)
            table.append(body.withUnsafeBytes { crc.checksum($0) })
            table.append(UInt64(file.bytes.count))
            table.append(UInt64(body.count))
            table.append(UInt64(0))
            file.append(body)
            file.align(to: alignment)
        }
        return sealed(file.bytes, table: table.bytes, crc)
    }

    /// Fills in the table, the size and the checksum of the header.
    private static func sealed(_ bytes: [UInt8], table: [UInt8], _ crc: CRC32C) -> [UInt8] {
        var bytes = bytes
        for (index, byte) in table.enumerated() { bytes[headerSize + index] = byte }
        var size = ByteWriter()
        size.append(UInt64(bytes.count))
        for (index, byte) in size.bytes.enumerated() { bytes[16 + index] = byte }
        var checksum = ByteWriter()
        checksum.append(
            bytes.withUnsafeBytes {
                crc.checksum(UnsafeRawBufferPointer(rebasing: $0[0..<headerSize + table.count]))
            })
        for (index, byte) in checksum.bytes.enumerated() { bytes[24 + index] = byte }
        return bytes
    }

    private static func body(_ section: Section, _ content: StudentContent) -> [UInt8] {
        var out = ByteWriter()
        switch section {
        case .shape: write(content.shape, &out)
        case .program: write(content.program, &out)
        case .weights: write(content.tensors, &out)
        case .scaler:
            out.append(content.scaler.transform.rawValue)
            out.zeros(3)
            out.append(count: content.scaler.center.count)
            for value in content.scaler.center { out.append(value) }
            for value in content.scaler.spread { out.append(value) }
        case .windowing: write(content.windowing, &out)
        case .names: write(content.names, &out)
        case .anomaly:
            out.append(count: content.anomalyThresholds.count)
            for value in content.anomalyThresholds { out.append(value) }
        case .card:
            out.append(count: content.card.count)
            for entry in content.card {
                out.append(entry.key)
                out.append(entry.value)
            }
        case .filling:
            let filling = content.filling
            out.append(count: filling.values.count)
            for value in filling.values { out.append(value) }
            out.append(count: filling.neighbours.count)
            for node in filling.neighbours { out.append(count: node) }
            for weight in filling.weights { out.append(weight) }
        }
        return out.bytes
    }

    private static func write(_ shape: StudentShape, _ out: inout ByteWriter) {
        for size in [shape.history, shape.nodes, shape.channels, shape.horizon, shape.outputs] {
            out.append(count: size)
        }
        out.append(shape.task.rawValue)
        out.zeros(3)
        out.append(count: shape.targets.count)
        for target in shape.targets { out.append(count: target) }
        if shape.future > 0 { out.append(count: shape.future) }
    }

    private static func write(_ program: Program, _ out: inout ByteWriter) {
        out.append(count: program.arena)
        out.append(count: program.buffers.count)
        for buffer in program.buffers {
            out.append(buffer.source.rawValue)
            out.zeros(3)
            out.append(count: buffer.tensor)
            out.append(count: buffer.offset)
            out.append(count: buffer.count)
        }
        out.append(count: program.instructions.count)
        for instruction in program.instructions {
            let words = instruction.words
            out.append(instruction.opcode)
            out.append(UInt16(truncatingIfNeeded: words.count))
            for word in words { out.append(count: word) }
        }
    }

    private static func write(_ tensors: [WeightTensor], _ out: inout ByteWriter) {
        out.append(count: tensors.count)
        out.zeros(4)
        let bodies = tensors.map { body($0) }
        var offset = aligned(8 + tensors.count * 16)
        for (tensor, body) in zip(tensors, bodies) {
            out.append(body.type.rawValue)
            out.append(count: tensor.count)
            out.append(UInt64(offset))
            offset = aligned(offset + body.bytes.count)
        }
        for body in bodies {
            out.align(to: alignment)
            out.append(body.bytes)
        }
    }

    private static func body(_ tensor: WeightTensor) -> (type: ElementType, bytes: [UInt8]) {
        var out = ByteWriter()
        switch tensor {
        case .float32(let values):
            for value in values { out.append(value) }
            return (.float32, out.bytes)
        case .float16(let bits):
            for value in bits { out.append(value) }
            return (.float16, out.bytes)
        case .int8(let stored, let scales):
            out.append(count: scales.count)
            for scale in scales { out.append(scale) }
            for value in stored { out.append(UInt8(bitPattern: value)) }
            return (.int8, out.bytes)
        }
    }

    private static func write(_ windowing: Windowing, _ out: inout ByteWriter) {
        out.append(windowing.step)
        out.append(UInt8(windowing.time.clock == .local ? 1 : 0))
        out.append(windowing.missing.rawValue)
        out.append(windowing.late.rawValue)
        out.append(windowing.spacing.kind)
        out.append(windowing.time.zone)
        out.append(count: windowing.time.offsets.count)
        for offset in windowing.time.offsets {
            out.append(offset.instant)
            out.append(Int32(truncatingIfNeeded: offset.seconds))
        }
        out.append(count: windowing.slots.count)
        for slot in windowing.slots {
            out.append(slot.field.rawValue)
            out.zeros(3)
            out.append(Int32(truncatingIfNeeded: slot.first))
            out.append(count: slot.count)
        }
        switch windowing.spacing {
        case .regular: break
        case .months(let count, let day):
            out.append(count: count)
            out.append(count: day)
        case .week(let opens):
            out.append(count: opens.count)
            for open in opens { out.append(open) }
        }
    }

    private static func write(_ names: StudentNames, _ out: inout ByteWriter) {
        out.append(count: names.latitudes.count)
        for value in names.latitudes { out.append(value) }
        for value in names.longitudes { out.append(value) }
        for list in [names.places, names.channels, names.units, names.labels] {
            out.append(count: list.count)
            for text in list { out.append(text) }
        }
    }

    private static func aligned(_ offset: Int) -> Int {
        (offset + alignment - 1) / alignment * alignment
    }
}

extension Spacing {
    /// As the file names it.
    fileprivate var kind: UInt8 {
        switch self {
        case .regular: 0
        case .months: 1
        case .week: 2
        }
    }
}

extension StudentFile {
    /// Reads a file back into what it was written from, weights included.
    public static func decode(
        _ bytes: [UInt8], limits: StudentLimits = StudentLimits()
    ) throws(StudentError) -> StudentContent {
        let student = try Student(bytes: bytes, limits: limits)
        return student.contentWithWeights
    }
}
