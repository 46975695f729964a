/// What is wrong inside a Parquet file; `ParquetFile` adds which file, column and row group.
struct ParquetDamage: Error {
    let what: String
    init(_ what: String) { self.what = what }
}

/// Bytes read from the front, every length checked.
struct ByteCursor {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// How many are left.
    var count: Int { bytes.count - position }
    /// What is left.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[position...]) }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= self.count else {
            throw ParquetDamage("\(count) bytes are announced where \(self.count) are left")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    /// Throws where more follows than the zeros that some writers put behind a page's values.
    func expectEnd() throws {
        guard count <= 8, rest.allSatisfy({ $0 == 0 }) else {
            throw ParquetDamage("\(count) bytes follow the values of a page")
        }
    }

    mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw ParquetDamage("it stops early") }
        defer { position += 1 }
        return bytes[position]
    }

    /// Four bytes, the least significant first.
    mutating func word() throws -> Int {
        Int(UInt32(littleEndian: try take(4).loadUnaligned(as: UInt32.self)))
    }

    /// Seven bits a byte, the least significant first.
    mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
        }
        throw ParquetDamage("a number has too many bytes")
    }

    /// A varint that is a length or a count.
    mutating func size() throws -> Int {
        let value = try varint()
        guard let size = Int(exactly: value), size <= Int(Int32.max) else {
            throw ParquetDamage("a length of \(value) is too large")
        }
        return size
    }

    /// A varint with the sign in its lowest bit.
    mutating func zigzag() throws -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension UnsafeRawBufferPointer {
    /// Number `index` of numbers of `width` ≤ 64 bits side by side, least significant bit first.
    ///
    /// The caller has checked that all of its bits are there.
    @inline(__always)
    func packed(_ index: Int, width: Int, mask: UInt64) -> UInt64 {
        let bit = index &* width
        let first = bit >> 3, shift = UInt64(bit & 7)
        if first &+ 9 <= count {
            let low = UInt64(littleEndian: loadUnaligned(fromByteOffset: first, as: UInt64.self)) &>> shift
            if shift == 0 { return low & mask }
            return (low | UInt64(self[first &+ 8]) &<< (64 &- shift)) & mask
        }
        var value: UInt64 = 0
        for place in first..<Swift.min(first + 9, count) {
            // The ninth byte counts only where the first begins inside.
            let lift = Int64(place - first) * 8 - Int64(shift)
            if lift < 0 {
                value |= UInt64(self[place]) >> UInt64(-lift)
            } else if lift < 64 {
                value |= UInt64(self[place]) << UInt64(lift)
            }
        }
        return value & mask
    }

    /// Ones in the lowest `width` ≤ 64 bits.
    static func mask(_ width: Int) -> UInt64 { width >= 64 ? .max : (1 << UInt64(width)) - 1 }
}
