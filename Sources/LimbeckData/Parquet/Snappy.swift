/// The Snappy format without frames: literals and copies of what came before.
enum Snappy {
    /// Exactly `size` bytes. Throws `ParquetDamage`.
    static func unpacked(_ packed: UnsafeRawBufferPointer, size: Int) throws -> [UInt8] {
        var cursor = ByteCursor(packed)
        guard try cursor.size() == size else { throw ParquetDamage("its Snappy data is not of the size announced") }
        // No element of the format makes more than 64 bytes of 3.
        guard size / 22 <= packed.count else { throw ParquetDamage("its Snappy data is too short for \(size) bytes") }
        let input = cursor.rest
        return try [UInt8](unsafeUninitializedCapacity: size) { output, count in
            count = try unpack(input, into: UnsafeMutableRawBufferPointer(output))
            guard count == size else { throw ParquetDamage("its Snappy data stops early") }
        }
    }

    private static func unpack(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        guard let source = input.baseAddress, let target = output.baseAddress else { return 0 }
        var (read, written) = (0, 0)
        func number(_ at: Int, _ width: Int) throws -> Int {
            guard at + width <= input.count else { throw ParquetDamage("its Snappy data stops early") }
            var value = 0
            for place in 0..<width {
                value |= Int(source.load(fromByteOffset: at + place, as: UInt8.self)) << (8 * place)
            }
            return value
        }
        while read < input.count {
            let tag = Int(source.load(fromByteOffset: read, as: UInt8.self))
            read += 1
            let length: Int
            var distance = 0
            switch tag & 3 {
            case 0:
                let extra = max(0, (tag >> 2) - 59)
                length = extra == 0 ? (tag >> 2) + 1 : try number(read, extra) + 1
                read += extra
            case 1:
                length = 4 + (tag >> 2) & 7
                distance = (tag >> 5) << 8 | (try number(read, 1))
                read += 1
            case 2:
                length = (tag >> 2) + 1
                distance = try number(read, 2)
                read += 2
            default:
                length = (tag >> 2) + 1
                distance = try number(read, 4)
                read += 4
            }
            guard length <= output.count - written else { throw ParquetDamage("its Snappy data grows too long") }
            let end = target + written
            if tag & 3 == 0 {
                guard length <= input.count - read else { throw ParquetDamage("its Snappy data stops early") }
                end.copyMemory(from: source + read, byteCount: length)
                read += length
            } else {
                guard distance > 0, distance <= written else { throw ParquetDamage("its Snappy data is damaged") }
                if distance >= length {
                    end.copyMemory(from: end - distance, byteCount: length)
                } else {
                    for place in 0..<length {
                        let byte = end.load(fromByteOffset: place - distance, as: UInt8.self)
                        end.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
                    }
                }
            }
            written += length
        }
        return written
    }
}
