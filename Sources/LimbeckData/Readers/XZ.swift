#if XZ
    import CLZMA

    /// Decompression through liblzma.
    enum XZ {
        static let magic: [UInt8] = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]

        /// All streams of an .xz file, one after the other. Throws `truncated`, `badFormat`, also past `limit`.
        static func unfold(_ bytes: [UInt8], file: String, limit: Int) throws -> [UInt8] {
            var stream = lzma_stream()
            // Concatenated streams; the dictionary of the strongest setting takes 65 MB.
            guard lzma_stream_decoder(&stream, 512 << 20, 0x08) == LZMA_OK else {
                throw DataError(.badFormat, "\(file): liblzma could not be started.")
            }
            defer { lzma_end(&stream) }
            var output = Unfolding(file, hint: 8 * bytes.count, limit: limit)
            return try bytes.withUnsafeBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = input.count
                while true {
                    var status = LZMA_OK
                    try output.fill { room in
                        stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                        stream.avail_out = room.count
                        status = lzma_code(&stream, LZMA_FINISH)
                        return room.count - stream.avail_out
                    }
                    switch status {
                    case LZMA_OK: continue
                    case LZMA_STREAM_END: return output.finish()
                    case LZMA_BUF_ERROR:
                        throw DataError(
                            .truncated,
                            "\(file): the compressed data stops early; copy or download the file again.")
                    default:
                        throw DataError(
                            .badFormat, "\(file): the compressed data is damaged; copy or download the file again.")
                    }
                }
            }
        }
    }
#endif
