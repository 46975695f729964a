/// What went wrong with data or files: what, where, and what to do about it.
public struct DataError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case emptyFile, badFormat, truncated
        case raggedRow, badNumber, badTime, infinite
        case tooFewRows, tooShort, irregularTimes
        case missingColumn, duplicateColumn
        case mismatchedAdjacency, mismatchedCoordinates, missingCoordinates
        case unknownName, badConfiguration, nothingObserved
    }

    public var code: Code
    /// One sentence or two: what is wrong, where, what to do.
    public var message: String
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String {
        if let cause { "\(message) (\(cause))" } else { message }
    }
}

/// Text from a file as it may be shown in a message: quoted, printable, at most 40 characters.
func quoted(_ bytes: some Sequence<UInt8>) -> String {
    quoted(String(decoding: Array(bytes.prefix(200)), as: UTF8.self))
}

func quoted(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(40).map { scalar in
        scalar.value < 32 || scalar.value == 127 ? "·" : String(scalar)
    }
    return "\"" + shown.joined() + (text.unicodeScalars.count > 40 ? "…" : "") + "\""
}
