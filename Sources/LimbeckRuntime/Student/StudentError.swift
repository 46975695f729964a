/// Why bytes are no student, or why a call cannot be answered.
///
/// Holds only codes, numbers and static text, so that a device without string formatting can
/// carry it; `message` renders it where there is a screen.
public struct StudentError: Error, Sendable, CustomStringConvertible {
    public enum Code: UInt8, Hashable, Sendable {
        /// The bytes do not begin as a `.limbeck` file.
        case notAStudent
        /// A newer format, an unknown instruction or an unknown element type.
        case unsupported
        /// Fewer bytes than the file says.
        case truncated
        /// A checksum differs.
        case corrupted
        /// A field has a value that cannot be right.
        case invalid
        /// An instruction or buffer of the program cannot be right.
        case invalidProgram
        /// More memory or work than the limits allow.
        case tooLarge
        /// An array given by the caller has the wrong number of values.
        case wrongCount
    }

    #if LIMBECK_SMALL
        public let code: Code
        /// Empty: a small build has no room for texts; load the file elsewhere to learn more.
        public var subject: StaticString { "" }
        public var index: Int? { nil }
        public var expected: Int64? { nil }
        public var actual: Int64? { nil }
    #else
        public var code: Code { details.code }
        /// What it is about, for example `section weights: checksum`.
        public var subject: StaticString { details.subject }
        /// Which one, counted from 0: the instruction, buffer, slot or entry.
        public var index: Int? { details.index }
        public var expected: Int64? { details.expected }
        public var actual: Int64? { details.actual }

        /// Behind a reference, so that what can throw passes one word on.
        private let details: Details
    #endif

    /// What, where, what to do.
    public var message: String {
        var text = "student: "
        text += subject.description
        if let index, code != .notAStudent { text += " #\(index)" }
        if let expected { text += ", expected \(expected)" }
        if let actual { text += expected == nil ? ", found \(actual)" : " but found \(actual)" }
        text += ". "
        text += remedy.description
        return text
    }

    public var description: String { message }

    private var remedy: StaticString {
        switch code {
        case .notAStudent: "Give a .limbeck file written by `limbeck export`."
        case .unsupported: "Export the student again with this version, or update the runtime."
        case .truncated: "The file is cut short: copy it again."
        case .corrupted: "The file was damaged: copy it again or export it anew."
        case .invalid, .invalidProgram: "The file was not written correctly: export it anew."
        case .tooLarge: "Raise StudentLimits if the file is trusted, or use a smaller student."
        case .wrongCount: "Pass exactly the values that the student's shape asks for."
        }
    }
}

#if LIMBECK_SMALL
    extension StudentError {
        @inline(__always)
        init(
            _ code: Code, _ subject: @autoclosure () -> StaticString, index: @autoclosure () -> Int? = nil,
            expected: @autoclosure () -> Int64? = nil, actual: @autoclosure () -> Int64? = nil
        ) {
            self.code = code
        }

        @inline(__always)
        init(
            _ code: Code, _ subject: @autoclosure () -> StaticString, index: @autoclosure () -> Int? = nil,
            expected: @autoclosure () -> Int, actual: @autoclosure () -> Int
        ) {
            self.code = code
        }
    }
#else
    extension StudentError {
        fileprivate final class Details: Sendable {
            let code: Code
            let subject: StaticString
            let index: Int?
            let expected, actual: Int64?

            init(_ code: Code, _ subject: StaticString, _ index: Int?, _ expected: Int64?, _ actual: Int64?) {
                self.code = code
                self.subject = subject
                self.index = index
                self.expected = expected
                self.actual = actual
            }
        }

        @inline(never)
        init(
            _ code: Code, _ subject: StaticString, index: Int? = nil, expected: Int64? = nil,
            actual: Int64? = nil
        ) {
            details = Details(code, subject, index, expected, actual)
        }

        @inline(never)
        init(_ code: Code, _ subject: StaticString, index: Int? = nil, expected: Int, actual: Int) {
            details = Details(code, subject, index, Int64(expected), Int64(actual))
        }
    }
#endif
