public import LimbeckRuntime

/// A student as one Swift file over LimbeckRuntime, its `.limbeck` bytes in the program.
///
/// ```swift
/// let student = try Walkers.student()
/// let forecast = try student.predict(history: readings, at: origin)
/// ```
public enum SwiftSource {
    /// The text of a file that declares an enumeration called `name`.
    ///
    /// Throws `invalidName` when `name` is no name for a type beside the runtime's, `refused` for a
    /// student that the runtime refuses.
    public static func file(_ content: StudentContent, name: String) throws -> String {
        guard CExport.isIdentifier(name), name.first?.isUppercase == true, !taken.contains(name) else {
            throw ExportError(
                .invalidName,
                "\"\(name)\" cannot name the student's type in Swift; use ASCII letters, digits and underscores, with "
                    + "a letter first, and no name of Swift or LimbeckRuntime, for example Walkers.")
        }
        let bytes: [UInt8]
        do {
            _ = try Student(content)
            bytes = try StudentFile.encode(content)
        } catch {
            throw ExportError(.refused, "\(name): \(error.message)", cause: error)
        }
        let summary = CHeader(content, CNames(name)).description
            .map { $0.isEmpty ? "//" : "// \(CText.comment($0))" }.joined(separator: "\n")
        return """
            \(summary)

            import LimbeckRuntime

            public enum \(name) {
                /// A student with memory of its own: use it from one thread at a time.
                public static func student() throws(StudentError) -> Student { try Student(bytes: bytes) }

                /// The `.limbeck` file.
                public static var bytes: [UInt8] {
                    var bytes: [UInt8] = []
                    bytes.reserveCapacity(words.count * 8)
                    for word in words {
                        for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte)))) }
                    }
                    bytes.removeLast(words.count * 8 - \(bytes.count))
                    return bytes
                }

                /// The file's bytes, eight to a word, the first lowest.
                private static let words: [UInt64] = [
            \(words(bytes))
                ]
            }

            """
    }

    /// Names that the file itself needs, or that Swift keeps.
    private static let taken: Set<String> = [
        "Any", "Self", "Type", "Protocol", "Student", "StudentError", "UInt8", "UInt64", "LimbeckRuntime", "Swift",
    ]

    private static func words(_ bytes: [UInt8]) -> String {
        let words = stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<min(start + 8, bytes.count)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        return stride(from: 0, to: words.count, by: 5).map { start in
            let line = words[start..<min(start + 5, words.count)].map { "0x\(String($0, radix: 16))" }
            return "        \(line.joined(separator: ", ")),"
        }.joined(separator: "\n")
    }
}
