#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whole files as bytes.
public enum FileBytes {
    /// The file's bytes as they are. Throws `fileNotFound` or `unreadable`.
    public static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError("open", path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError("read", path, errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw DataError(.unreadable, "\(path): is a folder; name a file in it.")
        }
        var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size), 4096))
        var filled = 0
        while true {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Self.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw systemError("read", path, errno)
            }
            if got == 0 { break }
            filled += got
            if filled == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: bytes.count))
            }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// The file's bytes, gunzipped where they are gzip.
    ///
    /// Throws `emptyFile` for a file of no bytes and `badFormat` for a compression Limbeck cannot
    /// undo.
    public static func readDecompressed(_ path: String) throws -> [UInt8] {
        let bytes = try read(path)
        guard !bytes.isEmpty else {
            throw DataError(.emptyFile, "\(path): the file is empty; it needs a header and rows.")
        }
        if Gzip.isGzip(bytes) {
            return try bytes.withUnsafeBytes { try Gzip.gunzip($0, file: path) }
        }
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

    private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }
}
