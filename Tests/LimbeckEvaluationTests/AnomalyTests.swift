import Foundation
import LimbeckSeries
import Testing

@testable import LimbeckEvaluation

/// Alarms beside labelled intervals.
@Suite struct AnomalyTests {
    private struct Case: Decodable {
        var steps, places: Int
        var scores: [Float]
        var labels: [Label]
        var limit: Float
        var found, `false`: Int
        var f1, delay: Double
        var kinds: [String: Double]
        var averagePrecision, vus, sharp: Double
        var allowed: Int
        var threshold: Float

        var anomalies: [Anomaly] { labels.map(\.anomaly) }
        var times: TimeGrid { TimeGrid(start: 0, step: 300, count: steps) }
        var anomalyScores: AnomalyScores { AnomalyScores(steps: 0..<steps, nodeCount: places, values: scores) }
    }

    /// `[start, end, place, kind]`
    private struct Label: Decodable {
        var anomaly: Anomaly

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            let (start, end) = (try list.decode(Int.self), try list.decode(Int.self))
            anomaly = Anomaly(node: try list.decode(Int.self), steps: start..<end, kind: try list.decode(String.self))
        }
    }

    private func cases() throws -> [Case] {
        let url = try #require(
            Bundle.module.url(forResource: "anomalies", withExtension: "json", subdirectory: "Fixtures"))
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    }

    @Test func `scores of random cases are those of the reference`() throws {
        for one in try cases() {
            let scorer = AnomalyScorer(one.anomalies, times: one.times)
            let findings = scorer.findings(one.anomalyScores, threshold: one.limit)
            #expect(findings.found.count { $0.step != nil } == one.found && findings.falseAlarms == one.false)
            let scores = scorer.scores(
                one.anomalyScores, threshold: one.limit, model: "m", role: .teacher, split: .test, seed: 1)
            func value(_ metric: String, _ channel: String = "") -> Double {
                scores.first { $0.metric == metric && $0.channel == channel }?.value ?? .nan
            }
            #expect(abs(value("eventF1") - one.f1) < 1e-9)
            #expect(abs(value("averagePrecision") - one.averagePrecision) < 1e-9)
            #expect(abs(value("delay") - one.delay) < 1e-9)
            // Thresholds are ranks, of which a power's last bit may choose the next.
            #expect(abs(value("vusPR") - one.vus) < 1e-4)
            let sharp = VolumeUnderSurface(one.anomalyScores, one.anomalies).volume(length: 0)
            #expect(abs((sharp ?? .nan) - one.sharp) < 1e-4)
            for (kind, share) in one.kinds where one.kinds.count > 1 {
                #expect(abs(value("eventRecall", kind) - share) < 1e-9)
            }
            let days = Double(one.steps) * 300 / 86_400
            let threshold = one.anomalyScores.threshold(
                alarmsPerDay: (Double(one.allowed) + 0.5) / days, one.times, without: one.anomalies)
            #expect(threshold == one.threshold)
        }
    }

    @Test func `by hand: alarms that are near are one, and touch what they overlap`() {
        let values: [Float] = [0, 2, 0, 0, 2, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0]
        let scores = AnomalyScores(steps: 5..<20, nodeCount: 1, values: values)
        #expect(
            scores.alarms(above: 1) == [Alarm(node: 0, steps: 6...9), Alarm(node: 0, steps: 15...16)])
        #expect(scores.alarms(above: 2).isEmpty)
        let times = TimeGrid(start: 0, step: 3600, count: 40)
        let scorer = AnomalyScorer([Anomaly(node: 0, steps: 16..<19), Anomaly(node: 0, steps: 30..<33)], times: times)
        let findings = scorer.findings(scores, threshold: 1)
        // The second lies beyond what was scored, the first alarm touches none.
        #expect(findings.found.count == 1 && findings.found[0].step == 16 && findings.falseAlarms == 1)
        #expect(
            AnomalyScorer([], times: times).scores(
                scores, threshold: 1, model: "m", role: .teacher, split: .test, seed: 1
            ).map(\.metric) == ["alarmsPerDay"])
    }

    @Test func `by hand: logits are averaged, and a step without a reading changes nothing`() {
        // Logits 0, 2, none, 2 with weights of one half: 0, 1, none, 1.5.
        let chance = Float(1 / (1 + exp(-2.0)))
        let scores = AnomalyScores(steps: 0..<4, nodeCount: 1, values: [0.5, chance, 0, chance]).smoothed(over: 2)
        for (value, expected) in zip(scores.values, [0.5, 1 / (1 + exp(-1.0)), 0, 1 / (1 + exp(-1.5))]) {
            #expect(abs(Double(value) - expected) < 1e-6)
        }
        #expect(scores.smoothed(over: 1).values == scores.values)
    }

    @Test(arguments: [0.5, 1, 3])
    func `a threshold lets so many alarms a day pass and no more`(_ rate: Double) {
        var random = CounterGenerator(seed: 3)
        let times = TimeGrid(start: 0, step: 3600, count: 240)
        let scores = AnomalyScores(
            steps: 0..<240, nodeCount: 4, values: (0..<960).map { _ in Float(random.next(below: 10_000)) / 10_000 })
        let threshold = scores.threshold(alarmsPerDay: rate, times)
        let alarms = scores.alarms(above: threshold).count
        #expect(Double(alarms) <= 10 * rate && Double(alarms) > 10 * rate - 6)
        // What is labelled does not count.
        let all = (0..<4).map { Anomaly(node: $0, steps: 0..<240) }
        #expect(scores.threshold(alarmsPerDay: rate, times, without: all) == 1)
        // One place that is high for a while each day never has two alarms in a day: they do not become one for good.
        let daily = AnomalyScores(
            steps: 0..<240, nodeCount: 1, values: (0..<240).map { 0.1 + 0.8 * Float(abs(12 - $0 % 24)) / 12 })
        let limit = daily.threshold(alarmsPerDay: rate, times)
        #expect(daily.values.count { $0 > limit } <= Int(240 * rate) + 20)
        #expect(daily.threshold(alarmsPerDay: 1e30, times) > 0)
    }
}
