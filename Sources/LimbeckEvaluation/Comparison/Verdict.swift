/// Did distilling help? Honest sentences, from scores over seeds or from a paired comparison.
///
/// Printed by `run`, `demo` and `compare` and shown by the report: one rule, one wording.
public struct Verdict: Codable, Hashable, Sendable {
    public enum Outcome: String, Codable, Hashable, Sendable {
        /// Better by more than chance explains: over seeds, or on this seed's windows.
        case helped
        /// Worse by more than chance explains.
        case harmed
        /// No difference can be shown, or too little was measured to say.
        case unclear
    }

    public var outcome: Outcome
    public var sentence: String
    /// The most accurate baseline, where it beats the distilled student.
    public var betterBaseline: Role?

    /// For a report's colour: nil when nobody can say, and when a baseline does better than both.
    public var helped: Bool? {
        switch outcome {
        case .helped: betterBaseline == nil ? true : nil
        case .harmed: false
        case .unclear: nil
        }
    }

    /// Distilled against conventional student on one split, over the seeds that both have.
    ///
    /// - From three seeds on it helped, or did harm, when the mean errors differ by more than the
    ///   larger of the two deviations between seeds.
    /// - With one seed, `paired` (distilled first) decides: by whether the interval leaves out
    ///   zero, which covers the chance in the windows and not that in the seed, and says so.
    /// - With two, or without `paired`, the difference is told and nothing is claimed.
    ///
    /// Nil without both students. `metric` is one where lower is better; nil for the one that is told first.
    public init?(
        _ scores: Scores, metric: String? = nil, split: ScoreSplit = .test,
        paired: PairedComparison? = nil
    ) {
        let metric = metric ?? scores.headline
        func bySeed(_ role: Role) -> [Int: Double] {
            let found = scores.filtered(role: role, metric: metric, horizon: .average, split: split)
            return Dictionary(
                found.map { ($0.seed, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        let distilled = bySeed(.distilledStudent)
        let alone = bySeed(.conventionalStudent)
        let seeds = distilled.keys.filter { alone[$0] != nil }.sorted()
        guard let taught = Aggregate(seeds.compactMap { distilled[$0] }),
            let plain = Aggregate(seeds.compactMap { alone[$0] })
        else { return nil }
        let gap = Gap(taught: taught, plain: plain, metric: ScoreColumn.title(of: metric))

        if seeds.count >= 3, let one = taught.deviation, let other = plain.deviation {
            let isShown = abs(gap.value) > max(one, other)
            outcome = !isShown ? .unclear : gap.value < 0 ? .helped : .harmed
            let claim =
                switch outcome {
                case .helped: "Distillation helped"
                case .harmed: "Distillation did harm"
                case .unclear: "No difference can be shown"
                }
            let within = isShown ? "" : "; the difference is within the deviation between seeds"
            sentence = "\(claim): over \(seeds.count) seeds \(gap.told(""))\(within)."
        } else if seeds.count == 1 {
            outcome =
                switch paired {
                case .some(let paired) where paired.high < 0: .helped
                case .some(let paired) where paired.low > 0: .harmed
                default: .unclear
                }
            let isNothing = paired != nil && outcome == .unclear
            sentence =
                (isNothing ? "No difference can be shown: on" : "On") + " this seed "
                + gap.told(paired.map(gap.interval) ?? "") + (isNothing ? ", and the interval includes zero" : "")
                + "; other seeds may differ: train with --seed 2 and --seed 3, then limbeck compare the runs."
        } else {
            outcome = .unclear
            sentence =
                "Over \(seeds.count) seeds \(gap.told("")); three seeds at least can say whether that is chance."
        }
        (betterBaseline, sentence) = Self.baselines(scores, metric, split, taught.mean, gap.decimals, sentence)
        sentence += Self.channels(scores, metric, split)
    }

    /// Both students' errors in each channel, in its unit; empty where there is one.
    private static func channels(_ scores: Scores, _ metric: String, _ split: ScoreSplit) -> String {
        let told = scores.channels.compactMap { channel -> String? in
            func error(_ role: Role) -> Double? {
                scores.value(role: role, metric: metric, channel: channel, split: split)
            }
            guard let taught = error(.distilledStudent), let plain = error(.conventionalStudent) else { return nil }
            let digits = LimbeckEvaluation.decimals(for: [taught, plain])
            let unit = scores.filtered(metric: metric, channel: channel, split: split).first?.unit ?? ""
            return "\(channel) \(taught.fixed(digits)) against \(plain.fixed(digits))\(unit.isEmpty ? "" : " \(unit)")"
        }
        return told.isEmpty
            ? ""
            : " Distilled against alone, by \(metric == "logLoss" ? "label" : "channel"): \(told.joined(separator: "; "))."
    }

    /// Says which baseline, if any, makes both students needless.
    private static func baselines(
        _ scores: Scores, _ metric: String, _ split: ScoreSplit, _ error: Double, _ decimals: Int, _ sentence: String
    ) -> (Role?, String) {
        let errors = scores.baselines.reversed().compactMap { role in
            scores.value(role: role, metric: metric, split: split).map { (role: role, error: $0) }
        }
        guard let best = errors.min(by: { $0.error < $1.error }), best.error < error else { return (nil, sentence) }
        func parameters(_ role: Role) -> Double? { scores.value(role: role, metric: "parameters", split: split) }
        var size = ""
        if let own = parameters(best.role), let student = parameters(.distilledStudent), own < student {
            size = " and smaller: \(own.scaled) parameters against \(student.scaled)"
        }
        let text =
            "\(best.role.title) is more accurate than the distilled student "
            + "(\(best.error.fixed(decimals)) \(ScoreColumn.title(of: metric)) against \(error.fixed(decimals)))\(size)."
        return (best.role, "\(sentence) \(text)")
    }

    /// The difference of two mean errors, in words.
    private struct Gap {
        let taught, plain: Aggregate
        let metric: String

        var value: Double { taught.mean - plain.mean }
        var decimals: Int { LimbeckEvaluation.decimals(for: [taught.mean, plain.mean]) }

        /// `the distilled student's error is lower by 0.50 MAE (1.1 %; …) than …: 45.46 against 45.96`
        func told(_ interval: String) -> String {
            let share = plain.mean == 0 ? "" : "\((100 * abs(value) / abs(plain.mean)).fixed(1)) %"
            let remarks = [share, interval].filter { !$0.isEmpty }.joined(separator: "; ")
            return "the distilled student's error is \(value > 0 ? "higher" : "lower") by "
                + "\(abs(value).fixed(decimals)) \(metric)\(remarks.isEmpty ? "" : " (\(remarks))") "
                + "than that of the same student trained alone: \(taught.text(decimals: decimals)) against "
                + plain.text(decimals: decimals)
        }

        /// In the direction told: of what it is lower by, or higher.
        func interval(_ paired: PairedComparison) -> String {
            let ends = value > 0 ? [paired.low, paired.high] : [-paired.high, -paired.low]
            let texts = ends.map { ($0 < 0 ? "−" : "") + abs($0).fixed(decimals) }
            return "95 % interval of the test windows \(texts[0]) to \(texts[1])"
        }
    }
}
