#if Zstd
    import CZstd

    /// Decompression through libzstd.
    enum Zstandard {
        static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

        /// All frames of a .zst file, one after the other. Throws `truncated`, `badFormat`, also past `limit`.
        static func unfold(_ bytes: [UInt8], file: String, limit: Int) throws -> [UInt8] {
            guard let stream = ZSTD_createDStream() else {
                throw DataError(.badFormat, "\(file): libzstd could not be started.")
            }
            defer { ZSTD_freeDStream(stream) }
            var output = Unfolding(file, hint: 4 * bytes.count, limit: limit)
            return try bytes.withUnsafeBytes { raw in
                var input = ZSTD_inBuffer(src: raw.baseAddress, size: raw.count, pos: 0)
                while true {
                    var rest = 0, hasFilled = false
                    try output.fill { room in
                        var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                        rest = ZSTD_decompressStream(stream, &target, &input)
                        hasFilled = target.pos == target.size
                        return ZSTD_isError(rest) == 0 ? target.pos : 0
                    }
                    guard ZSTD_isError(rest) == 0 else {
                        throw DataError(
                            .badFormat, "\(file): the compressed data is damaged; copy or download the file again.")
                    }
                    guard input.pos == input.size, !hasFilled else { continue }
                    guard rest == 0 else {
                        throw DataError(
                            .truncated,
                            "\(file): the compressed data stops early; copy or download the file again.")
                    }
                    return output.finish()
                }
            }
        }
    }
#endif
