import LimbeckEvaluation
import LimbeckSeries
import Testing

/// Scores of labels beside the catalog's metrics and by hand.
@Suite struct LabelScorerTests {
    private func drawn(_ count: Int, seed: UInt64) -> (probabilities: [Float], held: [Bool]) {
        var random = CounterGenerator(seed: seed)
        // Coarse, so that many are equal.
        let probabilities = (0..<count).map { _ in Float(random.next(below: 20)) / 20 }
        return (probabilities, probabilities.map { Float(random.next(below: 100)) / 100 < $0 * $0 })
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `areas under curves are those of the metrics`(_ seed: UInt64) throws {
        let (probabilities, held) = drawn(200, seed: seed)
        let ranked = RankedLabels(probabilities, held)
        let input = try MetricInput(predicted: probabilities, expected: held.map { $0 ? 1 : 0 })
        #expect(abs(try AveragePrecision().value(input).value - (ranked.averagePrecision ?? -1)) < 1e-12)
        #expect(abs(try ROCAUC().value(input).value - (ranked.areaUnderROC ?? -1)) < 1e-12)
        // The best threshold by trying every one.
        let tried = try Set(probabilities).map { threshold in
            (threshold, try F1(threshold: Double(threshold)).value(input).value)
        }
        let best = tried.map(\.1).max() ?? 0
        #expect(abs(try F1(threshold: ranked.bestThreshold).value(input).value - best) < 1e-12)
        let recall = try Recall(threshold: Double(try #require(ranked.threshold(recall: 0.8)))).value(input).value
        #expect(recall >= 0.8)
    }

    @Test func `without anything that holds there is nothing to rank`() {
        let ranked = RankedLabels([0.2, 0.9], [false, false])
        #expect(ranked.averagePrecision == nil && ranked.areaUnderROC == nil && ranked.threshold(recall: 0.8) == nil)
        #expect(ranked.bestThreshold == 0.5)
    }

    /// Two places, four steps of six hours: one day.
    private func labels(_ truth: [Float], present: [Float]) -> Labels {
        func series(_ values: [Float]) -> Series {
            Series(
                name: "labels", times: TimeGrid(start: 0, step: 21_600, count: 4),
                places: [Place(id: "a"), Place(id: "b")], channels: [Channel(name: "jam")], values: values)
        }
        return Labels(truth: series(truth), present: series(present), areExclusive: false)
    }

    @Test func `onset counts only where it was not going on, and steps in a row are one alarm`() throws {
        let labels = labels([1, 0, 1, 0, 0, 1, 0, .nan], present: [0, 0, 1, 0, 1, 0, 0, 0])
        let forecast = Forecast(
            origins: [0, 1, 2, 3], horizon: 1, nodeCount: 2, channelCount: 1,
            values: [0.9, 0.1, 0.8, 0.2, 0.7, 0.6, 0.1, 0.9])
        let scores = try LabelScorer(labels, thresholds: [0.65]).scores(
            forecast, model: "m", role: .teacher, split: .test, seed: 1)
        func value(_ metric: String) -> Double? { scores.first { $0.metric == metric }?.value }
        // Known cells: 7, three of which hold, at 0.9, 0.8 and 0.6; 0.7 lies between.
        #expect(abs((value("averagePrecision") ?? 0) - (1 + 1 + 0.75) / 3) < 1e-12)
        // Not going on before: 0.9 and 0.6 hold, 0.1, 0.2, 0.1 do not.
        #expect(value("averagePrecisionOnset") == 1)
        #expect(value("precision") == 2 / 3 && value("recall") == 2 / 3)
        // At 0.6 and above: place a at steps 0, 1 and 2 in a row, place b at step 2.
        #expect(value("alarmsPerDay") == 2)
        #expect(abs((value("rate") ?? 0) - 3 / 7) < 1e-12)
    }

    @Test func `a break down of log losses sums to it`() throws {
        let labels = labels([1, 0, 1, 0, 0, 1, 0, .nan], present: [Float](repeating: 0, count: 8))
        let forecast = Forecast(
            origins: [0, 1, 2, 3], horizon: 1, nodeCount: 2, channelCount: 1,
            values: [0.9, 0.1, 0.8, 0.2, 0.7, 0.6, 0.1, 0.9])
        let scores = try LabelScorer(labels, thresholds: [0.5]).scores(
            forecast, model: "m", role: .teacher, split: .test, seed: 1)
        let loss = try #require(scores.first { $0.metric == "logLoss" }?.value)
        let breakdown = try ErrorBreakdown(forecast, against: labels)
        #expect(abs((breakdown.horizon[0].mean ?? 0) - loss) < 1e-12)
        #expect(breakdown.place.map(\.count) == [4, 3] && breakdown.origin.map(\.count) == [2, 2, 2, 1])
    }

    @Test func `answers that are none of these labels are refused`() {
        let labels = labels([1, 0, 1, 0, 0, 1, 0, 1], present: [Float](repeating: 0, count: 8))
        func refused(_ forecast: Forecast, _ code: EvaluationError.Code) {
            do {
                _ = try LabelScorer(labels, thresholds: [0.5]).scores(
                    forecast, model: "m", role: .teacher, split: .test, seed: 1)
                Issue.record("scored")
            } catch { #expect((error as? EvaluationError)?.code == code, "\(error)") }
        }
        refused(Forecast(origins: [0], horizon: 2, nodeCount: 2, channelCount: 1, values: [0, 0, 0, 0]), .shape)
        refused(Forecast(origins: [4], horizon: 1, nodeCount: 2, channelCount: 1, values: [0, 0]), .outOfRange)
        refused(Forecast(origins: [0], horizon: 1, nodeCount: 2, channelCount: 1, values: [0, .nan]), .notFinite)
    }

    @Test func `quantiles by hand`() {
        let truth = Series(
            name: "t", times: TimeGrid(start: 0, step: 3600, count: 2), places: [Place(id: "a")],
            channels: [Channel(name: "c", unit: "m")], values: [3, 10])
        let forecast = Forecast(
            origins: [0, 1], horizon: 1, nodeCount: 1, channelCount: 3, values: [1, 2, 4, 5, 6, 7])
        let scorer = QuantileScorer(levels: [0.1, 0.5, 0.9], horizons: [1], deviations: [1])
        let scores = scorer.scores(forecast, against: truth, model: "m", role: .teacher, split: .test, seed: 1)
        // 3 against 1, 2, 4: 0.1·2 + 0.5·1 + 0.1·1; 10 against 5, 6, 7: 0.1·5 + 0.5·4 + 0.9·3.
        let expected = 2 * (0.2 + 0.5 + 0.1 + 0.5 + 2 + 2.7) / 6
        let crps = scores.filter { $0.metric == "crps" }
        #expect(crps.count == 2 && crps.allSatisfy { abs($0.value - expected) < 1e-6 && $0.unit == "m" })
        #expect(scores.filter { $0.metric == "coverage" }.map(\.value) == [50, 50])
        #expect(scorer.reliability(forecast, against: truth) == [0, 0, 0.5])
        #expect(forecast.level(0.9, of: [0.1, 0.5, 0.9], outputs: 1).values == [4, 7])
    }
}
