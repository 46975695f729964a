/// A `.limbeck` file, read and checked: content without weights, and where the weights are.
struct ParsedStudent {
    private(set) var content: StudentContent
    let plan: StudentCheck.Plan
    let weights: WeightStore

    init(
        _ bytes: UnsafeRawBufferPointer, limits: StudentLimits, copying: Bool
    ) throws(StudentError) {
        let sections = try SectionTable(bytes)
        let shape = try Self.shape(try sections.reader(.shape, "section shape"))
        let program = try Self.program(try sections.reader(.program, "section program"))
        let scaler = try Self.scaler(try sections.reader(.scaler, "section scaler"))
        let windowing = try Self.windowing(try sections.reader(.windowing, "section windowing"))
        content = StudentContent(
            shape: shape, program: program, weights: [], scaler: scaler, windowing: windowing,
            names: try Self.names(try sections.reader(.names, "section names")))
        if sections.contains(.anomaly) {
            content.anomalyThresholds = try Self.anomaly(
                try sections.reader(.anomaly, "section anomaly"))
        }
        if sections.contains(.card) {
            content.card = try Self.card(try sections.reader(.card, "section card"))
        }
        let tensors = try Self.tensors(try sections.reader(.weights, "section weights"))
        plan = try StudentCheck.plan(content, tensors: tensors.map { $0.shape }, limits: limits)
        if !copying {
            for (number, tensor) in tensors.enumerated() where tensor.kind != .float16 {
                guard UInt(bitPattern: tensor.bytes) % 4 == 0, UInt32(littleEndian: 1) == 1 else {
                    throw StudentError(
                        .unsupported, "weights in place: memory not aligned to 4 bytes", index: number)
                }
            }
        }
        weights = WeightStore(tensors, copying: copying)
    }
}

extension ParsedStudent {
    private static func shape(_ section: ByteReader) throws(StudentError) -> StudentShape {
        var reader = section
        let history = try reader.size()
        let nodes = try reader.size()
        let channels = try reader.size()
        let horizon = try reader.size()
        let outputs = try reader.size()
        let task = try reader.named(StudentShape.Task.self)
        try reader.zeros(3)
        var targets: [Int] = []
        for _ in 0..<(try reader.count(entryBytes: 4)) { targets.append(try reader.size()) }
        try reader.finish()
        var shape = StudentShape(
            history: history, horizon: horizon, nodes: nodes, channels: channels, targets: targets)
        shape.task = task
        shape.outputs = outputs
        return shape
    }

    private static func program(_ section: ByteReader) throws(StudentError) -> Program {
        var reader = section
        var program = Program(arena: try reader.size())
        for _ in 0..<(try reader.count(entryBytes: 16)) {
            let source = try reader.named(Buffer.Source.self)
            try reader.zeros(3)
            let tensor = try reader.size()
            let offset = try reader.size()
            program.buffers.append(
                Buffer(source, tensor: tensor, offset: offset, count: try reader.size()))
        }
        let count = try reader.count(entryBytes: 4)
        program.instructions.reserveCapacity(count)
        for number in 0..<count {
            program.instructions.append(try Instruction(&reader, number: number))
        }
        try reader.finish()
        return program
    }

    private static func scaler(_ section: ByteReader) throws(StudentError) -> Scaler {
        var reader = section
        let transform = try reader.named(Scaler.Transform.self)
        try reader.zeros(3)
        let count = try reader.count(entryBytes: 8)
        let center = try reader.floats(count)
        let spread = try reader.floats(count)
        try reader.finish()
        return Scaler(transform: transform, center: center, spread: spread)
    }

    private static func windowing(_ section: ByteReader) throws(StudentError) -> Windowing {
        var reader = section
        let step = try reader.integer(Int64.self)
        let clock = try reader.integer(UInt8.self)
        guard clock <= 1 else {
            throw StudentError(
                .unsupported, "section windowing: clock", expected: 1, actual: Int64(clock))
        }
        let missing = try reader.named(Windowing.Missing.self)
        let late = try reader.named(Windowing.Late.self)
        try reader.zeros(1)
        var time = LocalTime(clock: clock == 0 ? .utc : .local, zone: try reader.text())
        for _ in 0..<(try reader.count(entryBytes: 12)) {
            let instant = try reader.integer(Int64.self)
            time.offsets.append(
                LocalTime.Offset(instant: instant, seconds: Int(try reader.integer(Int32.self))))
        }
        var slots: [CalendarSlot] = []
        for _ in 0..<(try reader.count(entryBytes: 12)) {
            let field = try reader.named(CalendarSlot.Field.self)
            try reader.zeros(3)
            let first = Int(try reader.integer(Int32.self))
            slots.append(CalendarSlot(field, first: first, count: try reader.size()))
        }
        try reader.finish()
        var windowing = Windowing(step: step, time: time, missing: missing, slots: slots)
        windowing.late = late
        return windowing
    }

    private static func names(_ section: ByteReader) throws(StudentError) -> StudentNames {
        var reader = section
        var names = StudentNames()
        let coordinates = try reader.count(entryBytes: 16)
        names.latitudes = try reader.doubles(coordinates)
        names.longitudes = try reader.doubles(coordinates)
        names.places = try reader.texts()
        names.channels = try reader.texts()
        names.units = try reader.texts()
        names.labels = try reader.texts()
        try reader.finish()
        return names
    }

    private static func anomaly(_ section: ByteReader) throws(StudentError) -> [Float] {
        var reader = section
        let thresholds = try reader.floats(try reader.count(entryBytes: 4))
        try reader.finish()
        return thresholds
    }

    private static func card(_ section: ByteReader) throws(StudentError) -> [CardEntry] {
        var reader = section
        var card: [CardEntry] = []
        for _ in 0..<(try reader.count(entryBytes: 8)) {
            let key = try reader.text()
            card.append(CardEntry(key, try reader.text()))
        }
        try reader.finish()
        return card
    }

    /// Tensors may lie anywhere in the section, on multiples of 4.
    private static func tensors(_ section: ByteReader) throws(StudentError) -> [TensorBytes] {
        var reader = section
        let count = try reader.count(entryBytes: 16)
        try reader.zeros(4)
        var tensors: [TensorBytes] = []
        for number in 0..<count {
            let type = try reader.integer(UInt32.self)
            guard let element = StudentFile.ElementType(rawValue: type) else {
                throw StudentError(
                    .unsupported, "section weights: element type of tensor", index: number,
                    expected: 3, actual: Int64(type))
            }
            let elements = try reader.size()
            let offset = try reader.integer(UInt64.self)
            guard let start = Int(exactly: offset), start % 4 == 0, start <= reader.bytes.count,
                let base = reader.bytes.baseAddress
            else {
                throw StudentError(
                    .invalid, "section weights: tensor reaches beyond the section", index: number,
                    expected: Int64(reader.bytes.count), actual: Int64(truncatingIfNeeded: offset))
            }
            let rest = UnsafeRawBufferPointer(rebasing: reader.bytes[start...])
            switch element {
            case .float32, .float16:
                try fits(elements, rest.count / (element == .float32 ? 4 : 2), number)
                tensors.append(
                    TensorBytes(
                        bytes: base + start, count: elements,
                        kind: element == .float32 ? .float32 : .float16))
            case .int8:
                let channels = try scales(rest, elements, number)
                tensors.append(
                    TensorBytes(bytes: base + start + 4, count: elements, kind: .int8(channels: channels)))
            }
        }
        return tensors
    }

    private static func fits(_ count: Int, _ available: Int, _ number: Int) throws(StudentError) {
        guard count <= available else {
            throw StudentError(
                .invalid, "section weights: tensor reaches beyond the section", index: number,
                expected: Int64(available), actual: Int64(count))
        }
    }

    /// The number of channels of an int8 tensor, whose scales are positive and whose values follow.
    private static func scales(
        _ bytes: UnsafeRawBufferPointer, _ elements: Int, _ number: Int
    ) throws(StudentError) -> Int {
        var reader = ByteReader(bytes, section: "section weights: scales")
        let channels = try reader.count(entryBytes: 4)
        guard channels >= 1, elements % channels == 0 else {
            throw StudentError(
                .invalid, "section weights: channels of int8 tensor", index: number,
                expected: Int64(elements), actual: Int64(channels))
        }
        for _ in 0..<channels {
            let scale = try reader.float()
            guard scale.isFinite, scale > 0 else {
                throw StudentError(
                    .invalid, "section weights: a scale is not positive, tensor", index: number)
            }
        }
        try fits(elements, reader.remaining, number)
        return channels
    }
}
