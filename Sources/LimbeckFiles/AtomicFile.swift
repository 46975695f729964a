import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that are either wholly there or not at all.
///
/// Bytes go to a temporary name in the same folder, reach the disk, and only then take the name;
/// a crash, a full disk or a thrown error leaves what was there before. A device or a pipe is
/// written to as it is: nothing can take its place.
public enum AtomicFile {
    /// Writes `path` through `body`. Throws `diskFull` or `unwritable` naming `path`, or what
    /// `body` throws; nothing is left behind in either case.
    public static func write(_ path: String, _ body: (inout Writer) throws -> Void) throws {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let isReplaced = !isDevice(path)
        let temporary = "\(path).tmp-\(getpid())-\(number)"
        let descriptor =
            isReplaced
            ? open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            : open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError("create", path, errno) }
        var isOpen = true
        do {
            var writer = Writer(path: path, descriptor: descriptor)
            try body(&writer)
            try writer.flush()
            guard !isReplaced || fsync(descriptor) == 0 else { throw systemError("write", path, errno) }
            isOpen = false
            guard close(descriptor) == 0 else { throw systemError("write", path, errno) }
            guard !isReplaced || rename(temporary, path) == 0 else {
                throw systemError("replace", path, errno)
            }
        } catch {
            if isOpen { close(descriptor) }
            if isReplaced { unlink(temporary) }
            throw error
        }
        if isReplaced { syncFolder(of: path) }
    }

    public static func write(_ path: String, bytes: [UInt8]) throws {
        try write(path) { try $0.write(bytes) }
    }

    public static func write(_ path: String, text: String) throws {
        try write(path) { try $0.write(text) }
    }

    /// Collects bytes and hands them to the system in large pieces.
    public struct Writer {
        /// Bytes written so far.
        public private(set) var count = 0
        private let path: String
        private let descriptor: Int32
        private var buffer: [UInt8] = []
        private static let capacity = 1 << 18

        fileprivate init(path: String, descriptor: Int32) {
            self.path = path
            self.descriptor = descriptor
            buffer.reserveCapacity(Self.capacity)
        }

        public mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
            count += bytes.count
            if buffer.count + bytes.count > Self.capacity { try flush() }
            if bytes.count >= Self.capacity {
                try send(bytes, to: descriptor, path: path)
            } else {
                buffer.append(contentsOf: bytes)
            }
        }

        public mutating func write(_ bytes: [UInt8]) throws {
            try bytes.withUnsafeBytes { try write($0) }
        }

        public mutating func write(_ text: String) throws { try write(Array(text.utf8)) }

        /// Values in their memory layout (little-endian on every machine Limbeck runs on).
        public mutating func write(_ values: [Float]) throws {
            try values.withUnsafeBytes { try write($0) }
        }

        fileprivate mutating func flush() throws {
            try buffer.withUnsafeBytes { try send($0, to: descriptor, path: path) }
            buffer.removeAll(keepingCapacity: true)
        }
    }

    /// True for what exists and is neither a file nor a folder, such as /dev/null.
    private static func isDevice(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
    }

    private static let counter = Atomic<Int>(0)

    /// Makes the new name itself reach the disk; some file systems cannot, which is no error.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map {
            $0 == path.startIndex ? "/" : String(path[..<$0])
        }
        let descriptor = open(folder ?? ".", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
