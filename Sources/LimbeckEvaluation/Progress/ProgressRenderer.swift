/// Turns a ``ProgressState`` into text; pure, so that it can be tested.
public enum ProgressRenderer {
    /// One line of at most `width` characters:
    /// `teacher  epoch  7/20  ━━━━────  loss 0.2131  val MAE 47.31  12.4 k windows/s  1:23 left`.
    ///
    /// Where the terminal is narrow, speed goes first, then the loss, then the bar.
    public static func line(_ state: ProgressState, width: Int, colour: Bool = false) -> String {
        let head =
            "\(state.label)  epoch \(padded(state.epoch, state.epochCount))/\(state.epochCount)"
        let loss = state.loss.map { "loss \(lossText($0))" }
        let validation = state.validation.map { "val \($0.name) \($0.value.fixed(decimals(for: [$0.value])))" }
        let speed = speed(state)
        let left = state.secondsLeft.map { "\(duration($0)) left" }
        let choices: [(bar: Bool, fields: [String?])] = [
            (true, [loss, validation, speed, left]), (true, [loss, validation, left]),
            (true, [validation, left]), (false, [validation, left]), (false, [left]), (false, []),
        ]
        for choice in choices {
            let tail = choice.fields.compactMap { $0 }.map { "  \($0)" }.joined()
            let room = width - head.count - tail.count - 2
            if choice.bar && room >= 8 {
                let bar = bar(state.share, cells: min(24, room), colour: colour)
                return "\(head)  \(bar)\(tail)"
            }
            if !choice.bar && room >= -2 { return head + tail }
        }
        return String(head.prefix(max(0, width)))
    }

    /// One line for a finished epoch, for logs: no bar, no cursor movement, no colour.
    public static func epochLine(_ state: ProgressState) -> String {
        [
            "\(state.label) epoch \(state.epoch)/\(state.epochCount)",
            state.loss.map { "loss \(lossText($0))" },
            state.validation.map { "validation \($0.name) \($0.value.fixed(decimals(for: [$0.value])))" },
            speed(state),
            state.secondsLeft.map { "\(duration($0)) left" },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    /// Nil until there is one: a rate of nothing was not measured.
    private static func speed(_ state: ProgressState) -> String? {
        guard let rate = state.windowsPerSecond, rate > 0 else { return nil }
        return "\(rate.scaled) windows/s"
    }

    /// `0:07`, `12:34`, `1:02:03`
    public static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(0, seconds.isFinite ? seconds : 0), 1e9).rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return whole < 3600
            ? "\(whole / 60):\(two(whole % 60))"
            : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }

    private static func bar(_ share: Double, cells: Int, colour: Bool) -> String {
        let filled = Int((share * Double(cells)).rounded(.down))
        let done = String(repeating: "━", count: filled)
        let rest = String(repeating: "─", count: cells - filled)
        return colour ? "\u{1B}[36m\(done)\u{1B}[90m\(rest)\u{1B}[0m" : done + rest
    }

    private static func lossText(_ loss: Double) -> String {
        guard loss.isFinite else { return "\(loss)" }
        return abs(loss) < 100 ? loss.fixed(4) : loss.significant
    }

    private static func padded(_ value: Int, _ limit: Int) -> String {
        let text = String(value)
        return String(repeating: " ", count: max(0, String(limit).count - text.count)) + text
    }
}
