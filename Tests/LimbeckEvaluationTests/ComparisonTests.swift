import LimbeckSeries
import Testing

@testable import LimbeckEvaluation

@Suite struct ComparisonTests {
    func score(
        _ role: Role, _ value: Double, seed: Int = 1, metric: String = "mae",
        horizon: ScoreHorizon = .average, model: String? = nil
    ) -> Score {
        Score(
            model: model ?? role.title, role: role, metric: metric, horizon: horizon, value: value,
            unit: "people/h", split: .test, seed: seed)
    }

    @Test func `three seeds become mean and sample deviation and one has none`() {
        #expect(Aggregate([1, 2, 3])?.text() == "2.00 ± 1.00")
        #expect(Aggregate([1])?.text() == "1.00")
        #expect(Aggregate([]) == nil)
    }

    @Test func `a table aligns text left and numbers right`() {
        let table = TextTable(
            heading: ["model", "MAE"], rows: [["a|b", "1.50 ± 0.1"], ["long name", "–"]])
        #expect(
            table.text() == """
                model             MAE
                ─────────────────────
                a|b        1.50 ± 0.1
                long name           –

                """)
        #expect(
            table.markdown == """
                | model     |        MAE |
                | --------- | ---------: |
                | a\\|b      | 1.50 ± 0.1 |
                | long name |          – |

                """)
    }

    @Test func `all models and costs fit a hundred columns however long their names`() throws {
        var scores: [Score] = []
        for role in Role.allCases {
            for seed in 1...3 {
                let model = "A model called \(role.title) with an unreasonably long name"
                for metric in ["mae", "rmse", "wape", "mape"] {
                    for horizon in [ScoreHorizon.step(1), .step(12), .average] {
                        scores.append(
                            score(
                                role, 149.5 + Double(seed), seed: seed, metric: metric,
                                horizon: horizon, model: model))
                    }
                }
                for cost in Cost.allCases {
                    scores.append(
                        cost.score(123_456, model: model, role: role, split: .test, seed: seed))
                }
            }
        }
        let comparison = Comparison(Scores(scores))
        #expect(comparison.rows.map(\.role) == Role.allCases)
        #expect(comparison.rows[0]["mae"] == Aggregate([150.5, 151.5, 152.5]))
        let plain = comparison.text(colour: false)
        #expect(plain.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(!plain.contains("\u{1B}"))
        #expect(comparison.text(colour: true).contains("\u{1B}[1;32m"))
        #expect(try comparison.json.contains("\"deviation\" : 1"))
    }

    @Test func `a missing score is a dash and not a zero`() {
        let comparison = Comparison(Scores([score(.persistence, 152)]))
        #expect(
            comparison.averages.rows == [
                ["Persistence", "152.00", "–", "–", "–", "–", "–", "–", "–"]
            ])
    }

    @Test func `distilling helped when it gained more than the deviation between seeds`() throws {
        let clear = [(48.9, 47.2), (49.1, 47.4), (48.8, 47.3)].enumerated().flatMap { seed, pair in
            [
                score(.conventionalStudent, pair.0, seed: seed),
                score(.distilledStudent, pair.1, seed: seed),
            ]
        }
        let verdict = try #require(Verdict(Scores(clear)))
        #expect(verdict.outcome == .helped)
        #expect(
            verdict.sentence
                == "Distillation helped: −1.63 MAE (−3.3 %), 47.30 ± 0.10 against 48.93 ± 0.15 for"
                + " the same student without a teacher, over 3 seeds.")
    }

    @Test func `a gain within the deviation and a loss are both said to be no help`() throws {
        for (gap, reason) in [(-0.1, "within the deviation"), (0.4, "there is no gain")] {
            let scores = (1...3).flatMap { seed in
                [
                    score(.conventionalStudent, 48 + Double(seed), seed: seed),
                    score(.distilledStudent, 48 + Double(seed) + gap, seed: seed),
                ]
            }
            let verdict = try #require(Verdict(Scores(scores)))
            #expect(verdict.outcome == .didNotHelp)
            #expect(verdict.sentence.contains("did not help"))
            #expect(verdict.sentence.contains(reason))
        }
    }

    @Test func `one seed alone says nothing and no student no verdict`() {
        let one = Scores([score(.conventionalStudent, 49), score(.distilledStudent, 40)])
        #expect(Verdict(one)?.outcome == .unclear)
        #expect(Verdict(Scores([score(.distilledStudent, 40)])) == nil)
    }

    /// Errors by origin around `level`, dependent from one origin to the next.
    func cells(_ level: Double, seed: UInt64, count: Int = 900) -> [ErrorBreakdown.Cell] {
        var random = CounterGenerator(seed: seed)
        var drift = 0.0
        return (0..<count).map { _ in
            drift = 0.8 * drift + Double(random.next(below: 1000)) / 1000 - 0.4995
            return .init(sum: 12 * (level + drift), count: 12)
        }
    }

    @Test func `a clear difference excludes zero and decides for one seed`() throws {
        let better = try PairedComparison(cells(47, seed: 1), cells(49, seed: 2), horizon: 12)
        #expect(better.blockLength == 30)
        #expect(better.low < better.difference && better.difference < better.high)
        #expect(better.high < 0)
        let worse = try PairedComparison(cells(49, seed: 1), cells(47, seed: 2), horizon: 12)
        let scores = Scores([score(.conventionalStudent, 49), score(.distilledStudent, 47)])
        #expect(Verdict(scores, paired: better)?.outcome == .helped)
        #expect(Verdict(scores, paired: worse)?.outcome == .didNotHelp)
    }

    @Test func `equal models are told apart rarely with blocks and often without`() throws {
        func wrong(blockLength: Int?) throws -> Int {
            try (0..<100).count { trial in
                let result = try PairedComparison(
                    cells(48, seed: UInt64(2 * trial)), cells(48, seed: UInt64(2 * trial + 1)),
                    horizon: 12, blockLength: blockLength, draws: 300)
                return result.low > 0 || result.high < 0
            }
        }
        // 5 of 100 are meant; blocks of 30 origins still miss a little of the dependence.
        #expect(try wrong(blockLength: nil) <= 15)
        #expect(try wrong(blockLength: 1) >= 30)
    }

    @Test func `the same seed gives the same interval`() throws {
        let first = cells(47, seed: 1)
        let second = cells(48, seed: 2)
        let one = try PairedComparison(first, second, horizon: 12, seed: 7)
        #expect(try PairedComparison(first, second, horizon: 12, seed: 7) == one)
        #expect(try PairedComparison(first, second, horizon: 12, seed: 8) != one)
    }

    @Test func `forecasts of different targets are not compared`() {
        let error = #expect(throws: EvaluationError.self) {
            try PairedComparison(cells(1, seed: 1), cells(1, seed: 1, count: 10), horizon: 1)
        }
        #expect(error?.code == .incomparable)
    }
}
