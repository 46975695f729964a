/// What data, files or users caused in this target: what is wrong, where, and what to do.
public struct EvaluationError: Error, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Buffers whose sizes do not fit together.
        case shape
        /// NaN or infinity where a number is needed.
        case notFinite
        /// A class label or probability outside its range.
        case invalidValue
        /// The metric has no value on this data, for example MAPE without a truth of 1 or more.
        case undefined
        /// A forecast that reaches beyond the truth.
        case outOfRange
        /// A file whose contents are not what its format says.
        case malformed
        /// Two sets of scores or errors that cannot be compared.
        case incomparable
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
