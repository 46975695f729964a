/// What a run must reach: comparisons between metrics, costs and numbers, joined by `and`, `or`.
///
///     student.mae <= 1.03 * teacher.mae and student.bytes < 200 kB
///
/// The grammar is in `Documentation/Until.md`. A target is checked when it is made: what cannot
/// be read, and what no student can meet, is an error that points at the character.
public struct UntilTarget: Hashable, Sendable, CustomStringConvertible {
    /// As written.
    public let text: String
    let expression: UntilExpression

    /// - Throws: `LimbeckError` with code `invalidTarget`; its last lines show the text and a
    ///   caret under the character.
    public init(_ text: String) throws {
        var parser = try UntilParser(text)
        expression = try parser.target()
        self.text = text
        if expression.known == false {
            throw UntilProblem("impossible target, no student can meet it", in: text, at: 0).error
        }
    }

    /// Every metric the target reads, in order, each once.
    public var metrics: [UntilMetric] {
        var seen: [UntilMetric] = []
        for metric in expression.metrics where !seen.contains(metric) { seen.append(metric) }
        return seen
    }

    /// Refuses roles and metrics that nobody will measure.
    ///
    /// - Throws: `LimbeckError` with the nearest name, the list of those known, and a caret.
    public func check(_ vocabulary: UntilVocabulary) throws {
        for metric in expression.metrics { try vocabulary.check(metric, in: text) }
    }

    /// Compares.
    ///
    /// Every comparison is made, also when the outcome is settled earlier, so that all can be
    /// shown.
    ///
    /// - Parameter value: the score of a metric, or nil when there is none.
    /// - Throws: `LimbeckError` naming a metric without a value.
    public func evaluate(_ value: (UntilMetric) -> Double?) throws -> UntilOutcome {
        var comparisons: [UntilOutcome.Comparison] = []
        let met = try expression.truth(in: text, comparisons: &comparisons) { metric in
            guard let found = value(metric) else {
                throw UntilProblem(
                    "\(metric) was not measured", in: text, at: metric.position
                ).error
            }
            return found
        }
        return UntilOutcome(met: met, comparisons: comparisons)
    }

    public var description: String { text }

    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// `role.metric`, `role.metric.h12`, or of one of several channels `role.metric[flow].h12`.
public struct UntilMetric: Hashable, Sendable, CustomStringConvertible {
    public var role: String
    public var name: String
    /// Nil for all channels.
    public var channel: String?
    /// In steps from 1; nil for the average, and for costs.
    public var horizon: Int?
    /// Where it stands in the target, in characters from 0.
    var position: Int

    public init(role: String, name: String, channel: String? = nil, horizon: Int? = nil) {
        self.init(role: role, name: name, channel: channel, horizon: horizon, position: 0)
    }

    init(role: String, name: String, channel: String?, horizon: Int?, position: Int) {
        self.role = role
        self.name = name
        self.channel = channel
        self.horizon = horizon
        self.position = position
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.role == right.role && left.name == right.name && left.channel == right.channel
            && left.horizon == right.horizon
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(role)
        hasher.combine(name)
        hasher.combine(channel)
        hasher.combine(horizon)
    }

    public var description: String {
        "\(role).\(name)" + (channel.map { "[\($0)]" } ?? "") + (horizon.map { ".h\($0)" } ?? "")
    }
}

/// Something wrong at one character of a target.
struct UntilProblem {
    let error: LimbeckError

    init(_ problem: String, in text: String, at position: Int) {
        let caret = RecipeNode.caret(text, at: position)
        error = LimbeckError(
            .invalidTarget, "\(problem) (character \(position + 1))\(caret)")
    }
}
