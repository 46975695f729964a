/// Writes protocol buffer messages: fields with a number, as variable-length integers, four bytes,
/// or bytes with a length (Protocol Buffers, "Encoding").
public struct WireWriter {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func integer(_ field: Int, _ value: Int64) {
        key(field, .variable)
        variable(UInt64(bitPattern: value))
    }

    public mutating func float(_ field: Int, _ value: Float) {
        key(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    public mutating func double(_ field: Int, _ value: Double) {
        key(field, .fixed64)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    public mutating func text(_ field: Int, _ value: String) { blob(field, Array(value.utf8)) }

    public mutating func blob(_ field: Int, _ value: [UInt8]) {
        key(field, .delimited)
        variable(UInt64(value.count))
        bytes += value
    }

    public mutating func message(_ field: Int, _ write: (inout WireWriter) -> Void) {
        var inner = WireWriter()
        write(&inner)
        blob(field, inner.bytes)
    }

    /// Numbers one behind another in one field.
    public mutating func packed(_ field: Int, _ values: [Int64]) {
        var inner = WireWriter()
        for value in values { inner.variable(UInt64(bitPattern: value)) }
        blob(field, inner.bytes)
    }

    public mutating func packed(_ field: Int, _ values: [Float]) {
        key(field, .delimited)
        variable(UInt64(values.count * 4))
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    }

    private mutating func key(_ field: Int, _ kind: WireKind) {
        variable(UInt64(field) << 3 | UInt64(kind.rawValue))
    }

    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

/// How a field's bytes are laid out.
enum WireKind: UInt8 { case variable = 0, fixed64 = 1, delimited = 2, fixed32 = 5 }
