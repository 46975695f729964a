extension RecipeNode {
    /// The node as YAML that reads back equal: one section after the other, short lists and
    /// mappings within a section on one line.
    public var yaml: String {
        var text = ""
        switch content {
        case .mapping(let entries) where !entries.isEmpty:
            for entry in entries { Self.write(entry, indent: 0, into: &text) }
        case .list(let items) where !items.isEmpty:
            Self.write(items, indent: 0, into: &text)
        default:
            text = flow + "\n"
        }
        return text
    }

    private static let width = 96

    private static func write(_ entry: Entry, indent: Int, into text: inout String) {
        let lead =
            String(repeating: " ", count: indent) + quote(Scalar(entry.key, quoted: true)) + ":"
        let flow = entry.value.flow
        let fits = indent > 0 && lead.count + 1 + flow.count <= width
        switch entry.value.content {
        case .mapping(let entries) where !entries.isEmpty && !fits:
            text += lead + "\n"
            for entry in entries { write(entry, indent: indent + 2, into: &text) }
        case .list(let items) where !items.isEmpty && !fits:
            text += lead + "\n"
            write(items, indent: indent + 2, into: &text)
        default:
            text += lead + " " + flow + "\n"
        }
    }

    private static func write(_ items: [RecipeNode], indent: Int, into text: inout String) {
        let gap = String(repeating: " ", count: indent)
        for item in items {
            let flow = item.flow
            let fits = indent + 2 + flow.count <= width
            switch item.content {
            case .mapping(let entries) where !entries.isEmpty && !fits:
                var block = ""
                for entry in entries { write(entry, indent: indent + 2, into: &block) }
                text += gap + "- " + block.dropFirst(indent + 2)
            case .list(let inner) where !inner.isEmpty && !fits:
                text += gap + "-\n"
                write(inner, indent: indent + 2, into: &text)
            default:
                text += gap + "- " + flow + "\n"
            }
        }
    }

    /// On one line.
    private var flow: String {
        switch content {
        case .scalar(let scalar): return Self.quote(scalar)
        case .list(let items): return "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let entries):
            if entries.isEmpty { return "{}" }
            let parts = entries.map {
                Self.quote(Scalar($0.key, quoted: true)) + ": " + $0.value.flow
            }
            return "{ " + parts.joined(separator: ", ") + " }"
        }
    }

    private static func quote(_ scalar: Scalar) -> String {
        if !scalar.isQuoted, Scalar.hasType(scalar.text) || isPlain(scalar.text) {
            return scalar.text
        }
        var text = "\""
        for character in scalar.text.unicodeScalars {
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case " "..."~", "\u{A1}"..."\u{1FFF}", "\u{2030}"..."\u{D7FF}", "\u{E000}"..."\u{FEFE}",
                "\u{FF00}"..."\u{FFFD}", "\u{10000}"...:
                text.unicodeScalars.append(character)
            default:
                let code = String(character.value, radix: 16, uppercase: true)
                text += "\\U" + String(repeating: "0", count: 8 - code.count) + code
            }
        }
        return text + "\""
    }

    /// Words that need no quotes anywhere.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        func isLetter(_ scalar: Unicode.Scalar) -> Bool {
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
        }
        return (isLetter(first) || first == "/")
            && text.unicodeScalars.allSatisfy {
                isLetter($0) || ("0"..."9").contains($0) || "-./+".unicodeScalars.contains($0)
            }
    }
}
