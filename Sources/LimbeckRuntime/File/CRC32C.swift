/// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), as in iSCSI and ext4.
struct CRC32C {
    private let table: [UInt32]

    init() {
        table = (0..<256).map { byte in
            var value = UInt32(byte)
            for _ in 0..<8 {
                value = value & 1 == 0 ? value >> 1 : (value >> 1) ^ 0x82f6_3b78
            }
            return value
        }
    }

    /// Checksum of `bytes`; pass the checksum of what came before to continue it.
    func checksum(_ bytes: UnsafeRawBufferPointer, after previous: UInt32 = 0) -> UInt32 {
        var value = ~previous
        table.withUnsafeBufferPointer { table in
            for byte in bytes {
                value = table[Int((value ^ UInt32(byte)) & 0xff)] ^ (value >> 8)
            }
        }
        return ~value
    }
}
