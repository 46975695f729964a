#if !hasFeature(Embedded)
    internal import CLimbeckRuntime
#endif

/// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), as in iSCSI and ext4.
struct CRC32C {
    #if hasFeature(Embedded)
        /// Byte by byte: a kilobyte is enough on a device.
        private static let width = 1
    #else
        private static let width = 8
        /// Asked once: the question stops a virtual machine for microseconds.
        private static let hasInstruction = lkr_has_checksum()
    #endif

    /// Entry `256 k + b` is the checksum of byte `b` and `k` zeros after it: eight bytes take eight
    /// independent look-ups. The small build, which has no kilobyte for it, does without.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: width * 256)
        for byte in 0..<256 { tables[byte] = shifted(UInt32(byte)) }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = tables[Int(before & 0xff)] ^ (before >> 8)
        }
        return tables
    }()

    @inline(__always) private static func shifted(_ byte: UInt32) -> UInt32 {
        var value = byte
        for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : (value >> 1) ^ 0x82f6_3b78 }
        return value
    }

    /// Checksum of `bytes`; pass the checksum of what came before to continue it.
    func checksum(_ bytes: UnsafeRawBufferPointer, after previous: UInt32 = 0) -> UInt32 {
        var value = ~previous
        if !Included.everything {
            for byte in bytes { value = Self.shifted((value ^ UInt32(byte)) & 0xff) ^ (value >> 8) }
            return ~value
        }
        #if !hasFeature(Embedded)
            if Self.hasInstruction { return ~lkr_checksum(value, bytes.baseAddress, Int64(bytes.count)) }
        #endif
        return ~Self.tabulated(bytes, value)
    }

    /// The state after `bytes`, without the processor's help.
    static func tabulated(_ bytes: UnsafeRawBufferPointer, _ state: UInt32) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            var value = state
            var index = 0
            while width == 8 && index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let mixed = word ^ UInt64(value)
                value = 0
                for place in 0..<8 {
                    value ^= tables[(7 - place) * 256 + Int(mixed >> (8 * place) & 0xff)]
                }
                index += 8
            }
            for byte in bytes[index...] {
                value = tables[Int((value ^ UInt32(byte)) & 0xff)] ^ (value >> 8)
            }
            return value
        }
    }
}
