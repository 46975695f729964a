public import LimbeckRuntime

/// A student as one C99 header and one source: no allocation, no files, no library but `<math.h>`.
///
/// ```c
/// static student_state state;
/// student_push(&state, row, time);       /* one row of readings, every step */
/// student_forecast(&state, forecast);    /* [horizon, nodes, outputs], original units */
/// ```
public enum CExport {
    /// The texts of `name.h` and `name.c`, which includes it; every C name begins with `name`.
    ///
    /// Throws `invalidName` when `name` is no C identifier, `refused` for a student that the
    /// runtime refuses or whose sizes do not fit 32-bit integers.
    public static func files(
        _ content: StudentContent, name: String
    ) throws -> (header: String, source: String) {
        guard isIdentifier(name) else {
            throw ExportError(
                .invalidName,
                "\"\(name)\" cannot begin the names of C functions; use ASCII letters, digits and underscores, "
                    + "with a letter first, for example student.")
        }
        do { _ = try Student(content) } catch {
            throw ExportError(.refused, "\(name): \(error.message)", cause: error)
        }
        let names = CNames(name)
        let source = CSource(content, names)
        return (CHeader(content, names).text, try source.text())
    }

    /// A letter, then letters, digits and underscores.
    public static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first), name.utf8.count <= 48 else { return false }
        return name.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }
}

/// What the C names of one student begin with.
struct CNames {
    /// Functions and types, `student`, and constants, `STUDENT`.
    let lower, upper: String

    init(_ name: String) {
        lower = name
        upper = name.uppercased()
    }
}
