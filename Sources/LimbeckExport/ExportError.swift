/// Why a trained model cannot become a student file: what, where, and what to do.
public struct ExportError: Error, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// An operation that student programs do not have.
        case unsupportedOperation
        /// A series that is not the one the model was trained for.
        case mismatch
        /// A student that the runtime would refuse: too large, or with weights that are not finite.
        case refused
        /// A name that cannot be one in the language of the file.
        case invalidName
    }

    public var code: Code
    public var message: String
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { message }
}
