extension RecipeNode {
    /// A word, a number or a text, as written; the key that reads it decides which.
    public struct Scalar: Hashable, Sendable {
        public let text: String
        /// Quotes that matter: without them `text` would be a number, a truth value or nothing.
        public let isQuoted: Bool

        public init(_ text: String, quoted: Bool = false) {
            self.text = text.isEmpty && !quoted ? "null" : text
            isQuoted = quoted && Self.hasType(text)
        }

        public var isNull: Bool { !isQuoted && Self.nullWords.contains(text) }
    }
}

extension RecipeNode.Scalar {
    static let nullWords: Set<String> = ["", "~", "null", "Null", "NULL"]
    static let trueWords: Set<String> = ["true", "yes", "on"]
    static let falseWords: Set<String> = ["false", "no", "off"]

    /// Whether `text` unquoted is nothing, a truth value or a number to a reader of YAML.
    static func hasType(_ text: String) -> Bool {
        nullWords.contains(text) || truth(text) != nil || number(text) != nil
    }

    static func truth(_ text: String) -> Bool? {
        let word = text.lowercased()
        if trueWords.contains(word) { return true }
        return falseWords.contains(word) ? false : nil
    }

    /// `12`, `-0.5`, `20_000`, `1e-3`, `.inf`; not `0x10`, `nan` or `infinity`.
    static func number(_ text: String) -> Double? {
        switch text {
        case ".inf", "+.inf": return .infinity
        case "-.inf": return -.infinity
        default: return plain(text).flatMap { Double($0) }
        }
    }

    /// Whole numbers, also when written `1e3` or `64.0`, as long as they are exact.
    static func whole<Whole: FixedWidthInteger>(_ text: String, as: Whole.Type) -> Whole? {
        guard let digits = plain(text) else { return nil }
        if let value = Whole(digits) { return value }
        guard let value = Double(digits), value.magnitude <= 9_007_199_254_740_992 else {
            return nil
        }
        return Whole(exactly: value)
    }

    /// `text` without its underscores, when only digits, signs, a point and an exponent remain.
    private static func plain(_ text: String) -> String? {
        guard let last = text.utf8.last, text.utf8.count <= 64,
            (0x30...0x39).contains(last) || last == UInt8(ascii: "."),
            text.utf8.contains(where: { (0x30...0x39).contains($0) })
        else { return nil }
        var digits = ""
        var previous: Unicode.Scalar = "_"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9", ".", "-", "+", "e", "E": digits.unicodeScalars.append(scalar)
            case "_" where ("0"..."9").contains(previous): break
            default: return nil
            }
            previous = scalar
        }
        return digits
    }
}
