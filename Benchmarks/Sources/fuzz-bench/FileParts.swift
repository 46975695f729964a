/// The outer layer of a `.limbeck` file: where its sections are, and checksums made right again.
struct FileParts {
    static let header = 64
    static let entry = 32

    var bytes: [UInt8]

    var sectionCount: Int { min(Int(word(12)), max(0, (bytes.count - Self.header) / Self.entry)) }

    func word(_ at: Int) -> UInt32 {
        guard at >= 0, at + 4 <= bytes.count else { return 0 }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32($1 * 8) }
    }

    mutating func put(_ value: UInt32, _ at: Int) {
        guard at >= 0, at + 4 <= bytes.count else { return }
        for byte in 0..<4 { bytes[at + byte] = UInt8(truncatingIfNeeded: value >> UInt32(byte * 8)) }
    }

    /// The bytes of section `number`, as far as they lie in the file.
    func section(_ number: Int) -> Range<Int> {
        let at = Self.header + number * Self.entry
        let start = min(Int(word(at + 8)), bytes.count)
        return start..<min(start + Int(word(at + 16)), bytes.count)
    }

    /// Tells the file's own size, and makes every checksum right, whatever the sections hold.
    mutating func seal() {
        guard bytes.count >= Self.header else { return }
        put(UInt32(bytes.count), 16)
        put(0, 20)
        for number in 0..<sectionCount {
            put(Checksum.of(bytes[section(number)]), Self.header + number * Self.entry + 4)
        }
        put(0, 24)
        put(Checksum.of(bytes[0..<Self.header + sectionCount * Self.entry]), 24)
    }
}

/// CRC-32C, as the format has it.
enum Checksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82f6_3b78 }
    }

    static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBufferPointer { bytes in
                var value = ~UInt32(0)
                for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xff)] ^ value >> 8 }
                return ~value
            }
        }
    }
}
