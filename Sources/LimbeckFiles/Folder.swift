#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Folders on the disk.
public enum Folder {
    /// Creates `path` and the folders above it where they are missing.
    ///
    /// Throws `unwritable` or `diskFull` naming the folder that could not be made.
    public static func create(_ path: String) throws {
        var ends = path.indices.filter { path[$0] == "/" && $0 != path.startIndex }
        ends.append(path.endIndex)
        for end in ends {
            let folder = String(path[..<end])
            if mkdir(folder, 0o755) == 0 { continue }
            let number = errno
            var status = stat()
            guard stat(folder, &status) == 0 else { throw systemError("create", folder, number) }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw FileError(
                    .unwritable, "\(folder): is a file, not a folder; choose another, for example with --run-dir.")
            }
        }
    }
}
