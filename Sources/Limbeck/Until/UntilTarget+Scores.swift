public import LimbeckEvaluation

extension UntilTarget {
    /// Compares scores as they stand in `scores.json`: those of `split`, averaged over seeds.
    ///
    /// `student` is the distilled one, `conventional` the same without a teacher. Costs count
    /// whatever their split.
    ///
    /// - Throws: `LimbeckError` naming a metric without a score.
    public func evaluate(_ scores: [Score], split: ScoreSplit = .validation) throws -> UntilOutcome {
        try evaluate { Self.value($0, in: scores, split: split) }
    }

    /// Everything the target reads, by name as written: `student.mae`.
    public func measured(_ scores: [Score], split: ScoreSplit = .validation) -> [String: Double] {
        var result: [String: Double] = [:]
        for metric in metrics {
            result["\(metric)"] = Self.value(metric, in: scores, split: split)
        }
        return result
    }

    private static func value(_ metric: UntilMetric, in scores: [Score], split: ScoreSplit) -> Double? {
        guard let role = Self.role(metric.role) else { return nil }
        let wanted: ScoreHorizon = metric.horizon.map { .step($0) } ?? .average
        let isCost = Cost(rawValue: metric.name) != nil
        // The only channel has no scores of its own.
        let channel = scores.contains { !$0.channel.isEmpty } ? metric.channel ?? "" : ""
        let values = scores.filter {
            $0.role == role && $0.metric == metric.name && $0.channel == channel && $0.horizon == wanted
                && (isCost || $0.split == split)
        }
        // Of several teachers, the first.
        guard let model = values.first?.model else { return nil }
        let own = values.filter { $0.model == model }
        return own.reduce(0) { $0 + $1.value } / Double(own.count)
    }

    /// The steps ahead that must be scored for this target, besides the average.
    public var horizons: [Int] { Set(metrics.compactMap(\.horizon)).sorted() }

    private static func role(_ name: String) -> Role? {
        switch name {
        case "student": .distilledStudent
        case "conventional": .conventionalStudent
        case "shipped": .shippedStudent
        default: Role(rawValue: name)
        }
    }
}
