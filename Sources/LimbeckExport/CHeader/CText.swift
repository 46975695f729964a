/// Pieces of C text.
enum CText {
    /// Text that is safe inside a C comment: it neither ends nor opens one, and stays on its line.
    static func comment(_ text: String) -> String {
        var result = ""
        var last: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            let isPair =
                (last == "*" && scalar == "/") || (last == "/" && scalar == "*") || (last == "?" && scalar == "?")
            if isPair { result += " " }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                result += " "
                last = " "
            default:
                // A backslash would join the line to the next.
                last = scalar == "\\" ? "/" : scalar
                result.unicodeScalars.append(last)
            }
        }
        return result
    }

    /// A block comment of these lines.
    static func comment(_ lines: [String]) -> String {
        if lines.count == 1 { return "/* \(comment(lines[0])) */\n" }
        let body = lines.map { $0.isEmpty ? " *" : " * \(comment($0))" }
        return "/*\n" + body.joined(separator: "\n") + "\n */\n"
    }

    /// The shortest literal that is read back as exactly this value.
    static func literal(_ value: Float) -> String {
        if value.isNaN { return "NAN" }
        if value.isInfinite { return value < 0 ? "-INFINITY" : "INFINITY" }
        return "\(value)f"
    }

    /// A literal of 64 bits.
    static func literal(_ value: Int64) -> String {
        // The most negative number is no literal in C: its digits are read before the sign.
        value == .min ? "(-INT64_C(\(Int64.max)) - 1)" : "INT64_C(\(value))"
    }

    /// `static const TYPE name[count] = { … };`, its rows of `width` values with a remark each.
    static func array(
        _ type: String, _ name: String, _ values: [String], width: Int = 8, remarks: [String] = []
    ) -> String {
        var text = "static const \(type) \(name)[\(values.count)] = {\n"
        for (row, start) in stride(from: 0, to: values.count, by: width).enumerated() {
            let line = values[start..<min(start + width, values.count)].joined(separator: ", ")
            let remark = row < remarks.count && !remarks[row].isEmpty ? " /* \(comment(remarks[row])) */" : ""
            text += "    \(line),\(remark)\n"
        }
        return text + "};\n"
    }

    /// A place in memory `offset` elements behind `base`.
    static func place(_ base: String, _ offset: Int) -> String { offset == 0 ? base : "\(base) + \(offset)" }

    static func shape(_ sizes: Int...) -> String { "[\(sizes.map(String.init).joined(separator: ", "))]" }
}
