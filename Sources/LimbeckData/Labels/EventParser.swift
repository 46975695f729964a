import LimbeckSeries

/// Reads an event's rule: recursive descent over its characters, with a caret under what cannot be read.
struct EventParser {
    private let characters: [Character]
    private var index = 0
    private var depth = 0

    /// Longer rules and deeper brackets are refused.
    private static let longest = 2000, deepest = 32

    init(_ text: String) throws {
        characters = Array(text)
        guard characters.count <= Self.longest else { throw problem("a rule has at most \(Self.longest) characters") }
    }

    /// `condition [within DURATION] [for LENGTH]`, these two in either order.
    mutating func rule() throws -> (EventRule.Condition, horizon: EventRule.Length, run: EventRule.Length) {
        let condition = try anyOf()
        var horizon: EventRule.Length?, run: EventRule.Length?
        while true {
            let start = position
            if take(word: "within") {
                guard horizon == nil else { throw problem("within is said twice", at: start) }
                horizon = try length()
            } else if take(word: "for") {
                guard run == nil else { throw problem("for is said twice", at: start) }
                run = try length()
            } else {
                break
            }
        }
        skipSpace()
        guard index == characters.count else {
            throw problem("expected and, or, within, for or the end, found \(shown)")
        }
        let steps = run ?? .steps(1)
        return (condition, horizon ?? steps, steps)
    }

    private mutating func anyOf() throws -> EventRule.Condition {
        var parts = [try allOf()]
        while take(word: "or") { parts.append(try allOf()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func allOf() throws -> EventRule.Condition {
        var parts = [try comparison()]
        while take(word: "and") { parts.append(try comparison()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func comparison() throws -> EventRule.Condition {
        var pending: [Pending] = []
        let start = position
        let left = try sum(&pending)
        skipSpace()
        guard let sign = EventRule.Sign.allCases.first(where: { starts(with: $0.rawValue) }) else {
            throw problem("expected <, <=, >, >= or ==, found \(shown)")
        }
        index += sign.rawValue.count
        let right = try sum(&pending)
        // What is usual is of the condition's own channel where it names none.
        let named = (left.channels + right.channels).filter { !$0.isEmpty }
        for one in pending where Set(named).count != 1 {
            throw problem(
                named.isEmpty
                    ? "of which channel? Write \(one.word)(channel, …)"
                    : "of which of \(Set(named).sorted().joined(separator: ", "))? Write \(one.word)(channel, …)",
                at: one.position)
        }
        guard let channel = named.first else {
            throw problem("the comparison reads no channel, so it is always or never true", at: start)
        }
        return .comparison(left.naming(channel), sign, right.naming(channel))
    }

    /// What is usual, of a channel that is not named yet.
    private struct Pending {
        var word: String
        var position: Int
    }

    private mutating func sum(_ pending: inout [Pending]) throws -> EventRule.Expression {
        var result = try product(&pending)
        while let sign = take(oneOf: [.plus, .minus]) { result = .operation(sign, result, try product(&pending)) }
        return result
    }

    private mutating func product(_ pending: inout [Pending]) throws -> EventRule.Expression {
        var result = try factor(&pending)
        while let sign = take(oneOf: [.times, .over]) { result = .operation(sign, result, try factor(&pending)) }
        return result
    }

    private mutating func factor(_ pending: inout [Pending]) throws -> EventRule.Expression {
        skipSpace()
        let start = index
        if take("(") {
            depth += 1
            guard depth <= Self.deepest else { throw problem("brackets nest deeper than \(Self.deepest)", at: start) }
            let inner = try sum(&pending)
            guard take(")") else { throw problem("expected ), found \(shown)") }
            depth -= 1
            return inner
        }
        if take("-") {
            depth += 1
            guard depth <= Self.deepest else { throw problem("brackets nest deeper than \(Self.deepest)", at: start) }
            defer { depth -= 1 }
            return .operation(.minus, .number(0), try factor(&pending))
        }
        if let number = try number() { return .number(number) }
        guard let name = try name() else {
            throw problem("expected a number, a channel or what is usual, found \(shown)")
        }
        guard !isQuoted(start), take("(") else { return .channel(name) }
        guard let measure = EventRule.Usual.Measure(rawValue: name) else {
            throw problem(
                "\"\(name)\" is nothing that can be usual; there are "
                    + EventRule.Usual.Measure.allCases.map(\.rawValue).joined(separator: ", "), at: start)
        }
        return .usual(try usual(measure, at: start, &pending))
    }

    /// `median(channel, hourOfWeek)`, `quantile(0.9, hourOfDay)`: parts in any order, each left out where it may be.
    private mutating func usual(
        _ measure: EventRule.Usual.Measure, at start: Int, _ pending: inout [Pending]
    ) throws -> EventRule.Usual {
        var usual = EventRule.Usual(measure: measure, channel: "")
        var hasLevel = false
        while !take(")") {
            skipSpace()
            let place = index
            if let number = try number() {
                guard measure == .quantile, !hasLevel else {
                    throw problem("this number means nothing here", at: place)
                }
                guard number > 0, number < 1 else { throw problem("a quantile lies between 0 and 1", at: place) }
                usual.level = number
                hasLevel = true
            } else if let name = try name() {
                if !isQuoted(place), let field = Self.fields[name] {
                    guard usual.field == nil else { throw problem("a second part of the calendar", at: place) }
                    usual.field = field
                } else {
                    guard usual.channel.isEmpty else { throw problem("a second channel", at: place) }
                    usual.channel = name
                }
            } else {
                throw problem(
                    "expected a channel or one of \(Self.fields.keys.sorted().joined(separator: ", ")), found \(shown)")
            }
            skipSpace()
            if !take(","), index < characters.count, characters[index] != ")" {
                throw problem("expected , or ), found \(shown)")
            }
            guard index < characters.count else { throw problem("expected ), found the end") }
        }
        guard measure != .quantile || hasLevel else {
            throw problem("quantile of what share? Write quantile(0.9)", at: start)
        }
        if usual.channel.isEmpty { pending.append(Pending(word: measure.rawValue, position: start)) }
        return usual
    }

    /// Parts of the calendar that what is usual may be told by.
    static let fields: [String: CalendarSlot.Field] = [
        "hourOfDay": .hourOfDay, "hourOfWeek": .hourOfWeek, "weekday": .weekday, "month": .month,
        "stepOfDay": .stepOfDay, "stepOfWeek": .stepOfWeek, "weekOfYear": .weekOfYear,
    ]

    /// `30min`, `2 h`, `6 steps`.
    private mutating func length() throws -> EventRule.Length {
        skipSpace()
        let start = index
        guard let count = try number() else {
            throw problem("expected a length such as 30min or 2 steps, found \(shown)")
        }
        skipSpace()
        let unitStart = index
        while index < characters.count, characters[index].isLetter { index += 1 }
        let unit = String(characters[unitStart..<index])
        if ["step", "steps"].contains(unit) {
            guard count >= 1, count <= 100_000, count == count.rounded() else {
                throw problem("steps are whole, from 1 to 100,000", at: start)
            }
            return .steps(Int(count))
        }
        guard !unit.isEmpty else {
            throw problem("a length has a unit; write it as 30min, 2h, 1d or 6 steps", at: start)
        }
        let digits = count == count.rounded() && abs(count) < 1e15 ? "\(Int(count))" : "\(count)"
        guard let seconds = TimeText.duration(digits + unit), seconds > 0 else {
            throw problem("this is no length; write it as 30min, 2h, 1d or 6 steps", at: start)
        }
        return .seconds(seconds)
    }

    // MARK: Characters

    private var position: Int {
        var place = index
        while place < characters.count, characters[place].isWhitespace { place += 1 }
        return place
    }

    private mutating func skipSpace() { index = position }

    private func starts(with text: String) -> Bool { characters[index...].starts(with: Array(text)) }

    private mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard index < characters.count, characters[index] == character else { return false }
        index += 1
        return true
    }

    private mutating func take(oneOf signs: [EventRule.Operator]) -> EventRule.Operator? {
        signs.first { take($0.rawValue) }
    }

    /// A word that stands by itself.
    private mutating func take(word: String) -> Bool {
        skipSpace()
        guard starts(with: word) else { return false }
        let end = index + word.count
        guard end == characters.count || !Self.isName(characters[end]) else { return false }
        index = end
        return true
    }

    private mutating func number() throws -> Double? {
        skipSpace()
        let start = index
        func isDigit(_ place: Int) -> Bool { place < characters.count && ("0"..."9").contains(characters[place]) }
        guard isDigit(index) || (index < characters.count && characters[index] == "." && isDigit(index + 1)) else {
            return nil
        }
        while isDigit(index) || (index < characters.count && characters[index] == ".") { index += 1 }
        if index < characters.count, "eE".contains(characters[index]) {
            let signed = index + 1 < characters.count && "+-".contains(characters[index + 1]) ? 2 : 1
            if isDigit(index + signed) {
                index += signed
                while isDigit(index) { index += 1 }
            }
        }
        guard let value = Double(String(characters[start..<index])), value.isFinite else {
            throw problem("this is not a number", at: start)
        }
        return value
    }

    private static let quotes: Set<Character> = ["\"", "'", "`"]

    private func isQuoted(_ place: Int) -> Bool { place < characters.count && Self.quotes.contains(characters[place]) }

    private static func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_.".contains(character)
    }

    /// Letters, digits, `_` and `.` from a letter on, or anything in quotes; nil where none begins.
    private mutating func name() throws -> String? {
        skipSpace()
        guard index < characters.count else { return nil }
        let start = index
        if isQuoted(index) {
            let quote = characters[index]
            guard let close = characters[(index + 1)...].firstIndex(of: quote), close > index + 1 else {
                throw problem("this name is not closed, or empty", at: start)
            }
            index = close + 1
            return String(characters[start + 1..<close])
        }
        guard characters[index].isLetter || characters[index] == "_" else { return nil }
        while index < characters.count, Self.isName(characters[index]) { index += 1 }
        return String(characters[start..<index])
    }

    private var shown: String {
        let place = position
        guard place < characters.count else { return "the end" }
        return quoted(String(characters[place...].prefix { !$0.isWhitespace }))
    }

    private func problem(_ what: String, at place: Int? = nil) -> DataError {
        let place = place ?? position
        return DataError(
            .badConfiguration,
            "\(what) (character \(place + 1))\n  \(String(characters))\n  \(String(repeating: " ", count: place))^")
    }
}

extension EventRule.Expression {
    /// What is usual without a channel is of this one.
    func naming(_ channel: String) -> EventRule.Expression {
        switch self {
        case .usual(var usual):
            if usual.channel.isEmpty { usual.channel = channel }
            return .usual(usual)
        case .operation(let sign, let left, let right):
            return .operation(sign, left.naming(channel), right.naming(channel))
        case .number, .channel: return self
        }
    }
}
