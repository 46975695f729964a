import CZlib

/// How pages are compressed.
enum ParquetCodec {
    case none, snappy, gzip

    /// Throws for those that are not read, with how to rewrite the file.
    init(code: Int) throws {
        let names = [3: "LZO", 4: "Brotli", 5: "LZ4", 6: "ZSTD", 7: "LZ4"]
        switch code {
        case 0: self = .none
        case 1: self = .snappy
        case 2: self = .gzip
        default:
            throw ParquetRefusal(
                "is compressed with \(names[code] ?? "codec \(code)"), which is not read; rewrite the file: "
                    + "df.to_parquet(path, compression=\"snappy\")")
        }
    }

    /// `body` with `size` bytes that were compressed to `packed`.
    func unpack<R>(
        _ packed: UnsafeRawBufferPointer, size: Int, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R {
        guard size > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        switch self {
        case .none:
            guard packed.count == size else { throw ParquetDamage("a page is not of the size announced") }
            return try body(packed)
        case .snappy:
            return try Snappy.unpacked(packed, size: size).withUnsafeBytes(body)
        case .gzip:
            let bytes: [UInt8]
            do {
                // One byte more, so that data that is longer than announced shows.
                bytes = try Gzip.inflated(packed, .automatic, hint: size + 1, limit: size + 1, file: "")
            } catch let error as DataError {
                throw ParquetDamage(
                    "its gzip data is damaged or \(error.code == .truncated ? "stops early" : "too long")")
            }
            guard bytes.count == size else { throw ParquetDamage("its gzip data is not of the size announced") }
            return try bytes.withUnsafeBytes(body)
        }
    }

    /// CRC-32 of `bytes`.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let start = crc32(0, nil, 0)
        return UInt32(
            truncatingIfNeeded: crc32_z(start, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}

/// Something sound that is not read; the message says what to do.
struct ParquetRefusal: Error {
    let what: String
    init(_ what: String) { self.what = what }
}
