import LimbeckFiles

extension FileBytes {
    /// The file's bytes, unfolded where they are gzip, xz or zstd, at most `limit` of them.
    ///
    /// Throws `emptyFile` for a file of no bytes and `badFormat` for a compression that is not read and past the limit.
    static func readDecompressed(_ path: String, limit: Int = ReadingLimit.standard) throws -> [UInt8] {
        guard let bytes = try read(path, limit: limit) else { throw ReadingLimit.error(path, limit) }
        return try decompressed(bytes, limit: limit, file: path)
    }

    /// The same of bytes that are called `path` in errors.
    static func decompressed(_ bytes: [UInt8], limit: Int, file path: String) throws -> [UInt8] {
        guard !bytes.isEmpty else {
            throw DataError(.emptyFile, "\(path): the file is empty; it needs a header and rows.")
        }
        if Gzip.isGzip(bytes) {
            return try bytes.withUnsafeBytes { try Gzip.gunzip($0, file: path, limit: limit) }
        }
        #if XZ
            if bytes.starts(with: XZ.magic) { return try XZ.unfold(bytes, file: path, limit: limit) }
        #endif
        #if Zstd
            if bytes.starts(with: Zstandard.magic) { return try Zstandard.unfold(bytes, file: path, limit: limit) }
        #endif
        let signatures: [([UInt8], String, String)] = [
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz", "unxz"),
            ([0x42, 0x5A, 0x68], "bzip2", "bunzip2"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "unzstd"),
        ]
        for (signature, name, command) in signatures where bytes.starts(with: signature) {
            throw DataError(
                .badFormat,
                "\(path): compressed with \(name), which is not read; run `\(command)` or use "
                    + "gzip.")
        }
        return bytes
    }
}
