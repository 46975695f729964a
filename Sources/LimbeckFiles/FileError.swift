#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that could not be read or written: which, why, and what to do about it.
public struct FileError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case notFound, unreadable, empty, unwritable, diskFull
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

/// The reason the last system call failed, in words, for example "No space left on device".
func reason(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
}

/// An error for `path` from a failed system call; `verb` is "open", "read", "write", …
func systemError(_ verb: String, _ path: String, _ number: Int32) -> FileError {
    let isReading = verb == "open" || verb == "read"
    return switch number {
    case ENOENT where verb == "create":
        FileError(.notFound, "\(path): its folder does not exist; create it, or write elsewhere.")
    case EISDIR:
        FileError(isReading ? .unreadable : .unwritable, "\(path): is a folder; name a file in it.")
    case ENOENT, ENOTDIR:
        FileError(.notFound, "\(path): there is no such file or folder; check the path.")
    case ENOSPC, EDQUOT:
        FileError(
            .diskFull,
            "\(path): the disk is full (cannot \(verb)); free some space and run again.")
    case EACCES, EPERM, EROFS:
        FileError(
            isReading ? .unreadable : .unwritable,
            "\(path): cannot \(verb) (\(reason(number))); check its permissions.")
    default:
        FileError(
            isReading ? .unreadable : .unwritable,
            "\(path): cannot \(verb) (\(reason(number))).")
    }
}
