/// Values of bytes as numbers.
enum ParquetBytes {
    /// Powers of ten that a double holds exactly.
    static let powers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]

    /// Nanoseconds of the day and Julian day as microseconds since 1970; nil where they do not fit.
    static func microseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count == 12 else { return nil }
        let ofDay = Int64(littleEndian: bytes.loadUnaligned(as: Int64.self))
        let day = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int32.self))
        let (start, isLarge) = (Int64(day) - 2_440_588).multipliedReportingOverflow(by: 86_400_000_000)
        let (sum, isLarger) = start.addingReportingOverflow(ofDay / 1000)
        return isLarge || isLarger ? nil : sum
    }

    /// IEEE 754 binary16.
    static func half(_ bytes: UnsafeRawBufferPointer) -> Float {
        guard bytes.count == 2 else { return .nan }
        let bits = UInt32(bytes[0]) | UInt32(bytes[1]) << 8
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = bits >> 10 & 31, fraction = bits & 1023
        switch exponent {
        case 0: return sign * Float(fraction) / 16_777_216
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * Float(bitPattern: (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// Big-endian two's complement of up to 15 decimal digits; nil where there are more.
    static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard let first = bytes.first else { return nil }
        let fill: UInt8 = first & 0x80 == 0 ? 0 : 0xFF
        let tail = bytes.suffix(8)
        guard bytes.dropLast(8).allSatisfy({ $0 == fill }) else { return nil }
        let value = tail.reduce(fill == 0 ? Int64(0) : -1) { $0 << 8 | Int64($1) }
        return bytes.count > 8 && (value < 0) != (fill != 0) || value.magnitude >= 1_000_000_000_000_000 ? nil : value
    }
}
