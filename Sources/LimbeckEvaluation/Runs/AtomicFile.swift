#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes whole files so that a reader sees the old contents or the new, never half of them.
public enum AtomicFile {
    /// Writes `bytes` under a temporary name beside `path`, syncs, and renames it to `path`.
    ///
    /// Throws `unwritable` with path, reason and remedy; the old file then still stands and the
    /// temporary one is gone.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        let temporary = "\(path).\(getpid()).part"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw EvaluationError.unwritable(path, errno) }
        do {
            try writeAll(bytes, to: file, path: path)
            guard fsync(file) == 0 else { throw EvaluationError.unwritable(path, errno) }
        } catch {
            close(file)
            unlink(temporary)
            throw error
        }
        guard close(file) == 0, rename(temporary, path) == 0 else {
            let reason = errno
            unlink(temporary)
            throw EvaluationError.unwritable(path, reason)
        }
        syncFolder(of: path)
    }

    public static func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    /// The whole file. Throws `unreadable` with path and reason.
    public static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw EvaluationError.unreadable(path, errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = Self.read(file, &chunk)
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw EvaluationError.unreadable(path, errno) }
            if got == 0 { return bytes }
            bytes += chunk[..<got]
        }
    }

    /// Creates `path` and the folders above it where they are missing. Throws `unwritable`.
    public static func createFolder(_ path: String) throws {
        var ends = path.indices.filter { path[$0] == "/" && $0 != path.startIndex }
        ends.append(path.endIndex)
        for end in ends {
            let folder = String(path[..<end])
            if mkdir(folder, 0o755) == 0 { continue }
            let reason = errno
            var status = stat()
            let isFolder = stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            if !isFolder {
                throw EvaluationError.unwritable(folder, reason == EEXIST ? ENOTDIR : reason)
            }
        }
    }

    /// Writes all of `bytes` at the file's position, however often the system writes a part.
    static func writeAll(_ bytes: [UInt8], to file: Int32, path: String) throws {
        var done = 0
        while done < bytes.count {
            let wrote = bytes.withUnsafeBytes { buffer in
                platformWrite(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if wrote < 0 && errno == EINTR { continue }
            guard wrote > 0 else { throw EvaluationError.unwritable(path, errno) }
            done += wrote
        }
    }

    private static func read(_ file: Int32, _ chunk: inout [UInt8]) -> Int {
        chunk.withUnsafeMutableBytes { platformRead(file, $0.baseAddress, $0.count) }
    }

    /// So that the rename itself survives a power cut; failing here loses nothing already written.
    private static func syncFolder(of path: String) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let file = open(folder, O_RDONLY | O_CLOEXEC)
        if file >= 0 {
            fsync(file)
            close(file)
        }
    }
}

private func platformWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(file, bytes, count)
}

private func platformRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, bytes, count)
}

extension EvaluationError {
    /// From `errno`, with what to do about the usual reasons.
    static func unwritable(_ path: String, _ reason: Int32) -> EvaluationError {
        let remedy =
            switch reason {
            case ENOSPC, EDQUOT: "free some space or choose another folder with --run-dir"
            case EACCES, EPERM, EROFS:
                "choose a folder you may write with --run-dir, or change its permissions"
            case ENOENT: "create its folder first"
            case ENOTDIR: "a part of this path is a file, not a folder; choose another"
            case EISDIR: "this path is a folder; choose another name"
            default: "check the disk, or choose another folder with --run-dir"
            }
        return EvaluationError(.unwritable, "cannot write \(path): \(text(reason)); \(remedy)")
    }

    static func unreadable(_ path: String, _ reason: Int32) -> EvaluationError {
        let remedy = reason == ENOENT ? "check the path" : "check the path and its permissions"
        return EvaluationError(.unreadable, "cannot read \(path): \(text(reason)); \(remedy)")
    }

    private static func text(_ reason: Int32) -> String { String(cString: strerror(reason)) }
}
