#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whole files as bytes.
public enum FileBytes {
    /// The file's bytes as they are. Throws `notFound` or `unreadable`.
    public static func read(_ path: String) throws -> [UInt8] {
        try read(path, limit: .max) ?? []
    }

    /// The same; nil for a file of more than `limit` bytes, of which no more are read.
    public static func read(_ path: String, limit: Int) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError("open", path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError("read", path, errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw FileError(.unreadable, "\(path): is a folder; name a file in it.")
        }
        guard Int(status.st_size) <= limit else { return nil }
        // One byte more, so that the end is seen without growing.
        var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size) + 1, 4096))
        var filled = 0
        while true {
            let got = try bytes.withUnsafeMutableBytes { buffer in
                try receive(
                    UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]), from: descriptor, path: path)
            }
            if got == 0 { break }
            filled += got
            guard filled <= limit else { return nil }
            if filled == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: bytes.count))
            }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }
}
