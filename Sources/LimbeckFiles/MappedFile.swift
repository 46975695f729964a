#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file mapped into memory, read-only, for as long as this object lives.
///
/// Pages come in as they are touched, so that a file larger than memory can be read. Truncating
/// the file while it is mapped is not survived by any process; `AtomicFile` never truncates.
public final class MappedFile: Sendable {
    public let path: String
    /// Size in bytes.
    public let count: Int
    private let address: UInt

    /// Throws `notFound`, `unreadable`, or `empty` for a file of no bytes.
    public init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError("open", path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError("read", path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(.unreadable, "\(path): not a file; name a file, not a folder.")
        }
        guard status.st_size > 0 else {
            throw FileError(.empty, "\(path): the file is empty.")
        }
        count = Int(status.st_size)
        self.path = path
        let pointer = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let pointer, pointer != MAP_FAILED else { throw systemError("read", path, errno) }
        address = UInt(bitPattern: pointer)
    }

    deinit { munmap(UnsafeMutableRawPointer(bitPattern: address), count) }

    /// All bytes; valid while `self` lives.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }

    /// `body` with the bytes, keeping the mapping alive meanwhile.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) { try body(bytes) }
    }
}
