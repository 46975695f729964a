/// From words to a tree, by descent:
///
///     target     := all ("or" all)*
///     all        := comparison ("and" comparison)*
///     comparison := sum (("<=" | "<" | ">=" | ">" | "==") sum)?
///     sum        := product (("+" | "-") product)*
///     product    := factor (("*" | "/") factor)*
///     factor     := "-" factor | number unit? | role.metric | "(" target ")"
///
/// A parenthesis may hold a truth or a number; what is needed is checked where it is used.
struct UntilParser {
    private let text: String
    private let characters: [Character]
    private let tokens: [UntilToken]
    private var index = 0
    private var depth = 0

    init(_ text: String) throws {
        self.text = text
        characters = Array(text)
        tokens = try UntilLexer.tokens(text)
    }

    mutating func target() throws -> UntilExpression {
        if token.kind == .end {
            throw problem(
                "the target is empty; write for example student.mae <= teacher.mae", token)
        }
        let expression = try any()
        guard token.kind == .end else {
            throw problem(
                "expected and, or, an operator or the end, found \(token.shown(in: characters))",
                token)
        }
        return try truth(expression, from: tokens[0])
    }

    private mutating func any() throws -> UntilExpression {
        try joined(by: "or", .or) { try $0.all() }
    }

    private mutating func all() throws -> UntilExpression {
        try joined(by: "and", .and) { try $0.comparison() }
    }

    private mutating func joined(
        by word: String, _ joint: UntilExpression.Joint,
        _ part: (inout UntilParser) throws -> UntilExpression
    ) throws -> UntilExpression {
        var start = token
        var left = try part(&self)
        while token.kind == .name(word) {
            left = try truth(left, from: start)
            index += 1
            start = token
            left = .joint(left, joint, try truth(try part(&self), from: start))
        }
        return left
    }

    private mutating func comparison() throws -> UntilExpression {
        let start = token
        let left = try sum()
        guard case .sign(let sign) = token.kind,
            let order = UntilExpression.Order(rawValue: sign)
        else { return left }
        let checked = try number(left, from: start)
        index += 1
        let second = token
        let right = try number(try sum(), from: second)
        if case .sign(let next) = token.kind, UntilExpression.Order(rawValue: next) != nil {
            throw problem("comparisons do not chain; join two with and", token)
        }
        return .comparison(checked, order, right, span: start.start..<tokens[index - 1].end)
    }

    private mutating func sum() throws -> UntilExpression {
        try chain(["+", "-"]) { try $0.product() }
    }

    private mutating func product() throws -> UntilExpression {
        try chain(["*", "/"]) { try $0.factor() }
    }

    private mutating func chain(
        _ signs: Set<String>, _ part: (inout UntilParser) throws -> UntilExpression
    ) throws -> UntilExpression {
        let start = token
        var left = try part(&self)
        while case .sign(let sign) = token.kind, signs.contains(sign),
            let operation = UntilExpression.Arithmetic(rawValue: sign)
        {
            left = try number(left, from: start)
            index += 1
            let second = token
            left = .arithmetic(left, operation, try number(try part(&self), from: second))
        }
        return left
    }

    private mutating func factor() throws -> UntilExpression {
        depth += 1
        defer { depth -= 1 }
        let start = token
        guard depth <= 50 else { throw problem("too many parentheses or signs", start) }
        switch start.kind {
        case .number(let value):
            index += 1
            return .number(value * unit())
        case .name("and"), .name("or"), .end: break
        case .name(let name):
            index += 1
            return .metric(try metric(name, at: start))
        case .sign("-"):
            index += 1
            let second = token
            return .negative(try number(try factor(), from: second))
        case .sign("("):
            index += 1
            let inner = try any()
            guard token.kind == .sign(")") else {
                throw problem(
                    "expected ) to close the parenthesis of character \(start.start + 1), "
                        + "found \(token.shown(in: characters))", token)
            }
            index += 1
            return inner
        case .sign: break
        }
        throw problem(
            "expected a number or a metric such as student.mae, "
                + "found \(start.shown(in: characters))", start)
    }

    /// The factor of a unit after a number, taking it; 1 when there is none.
    private mutating func unit() -> Double {
        let factors = [
            "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1024 * 1024.0,
        ]
        switch token.kind {
        case .sign("%"):
            index += 1
            return 0.01
        case .name(let name):
            guard let factor = factors[name] else { return 1 }
            index += 1
            return factor
        case .number, .sign, .end: return 1
        }
    }

    private func metric(_ name: String, at token: UntilToken) throws -> UntilMetric {
        var (plain, channel) = (name, String?.none)
        if let open = name.firstIndex(of: "["), let close = name[open...].firstIndex(of: "]") {
            let inside = name[name.index(after: open)..<close]
            plain.removeSubrange(open...close)
            channel = String(inside)
            guard !inside.isEmpty, name[..<open].contains("."), plain[open...].isEmpty || plain[open] == "." else {
                throw problem(
                    "\"\(name)\" is not a metric; write the channel after the metric, such as student.mae[flow] or "
                        + "student.mae[flow].h12", token)
            }
        }
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), !parts.contains("") else {
            throw problem(
                "\"\(name)\" is not a metric; write role.metric or role.metric.h12, "
                    + "such as student.mae", token)
        }
        var horizon: Int?
        if parts.count == 3, parts[2] != "average" {
            guard parts[2].hasPrefix("h"), let steps = Int(parts[2].dropFirst()), steps >= 1,
                steps <= 1_000_000
            else {
                throw problem(
                    "\"\(parts[2])\" is not a horizon; write h and a number of steps, "
                        + "such as \(parts[0]).\(parts[1]).h12", token)
            }
            horizon = steps
        }
        return UntilMetric(
            role: parts[0], name: parts[1], channel: channel, horizon: horizon, position: token.start)
    }

    private var token: UntilToken { tokens[min(index, tokens.count - 1)] }

    private func truth(
        _ expression: UntilExpression, from token: UntilToken
    ) throws -> UntilExpression {
        if expression.isTruth { return expression }
        throw problem(
            "expected a comparison such as student.mae <= 40, found only a number", token)
    }

    private func number(_ expression: UntilExpression, from token: UntilToken) throws
        -> UntilExpression
    {
        if !expression.isTruth { return expression }
        throw problem("expected a number here, found a comparison", token)
    }

    private func problem(_ text: String, _ token: UntilToken) -> LimbeckError {
        UntilProblem(text, in: self.text, at: token.start).error
    }
}
