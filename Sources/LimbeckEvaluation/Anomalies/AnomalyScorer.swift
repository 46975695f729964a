public import LimbeckSeries

/// Scores alarms against labelled intervals. An interval counts as found where any alarm lies in it, and an alarm that
/// touches none as false; no step becomes right because another of its interval was found (no point adjustment).
public struct AnomalyScorer: Sendable {
    public let anomalies: [Anomaly]
    public let times: TimeGrid
    /// Metrics that need labelled intervals in the part.
    public static let ofLabels = [
        "vusPR", "averagePrecision", "eventF1", "eventPrecision", "eventRecall", "falseAlarmsPerDay", "delay",
    ]
    /// Steps over which labels fall off in VUS-PR, at the most.
    public static let buffer = 24

    public init(_ anomalies: [Anomaly], times: TimeGrid) {
        self.anomalies = anomalies
        self.times = times
    }

    /// What alarms find of a part.
    public struct Findings: Sendable {
        public var alarms: [Alarm]
        /// Of the part's anomalies, in their order, the first step of an alarm within; nil where there is none.
        public var found: [(anomaly: Anomaly, step: Int?)]
        public var falseAlarms: Int
    }

    public func findings(_ scores: AnomalyScores, threshold: Float) -> Findings {
        let alarms = scores.alarms(above: threshold)
        let own = anomalies.filter { !$0.steps.clamped(to: scores.steps).isEmpty }
        let byNode = Dictionary(grouping: own, by: \.node)
        let falseAlarms = alarms.count { alarm in
            !(byNode[alarm.node] ?? []).contains {
                $0.steps.overlaps(alarm.steps.lowerBound..<alarm.steps.upperBound + 1)
            }
        }
        let found = own.map { anomaly in
            (anomaly, anomaly.steps.clamped(to: scores.steps).first { scores[$0, anomaly.node] > threshold })
        }
        return Findings(alarms: alarms, found: found, falseAlarms: falseAlarms)
    }

    /// By metric; of kinds of anomalies the share that was found, by kind.
    public func scores(
        _ scores: AnomalyScores, threshold: Float, model: String, role: Role, split: ScoreSplit, seed: Int
    ) -> [Score] {
        var result: [Score] = []
        func add(_ metric: String, _ value: Double?, unit: String = "", channel: String = "") {
            guard let value else { return }
            result.append(
                Score(
                    model: model, role: role, metric: metric, channel: channel, horizon: .average, value: value,
                    unit: unit, split: split, seed: seed))
        }
        let findings = findings(scores, threshold: threshold)
        let days = max(Double(scores.steps.count) * times.meanStep / 86_400, 1e-9)
        guard !findings.found.isEmpty else {
            add("alarmsPerDay", Double(findings.alarms.count) / days, unit: "1/d")
            return result
        }
        let hits = findings.found.compactMap { one in
            one.step.map { $0 - max(one.anomaly.steps.lowerBound, scores.steps.lowerBound) }
        }
        let recall = Double(hits.count) / Double(findings.found.count)
        let precision = Double(hits.count) / Double(max(1, hits.count + findings.falseAlarms))
        let ranked = RankedLabels(scores.values, scores.marks(anomalies))
        add("vusPR", VolumeUnderSurface(scores, findings.found.map(\.anomaly)).volume(length: Self.buffer))
        add("averagePrecision", ranked.averagePrecision)
        add("eventF1", precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0)
        add("eventPrecision", precision)
        add("eventRecall", recall)
        add("falseAlarmsPerDay", Double(findings.falseAlarms) / days, unit: "1/d")
        if !hits.isEmpty {
            add("delay", Double(hits.reduce(0, +)) / Double(hits.count) * times.meanStep / 60, unit: "min")
        }
        let kinds = Set(findings.found.map(\.anomaly.kind)).sorted()
        for kind in kinds where kinds.count > 1 {
            let own = findings.found.filter { $0.anomaly.kind == kind }
            add(
                "eventRecall", Double(own.count { $0.step != nil }) / Double(own.count),
                channel: kind.isEmpty ? "other" : kind)
        }
        return result
    }
}
