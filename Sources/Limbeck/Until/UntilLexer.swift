/// One word of a target and where it stands, in characters from 0.
struct UntilToken {
    enum Kind: Equatable {
        case number(Double)
        case name(String)
        /// `+ - * / ( )`, `<= < >= > ==`, `%`.
        case sign(String)
        case end
    }

    var kind: Kind
    var start: Int
    var end: Int

    /// For errors.
    func shown(in text: [Character]) -> String {
        kind == .end ? "the end" : "\"\(String(text[start..<end]))\""
    }
}

/// Splits a target into words.
struct UntilLexer {
    /// Longer targets are refused.
    static let longest = 2000

    static func tokens(_ text: String) throws -> [UntilToken] {
        let characters = Array(text)
        guard characters.count <= longest else {
            throw UntilProblem(
                "a target has at most \(longest) characters", in: text, at: longest
            ).error
        }
        var lexer = UntilLexer(text: text, characters: characters)
        var tokens: [UntilToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(
            UntilToken(kind: .end, start: characters.count, end: characters.count))
        return tokens
    }

    private let text: String
    private let characters: [Character]
    private var index = 0

    private init(text: String, characters: [Character]) {
        self.text = text
        self.characters = characters
    }

    private mutating func next() throws -> UntilToken? {
        while let character = peek(), character.isWhitespace { index += 1 }
        guard let character = peek() else { return nil }
        let start = index
        if Self.isDigit(character) || character == "." { return try number() }
        if Self.isLetter(character) {
            while let next = peek(), Self.isLetter(next) || Self.isDigit(next) || next == "." || next == "[" {
                if next == "[" {
                    // A channel's name may hold anything but its bracket.
                    guard let close = characters[index...].firstIndex(of: "]") else {
                        throw problem("this [ is not closed; write student.mae[channel]", at: index)
                    }
                    index = close
                }
                index += 1
            }
            return UntilToken(
                kind: .name(String(characters[start..<index])), start: start, end: index)
        }
        index += 1
        let followed = peek() == "="
        switch character {
        case "+", "*", "/", "(", ")", "%": return sign(String(character), from: start)
        case "-", "−": return sign("-", from: start)
        case "×", "·": return sign("*", from: start)
        case "÷": return sign("/", from: start)
        case "≤": return sign("<=", from: start)
        case "≥": return sign(">=", from: start)
        case "<", ">":
            if followed { index += 1 }
            return sign(String(character) + (followed ? "=" : ""), from: start)
        case "=" where followed:
            index += 1
            return sign("==", from: start)
        case "=": throw problem("write == to compare", at: start)
        case "&": throw problem("write and", at: start)
        case "|": throw problem("write or", at: start)
        default: throw problem("\"\(character)\" means nothing here", at: start)
        }
    }

    /// Digits with `_` between them, a point, an exponent.
    private mutating func number() throws -> UntilToken {
        let start = index
        var digits = takeDigits()
        if peek() == "." {
            index += 1
            digits += "." + takeDigits()
        }
        if let letter = peek(), letter == "e" || letter == "E" {
            let mark = index
            index += 1
            var exponent = "e"
            if let sign = peek(), sign == "+" || sign == "-" {
                exponent.append(sign)
                index += 1
            }
            let power = takeDigits()
            if power.isEmpty { index = mark } else { digits += exponent + power }
        }
        if digits.hasPrefix(".") { digits = "0" + digits }
        if digits.hasSuffix(".") { digits += "0" }
        guard digits != "0.0" || index - start > 1, let value = Double(digits), value.isFinite
        else {
            throw problem("this is not a number", at: start)
        }
        return UntilToken(kind: .number(value), start: start, end: index)
    }

    private mutating func takeDigits() -> String {
        var digits = ""
        while let next = peek(), Self.isDigit(next) || (next == "_" && !digits.isEmpty) {
            if next != "_" { digits.append(next) }
            index += 1
        }
        return digits
    }

    private func sign(_ sign: String, from start: Int) -> UntilToken {
        UntilToken(kind: .sign(sign), start: start, end: index)
    }

    private func peek() -> Character? { index < characters.count ? characters[index] : nil }

    private func problem(_ text: String, at position: Int) -> LimbeckError {
        UntilProblem(text, in: self.text, at: position).error
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    private static func isLetter(_ character: Character) -> Bool {
        character.isLetter || character == "_"
    }
}
