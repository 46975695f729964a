public import LimbeckSeries

/// An event stated as a rule on what is measured:
///
///     speed < 0.6 * median(hourOfWeek) within 30min for 2 steps
///
/// A condition compares sums of numbers, channels and what is usual of a place on the training part; conditions are
/// joined by `and` or `or`. The event happens where the condition holds `for` so many steps in a row, all of them
/// `within` so far of the origin. `Documentation/Events.md` has the grammar.
public struct EventRule: Hashable, Sendable, CustomStringConvertible {
    /// As written.
    public let text: String
    let condition: Condition
    private let horizon: Length
    private let length: Length

    /// Throws `badConfiguration`, with a caret under the character.
    public init(_ text: String) throws {
        var parser = try EventParser(text)
        (condition, horizon, length) = try parser.rule()
        self.text = text
    }

    public var description: String { text }

    /// Channels that it reads, each once.
    public var channels: [String] {
        condition.channels.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Steps ahead that it looks at, the origin the first.
    public func steps(_ times: TimeGrid) -> Int { horizon.steps(times) }
    /// Steps in a row for which the condition must hold.
    public func run(_ times: TimeGrid) -> Int { length.steps(times) }

    /// So many steps, or seconds.
    enum Length: Hashable, Sendable {
        case steps(Int)
        case seconds(Int64)

        func steps(_ times: TimeGrid) -> Int {
            switch self {
            case .steps(let count): count
            case .seconds(let seconds): max(1, times.steps(in: seconds))
            }
        }
    }

    indirect enum Condition: Hashable, Sendable {
        case comparison(Expression, Sign, Expression)
        case all([Condition])
        case any([Condition])

        var channels: [String] {
            switch self {
            case .comparison(let left, _, let right): left.channels + right.channels
            case .all(let parts), .any(let parts): parts.flatMap(\.channels)
            }
        }
    }

    enum Sign: String, Hashable, Sendable, CaseIterable {
        case atMost = "<="
        case below = "<"
        case atLeast = ">="
        case above = ">"
        case equal = "=="

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .atMost: left <= right
            case .below: left < right
            case .atLeast: left >= right
            case .above: left > right
            case .equal: left == right
            }
        }
    }

    indirect enum Expression: Hashable, Sendable {
        case number(Double)
        case channel(String)
        /// Of a channel at a place over the training part.
        case usual(Usual)
        case operation(Operator, Expression, Expression)

        var channels: [String] {
            switch self {
            case .number: []
            case .channel(let name): [name]
            case .usual(let usual): [usual.channel]
            case .operation(_, let left, let right): left.channels + right.channels
            }
        }
    }

    enum Operator: Character, Hashable, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"

        func apply(_ left: Double, _ right: Double) -> Double {
            switch self {
            case .plus: left + right
            case .minus: left - right
            case .times: left * right
            case .over: left / right
            }
        }
    }

    /// What is usual of a channel at a place, by a part of the calendar or altogether.
    struct Usual: Hashable, Sendable {
        enum Measure: String, Hashable, Sendable, CaseIterable { case mean, median, deviation, quantile }

        var measure: Measure
        /// Of `quantile`.
        var level = 0.5
        var channel: String
        /// Nil for the whole training part.
        var field: CalendarSlot.Field?
    }
}
