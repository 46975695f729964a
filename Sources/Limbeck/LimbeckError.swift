/// What went wrong on the way from a recipe to a run: caused by a file, a key or a value.
///
/// `message` says what is wrong, where, and what to do; it may span lines (a caret line points at
/// a character). Describing an error never logs.
public struct LimbeckError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// There is no file at the path.
        case fileMissing
        /// The file cannot be read as text: a folder, no permission, too large, not UTF-8.
        case fileUnreadable
        /// The text is not YAML.
        case syntax
        /// A key that nothing reads.
        case unknownKey
        /// A key without which there is nothing to do.
        case missingKey
        /// A value of another kind than its key takes.
        case wrongType
        /// A value of the right kind that cannot be.
        case invalidValue
        /// A name that its catalog does not hold.
        case unknownName
        /// A `--set key=value` that is not one.
        case invalidOverride
        /// An `until` target that cannot be read or never be met.
        case invalidTarget
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
