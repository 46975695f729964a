/// The sections of a `.limbeck` file, read: content without weights, and where the weights are.
enum ParsedStudent {
    static func content(_ sections: borrowing SectionTable) throws(StudentError) -> StudentContent {
        let shape = try shape(try sections.reader(.shape, "section shape"), version: sections.version)
        let program = try program(try sections.reader(.program, "section program"))
        let scaler = try scaler(try sections.reader(.scaler, "section scaler"))
        let windowing = try windowing(try sections.reader(.windowing, "section windowing"))
        let named = try sections.reader(.names, "section names")
        var content = StudentContent(
            shape: shape, program: program, weights: [], scaler: scaler, windowing: windowing,
            names: Included.everything ? try names(named) : StudentNames(),
            anomalyThresholds: sections.contains(.anomaly)
                ? try anomaly(try sections.reader(.anomaly, "section anomaly")) : [],
            card: Included.everything && sections.contains(.card)
                ? try card(try sections.reader(.card, "section card")) : [])
        if Included.everything && sections.contains(.filling) {
            content.filling = try filling(try sections.reader(.filling, "section filling"))
        }
        return content
    }

    /// Throws for weights that are to be read in place and cannot be.
    static func inPlace(_ tensors: [TensorBytes]) throws(StudentError) {
        for (number, tensor) in tensors.enumerated() where tensor.kind != .float16 {
            guard UInt(bitPattern: tensor.bytes) % 4 == 0, UInt32(littleEndian: 1) == 1 else {
                throw StudentError(
                    .unsupported, "weights in place: memory not aligned to 4 bytes", index: number)
            }
        }
    }
}

extension ParsedStudent {
    private static func shape(_ section: ByteReader, version: UInt32) throws(StudentError) -> StudentShape {
        var reader = section
        let history = reader.size()
        let nodes = reader.size()
        let channels = reader.size()
        let horizon = reader.size()
        let outputs = reader.size()
        let task = reader.named(StudentShape.Task.forecast)
        reader.zeros(3)
        let targets = reader.list(reader.count(entryBytes: 4)) { (reader, _) in reader.size() }
        let future = version > 1 ? reader.size() : 0
        try reader.finish()
        var shape = StudentShape(
            history: history, horizon: horizon, nodes: nodes, channels: channels, targets: targets)
        shape.task = task
        shape.outputs = outputs
        shape.future = future
        return shape
    }

    private static func program(_ section: ByteReader) throws(StudentError) -> Program {
        var reader = section
        var program = Program(arena: reader.size())
        program.buffers = reader.list(reader.count(entryBytes: 16)) { (reader, _) in
            let source = reader.named(Buffer.Source.history)
            reader.zeros(3)
            let tensor = reader.size()
            let offset = reader.size()
            return Buffer(source, tensor: tensor, offset: offset, count: reader.size())
        }
        program.instructions = try reader.list(reader.count(entryBytes: 4)) {
            (reader, number) throws(StudentError) in try Instruction(&reader, number: number)
        }
        try reader.finish()
        return program
    }

    private static func scaler(_ section: ByteReader) throws(StudentError) -> Scaler {
        var reader = section
        let transform = reader.named(Scaler.Transform.identity)
        reader.zeros(3)
        let count = reader.count(entryBytes: 8)
        let center = reader.floats(count)
        let spread = reader.floats(count)
        try reader.finish()
        return Scaler(transform: transform, center: center, spread: spread)
    }

    private static func windowing(_ section: ByteReader) throws(StudentError) -> Windowing {
        var reader = section
        let step = reader.integer(Int64.self)
        let clock = reader.integer(UInt8.self)
        guard clock <= 1 else {
            throw StudentError(
                .unsupported, "section windowing: clock", expected: 1, actual: Int64(clock))
        }
        let missing = reader.named(Windowing.Missing.forwardFill)
        let late = reader.named(Windowing.Late.replace)
        let kind = reader.integer(UInt8.self)
        var time = LocalTime(clock: clock == 0 ? .utc : .local, zone: reader.text())
        time.offsets = reader.list(reader.count(entryBytes: 12)) { (reader, _) in
            let instant = reader.integer(Int64.self)
            return LocalTime.Offset(instant: instant, seconds: Int(reader.integer(Int32.self)))
        }
        let slots = reader.list(reader.count(entryBytes: 12)) { (reader, _) in
            let field = reader.named(CalendarSlot.Field.hourOfDay)
            reader.zeros(3)
            let first = Int(reader.integer(Int32.self))
            return CalendarSlot(field, first: first, count: reader.size())
        }
        var spacing = Spacing.regular
        switch kind {
        case 0: break
        case 1 where Included.everything: spacing = .months(reader.size(), day: reader.size())
        case 2 where Included.everything:
            spacing = .week(reader.list(reader.count(entryBytes: 4)) { (reader, _) in reader.integer(Int32.self) })
        default:
            throw StudentError(
                .unsupported, "section windowing: spacing", expected: Included.everything ? 2 : 0, actual: Int64(kind))
        }
        try reader.finish()
        var windowing = Windowing(step: step, time: time, missing: missing, slots: slots, spacing: spacing)
        windowing.late = late
        return windowing
    }

    private static func names(_ section: ByteReader) throws(StudentError) -> StudentNames {
        var reader = section
        var names = StudentNames()
        let coordinates = reader.count(entryBytes: 16)
        names.latitudes = reader.doubles(coordinates)
        names.longitudes = reader.doubles(coordinates)
        names.places = reader.texts()
        names.channels = reader.texts()
        names.units = reader.texts()
        names.labels = reader.texts()
        try reader.finish()
        return names
    }

    private static func anomaly(_ section: ByteReader) throws(StudentError) -> [Float] {
        var reader = section
        let thresholds = reader.floats(reader.count(entryBytes: 4))
        try reader.finish()
        return thresholds
    }

    private static func filling(_ section: ByteReader) throws(StudentError) -> Filling {
        var reader = section
        let values = reader.floats(reader.count(entryBytes: 4))
        let count = reader.count(entryBytes: 8)
        let neighbours = reader.list(count) { (reader, _) in reader.size() }
        let weights = reader.floats(count)
        try reader.finish()
        return Filling(values: values, neighbours: neighbours, weights: weights)
    }

    private static func card(_ section: ByteReader) throws(StudentError) -> [CardEntry] {
        var reader = section
        let card = reader.list(reader.count(entryBytes: 8)) { (reader, _) in
            let key = reader.text()
            return CardEntry(key, reader.text())
        }
        try reader.finish()
        return card
    }

    /// Tensors may lie anywhere in the section, on multiples of 4.
    static func tensors(_ section: ByteReader) throws(StudentError) -> [TensorBytes] {
        var reader = section
        let count = reader.count(entryBytes: 16)
        reader.zeros(4)
        try reader.check()
        return try reader.list(count) { (reader, number) throws(StudentError) in
            let type = reader.integer(UInt32.self)
            let elements = reader.size()
            let offset = reader.integer(UInt64.self)
            try reader.check()
            guard let element = StudentFile.ElementType(rawValue: type) else {
                throw StudentError(
                    .unsupported, "section weights: element type of tensor", index: number,
                    expected: 3, actual: Int64(type))
            }
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
                return TensorBytes(
                    bytes: base + start, count: elements, kind: element == .float32 ? .float32 : .float16)
            case .int8:
                let channels = try scales(rest, elements, number)
                return TensorBytes(
                    bytes: base + start + 4, count: elements, kind: .int8(channels: channels))
            }
        }
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
        let channels = reader.count(entryBytes: 4)
        try reader.check()
        guard channels >= 1, elements % channels == 0 else {
            throw StudentError(
                .invalid, "section weights: channels of int8 tensor", index: number,
                expected: Int64(elements), actual: Int64(channels))
        }
        for _ in 0..<channels {
            let scale = reader.float()
            guard scale.isFinite, scale > 0 else {
                throw StudentError(
                    .invalid, "section weights: a scale is not positive, tensor", index: number)
            }
        }
        try fits(elements, reader.remaining, number)
        return channels
    }
}
