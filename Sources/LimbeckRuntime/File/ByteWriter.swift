/// Little-endian bytes, appended.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append<T: FixedWidthInteger>(_ value: T) {
        var rest = value
        for _ in 0..<T.bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest = rest >> 8
        }
    }

    mutating func append(_ value: Float) { append(value.bitPattern) }
    mutating func append(_ value: Double) { append(value.bitPattern) }

    mutating func append(_ text: String) {
        append(UInt32(truncatingIfNeeded: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    mutating func zeros(_ count: Int) { for _ in 0..<count { bytes.append(0) } }

    /// A count or size; the caller has checked that it fits.
    mutating func append(count: Int) { append(UInt32(truncatingIfNeeded: count)) }

    mutating func align(to multiple: Int) {
        while bytes.count % multiple != 0 { bytes.append(0) }
    }
}
