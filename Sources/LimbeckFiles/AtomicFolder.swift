import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Folders that are either wholly there or not at all, for formats that are a folder.
///
/// Files go to a folder with a temporary name beside it, which then takes the name; a crash, a full
/// disk or a thrown error leaves what was there before.
public enum AtomicFolder {
    /// Writes `path` with `files`, each by its path inside it.
    ///
    /// A folder that is there is replaced if it holds no more than such a folder does; one with other
    /// files is refused (`unwritable`), and so is a file. Else throws as `AtomicFile.write` does.
    public static func write(_ path: String, files: [(path: String, bytes: [UInt8])]) throws {
        var place = path
        while place.count > 1, place.hasSuffix("/") { place.removeLast() }
        let isReplaced = try exists(place, holding: Set(files.map(\.path)))
        let temporary = "\(place).tmp-\(getpid())-\(counter.wrappingAdd(1, ordering: .relaxed).newValue)"
        do {
            guard mkdir(temporary, 0o755) == 0 else { throw systemError("create", place, errno) }
            for file in files {
                let target = "\(temporary)/\(file.path)"
                if let end = target.lastIndex(of: "/") { try Folder.create(String(target[..<end])) }
                try AtomicFile.write(target, bytes: file.bytes)
            }
            try take(place, from: temporary, isReplaced: isReplaced)
        } catch {
            remove(temporary)
            throw error
        }
        // What was replaced has the temporary name now.
        if isReplaced { remove(temporary) }
    }

    /// True for a folder that may be replaced, false where there is nothing.
    private static func exists(_ path: String, holding files: Set<String>) throws -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(.unwritable, "\(path): is a file, and a folder is to be written; choose another name.")
        }
        for file in contents(path) where !files.contains(file) {
            throw FileError(
                .unwritable, "\(path): holds \(file), which would be lost; choose another name or an empty folder.")
        }
        return true
    }

    /// Gives `temporary` the name `path`; what had it gets the temporary name.
    private static func take(_ path: String, from temporary: String, isReplaced: Bool) throws {
        if !isReplaced {
            guard rename(temporary, path) == 0 else { throw systemError("create", path, errno) }
            return
        }
        if exchange(temporary, path) { return }
        // File systems that cannot exchange two names: one after the other.
        let aside = temporary + "-old"
        guard rename(path, aside) == 0 else { throw systemError("replace", path, errno) }
        guard rename(temporary, path) == 0 else {
            let number = errno
            rename(aside, path)
            throw systemError("replace", path, number)
        }
        rename(aside, temporary)
    }

    /// Exchanges two names at once, where the system can.
    private static func exchange(_ first: String, _ second: String) -> Bool {
        #if canImport(Glibc)
            // Not in the headers that Swift sees.
            typealias RenameAt =
                @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32)
                -> Int32
            guard let symbol = dlsym(nil, "renameat2") else { return false }
            let bothNames: UInt32 = 2
            return unsafeBitCast(symbol, to: RenameAt.self)(AT_FDCWD, first, AT_FDCWD, second, bothNames) == 0
        #elseif canImport(Darwin)
            return renamex_np(first, second, UInt32(RENAME_SWAP)) == 0
        #else
            return false
        #endif
    }

    /// Paths of all files in a folder, from it on.
    private static func contents(_ path: String, _ prefix: String = "") -> [String] {
        names(path).flatMap { name, isFolder in
            isFolder ? contents("\(path)/\(name)", "\(prefix)\(name)/") : [prefix + name]
        }
    }

    private static func remove(_ path: String) {
        for (name, isFolder) in names(path) {
            if isFolder { remove("\(path)/\(name)") } else { unlink("\(path)/\(name)") }
        }
        rmdir(path)
    }

    /// What a folder holds; links count as files.
    private static func names(_ path: String) -> [(name: String, isFolder: Bool)] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            var status = stat()
            let isFolder = lstat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            found.append((name, isFolder))
        }
        return found
    }

    private static let counter = Atomic<Int>(0)
}
