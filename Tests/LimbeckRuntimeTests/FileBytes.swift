@testable import LimbeckRuntime

/// Reads and repairs the outer layer of a file, to reach the checks behind it.
enum FileBytes {
    struct Entry {
        var kind, offset, size: Int
    }

    static func integer(_ bytes: [UInt8], _ at: Int, _ size: Int) -> Int {
        (0..<size).reduce(0) { $0 | Int(bytes[at + $1]) << ($1 * 8) }
    }

    static func entries(_ bytes: [UInt8]) -> [Entry] {
        (0..<integer(bytes, 12, 4)).map { number in
            let at = 64 + number * 32
            return Entry(
                kind: integer(bytes, at, 4), offset: integer(bytes, at + 8, 8),
                size: integer(bytes, at + 16, 8))
        }
    }

    static func put(_ value: UInt32, _ bytes: inout [UInt8], _ at: Int) {
        for byte in 0..<4 {
            bytes[at + byte] = UInt8(truncatingIfNeeded: value >> UInt32(byte * 8))
        }
    }

    /// Makes every checksum right again, whatever the sections hold.
    static func seal(_ bytes: inout [UInt8], sections: Int = 8) {
        let crc = CRC32C()
        for number in 0..<sections {
            let at = 64 + number * 32
            let offset = integer(bytes, at + 8, 8)
            let size = integer(bytes, at + 16, 8)
            guard offset >= 0, size >= 0, offset <= bytes.count, size <= bytes.count - offset else {
                continue
            }
            let checksum = bytes[offset..<offset + size].withUnsafeBytes { crc.checksum($0) }
            put(checksum, &bytes, at + 4)
        }
        put(0, &bytes, 24)
        let checksum = bytes[0..<64 + sections * 32].withUnsafeBytes { crc.checksum($0) }
        put(checksum, &bytes, 24)
    }
}
