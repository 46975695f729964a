/// Why a file cannot be taken in: what, where, and what to do.
public struct ImportError: Error, CustomStringConvertible, Sendable {
    public enum Code: String, Sendable {
        /// Operations or settings that cannot be expressed.
        case unsupported
        /// A file that contradicts itself.
        case malformed
        /// A file that does not fit the data or the task.
        case mismatch
        /// More than one reading of the file's axes fits.
        case ambiguous
    }

    public var code: Code
    public var message: String
    public var description: String { message }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
