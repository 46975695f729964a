/// Did distilling help? One honest sentence, from scores over seeds or from a paired comparison.
public struct Verdict: Codable, Hashable, Sendable {
    public enum Outcome: String, Codable, Hashable, Sendable {
        /// Better by more than chance explains.
        case helped
        /// Worse, or better by no more than chance explains.
        case didNotHelp
        /// One number against one number: nobody can say.
        case unclear
    }

    public var outcome: Outcome
    public var sentence: String

    /// For a report: nil when nobody can say.
    public var helped: Bool? {
        switch outcome {
        case .helped: true
        case .didNotHelp: false
        case .unclear: nil
        }
    }

    /// Distilled against conventional student on one split, over the seeds that both have.
    ///
    /// Over several seeds it helped when the mean error is lower by more than the larger of the
    /// two deviations. With one seed, `paired` (distilled first) decides: it helped when the whole
    /// interval lies below zero, which covers the chance in the data, not that in the seed. Nil
    /// without both students. `metric` is one where lower is better.
    public init?(
        _ scores: Scores, metric: String = "mae", split: ScoreSplit = .test,
        paired: PairedComparison? = nil
    ) {
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
        let gap = taught.mean - plain.mean
        let share = plain.mean == 0 ? "" : " (\(Self.signed(100 * gap / plain.mean, 1)) %)"
        let measured =
            "\(Self.signed(gap)) \(metric.uppercased())\(share), \(taught.text()) against"
            + " \(plain.text()) for the same student without a teacher"

        if let one = taught.deviation, let other = plain.deviation {
            let facts = "\(measured), over \(seeds.count) seeds"
            outcome = gap < -max(one, other) ? .helped : .didNotHelp
            sentence =
                outcome == .helped
                ? "Distillation helped: \(facts)."
                : "Distillation did not help: \(facts); "
                    + (gap < 0
                        ? "the gain is within the deviation between seeds." : "there is no gain.")
        } else if let paired {
            let facts =
                "\(measured), 95 % interval \(Self.signed(paired.low)) to"
                + " \(Self.signed(paired.high)), one seed"
            outcome = paired.high < 0 ? .helped : .didNotHelp
            sentence =
                outcome == .helped
                ? "Distillation helped: \(facts)."
                : "Distillation did not help: \(facts); "
                    + (paired.low > 0 ? "it did harm." : "the interval includes zero.")
        } else {
            outcome = .unclear
            sentence =
                "The distilled student: \(measured); one seed cannot say whether distillation"
                + " helped."
        }
    }

    private static func signed(_ value: Double, _ decimals: Int = 2) -> String {
        (value < 0 ? "−" : "+") + abs(value).fixed(decimals)
    }
}
