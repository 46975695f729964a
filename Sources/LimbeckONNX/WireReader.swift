/// Reads protocol buffer messages field by field; never reads beyond its bytes.
///
///     while let field = try reader.next() { switch field.number { … } }
public struct WireReader {
    /// One field: its number and its value, not yet interpreted.
    public struct Field {
        public var number: Int
        public var value: Value
    }

    public enum Value {
        case variable(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        case delimited(ArraySlice<UInt8>)
    }

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The next field, nil at the end. Throws when the bytes are no message.
    public mutating func next() throws(WireError) -> Field? {
        if position == bytes.endIndex { return nil }
        let key = try variable()
        let number = Int(truncatingIfNeeded: key >> 3)
        guard number > 0, number < 1 << 29, let kind = WireKind(rawValue: UInt8(key & 7)) else {
            throw WireError(offset: position, reason: "no field begins here")
        }
        switch kind {
        case .variable: return Field(number: number, value: .variable(try variable()))
        case .fixed32:
            return Field(number: number, value: .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
        case .fixed64: return Field(number: number, value: .fixed64(try fixed(8)))
        case .delimited:
            let count = try variable()
            guard count <= UInt64(bytes.endIndex - position) else {
                throw WireError(
                    offset: position,
                    reason: "field \(number) says it has \(count) bytes, \(bytes.endIndex - position) are left")
            }
            let end = position + Int(count)
            defer { position = end }
            return Field(number: number, value: .delimited(bytes[position..<end]))
        }
    }

    private mutating func variable() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.endIndex, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw WireError(offset: position, reason: "a number does not end")
    }

    private mutating func fixed(_ count: Int) throws(WireError) -> UInt64 {
        guard bytes.endIndex - position >= count else {
            throw WireError(offset: position, reason: "a number of \(count) bytes is cut off")
        }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += count
        return value
    }
}

/// Bytes that are no protocol buffer message.
public struct WireError: Error, CustomStringConvertible, Sendable {
    public var offset: Int
    public var reason: String
    public var description: String { "at byte \(offset): \(reason)" }
}

extension WireReader.Field {
    public var integer: Int64 {
        get throws(WireError) {
            guard case .variable(let value) = value else { throw misplaced("an integer") }
            return Int64(bitPattern: value)
        }
    }

    public var float: Float {
        get throws(WireError) {
            guard case .fixed32(let value) = value else { throw misplaced("a float") }
            return Float(bitPattern: value)
        }
    }

    public var blob: ArraySlice<UInt8> {
        get throws(WireError) {
            guard case .delimited(let bytes) = value else { throw misplaced("bytes") }
            return bytes
        }
    }

    public var text: String { get throws(WireError) { String(decoding: try blob, as: UTF8.self) } }

    public var message: WireReader { get throws(WireError) { WireReader(try blob) } }

    /// One integer, or many that are packed.
    public func integers() throws(WireError) -> [Int64] {
        guard case .delimited(let bytes) = value else { return [try integer] }
        var reader = WireReader(bytes)
        var values: [Int64] = []
        while let value = try reader.nextVariable() { values.append(Int64(bitPattern: value)) }
        return values
    }

    /// One float, or many that are packed.
    public func floats() throws(WireError) -> [Float] {
        guard case .delimited(let bytes) = value else { return [try float] }
        guard bytes.count % 4 == 0 else { throw misplaced("floats") }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
        }
    }

    private func misplaced(_ wanted: String) -> WireError {
        WireError(offset: 0, reason: "field \(number) should be \(wanted)")
    }
}

extension WireReader {
    /// The next bare number of a packed field.
    mutating func nextVariable() throws(WireError) -> UInt64? {
        position == bytes.endIndex ? nil : try variable()
    }
}
