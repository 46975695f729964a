#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that grows by whole records: one that cannot be written whole is taken back.
public final class AppendFile {
    public let path: String
    private let file: Int32
    private var size: Int64

    /// Opens or creates `path`; with `exclusive`, fails when it exists.
    ///
    /// Throws `unwritable` or `diskFull`.
    public init(_ path: String, exclusive: Bool = false) throws {
        self.path = path
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (exclusive ? O_EXCL : 0)
        file = open(path, flags, 0o644)
        guard file >= 0 else { throw systemError("create", path, errno) }
        size = Int64(lseek(file, 0, SEEK_END))
    }

    deinit {
        fsync(file)
        close(file)
    }

    /// Throws `diskFull` or `unwritable`; the file then ends where it did before.
    public func append(_ record: [UInt8]) throws {
        do {
            try record.withUnsafeBytes { try send($0, to: file, path: path) }
            size += Int64(record.count)
        } catch {
            ftruncate(file, off_t(size))
            throw error
        }
    }
}
