import CZlib

/// Decompression through zlib.
enum Gzip {
    enum Wrapping: Int32 {
        /// Bare deflate, as inside zip.
        case raw = -15
        /// gzip or zlib, told by its header.
        case automatic = 47
    }

    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// All members of a gzip file, one after the other.
    static func gunzip(
        _ bytes: UnsafeRawBufferPointer, file: String, limit: Int = ReadingLimit.standard
    ) throws -> [UInt8] {
        // The trailer holds the size modulo 2³²: a hint, never trusted.
        var hint = 1 << 16
        if bytes.count > 18 {
            let end = bytes.count
            hint = (1...4).reduce(0) { $0 << 8 | Int(bytes[end - $1]) }
        }
        return try inflated(bytes, .automatic, hint: hint, limit: limit, file: file) { ReadingLimit.error(file, limit) }
    }

    /// Throws `truncated` when the stream stops early and `badFormat` when it is not deflate or
    /// grows past `limit` bytes.
    static func inflated(
        _ bytes: UnsafeRawBufferPointer, _ wrapping: Wrapping, hint: Int, limit: Int, file: String,
        beyond: (() -> DataError)? = nil
    ) throws -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, size) == Z_OK else {
            throw DataError(.badFormat, "\(file): zlib could not be started.")
        }
        defer { inflateEnd(&stream) }
        // Deflate never grows data more than 1032 times.
        let bound = bytes.count.multipliedReportingOverflow(by: 1032)
        let ceiling = min(bound.overflow ? limit : bound.partialValue, limit)
        let first = max(1, min(max(hint, 256), ceiling, 64 * bytes.count + 256))
        var output = [UInt8](repeating: 0, count: first)
        var consumed = 0
        var produced = 0
        while true {
            if produced == output.count {
                guard output.count < limit else {
                    if let beyond { throw beyond() }
                    throw DataError(.badFormat, "\(file): holds more than it declares; damaged.")
                }
                output.append(contentsOf: repeatElement(0, count: min(output.count, limit - output.count)))
            }
            let input = min(bytes.count - consumed, 1 << 30)
            let room = min(output.count - produced, 1 << 30)
            let status = output.withUnsafeMutableBytes { target in
                stream.next_in = UnsafeMutablePointer(
                    mutating: bytes.baseAddress?.advanced(by: consumed)
                        .assumingMemoryBound(to: UInt8.self))
                stream.avail_in = UInt32(input)
                stream.next_out = target.baseAddress?.advanced(by: produced)
                    .assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(room)
                return inflate(&stream, Z_NO_FLUSH)
            }
            consumed += input - Int(stream.avail_in)
            produced += room - Int(stream.avail_out)
            if status == Z_STREAM_END {
                let another =
                    wrapping == .automatic && bytes.count - consumed > 2
                    && bytes[consumed] == 0x1F && bytes[consumed + 1] == 0x8B
                guard another, inflateReset(&stream) == Z_OK else { break }
            } else if status == Z_OK || (status == Z_BUF_ERROR && stream.avail_out == 0) {
                continue
            } else if status == Z_BUF_ERROR {
                throw DataError(
                    .truncated,
                    "\(file): the compressed data stops early; copy or download the file again.")
            } else {
                throw DataError(
                    .badFormat,
                    "\(file): the compressed data is damaged; copy or download the file again.")
            }
        }
        output.removeLast(output.count - produced)
        return output
    }
}
