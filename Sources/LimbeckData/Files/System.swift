#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The reason the last system call failed, in words, for example "No space left on device".
func reason(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
}

/// An error for `path` from a failed system call; `verb` is "open", "read", "write", …
func systemError(_ verb: String, _ path: String, _ number: Int32) -> DataError {
    switch number {
    case ENOENT where verb == "create":
        DataError(.fileNotFound, "\(path): its folder does not exist; create it, or write elsewhere.")
    case EISDIR:
        DataError(
            verb == "open" || verb == "read" ? .unreadable : .writeFailed,
            "\(path): is a folder; name a file in it.")
    case ENOENT, ENOTDIR:
        DataError(.fileNotFound, "\(path): there is no such file or folder; check the path.")
    case ENOSPC, EDQUOT:
        DataError(
            .diskFull,
            "\(path): the disk is full (cannot \(verb)); free some space and run again.")
    case EACCES, EPERM, EROFS:
        DataError(
            verb == "open" || verb == "read" ? .unreadable : .writeFailed,
            "\(path): cannot \(verb) (\(reason(number))); check its permissions.")
    default:
        DataError(
            verb == "open" || verb == "read" ? .unreadable : .writeFailed,
            "\(path): cannot \(verb) (\(reason(number))).")
    }
}
