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
        for role in Role.standard {
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
        #expect(comparison.rows.map(\.role) == Role.standard)
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
                == "Distillation helped: over 3 seeds the distilled student's error is lower by 1.63 MAE (3.3 %)"
                + " than that of the same student trained alone: 47.30 ± 0.10 against 48.93 ± 0.15.")
        #expect(verdict.helped == true)
    }

    @Test func `over seeds a difference within the deviation is none, and a larger loss is harm`() throws {
        for (gap, outcome, claim) in [
            (-0.1, Verdict.Outcome.unclear, "No difference can be shown: over 3 seeds"),
            (0.4, .unclear, "within the deviation between seeds"),
            (1.5, .harmed, "Distillation did harm: over 3 seeds the distilled student's error is higher by 1.50"),
        ] {
            let scores = (1...3).flatMap { seed in
                [
                    score(.conventionalStudent, 48 + Double(seed), seed: seed),
                    score(.distilledStudent, 48 + Double(seed) + gap, seed: seed),
                ]
            }
            let verdict = try #require(Verdict(Scores(scores)))
            #expect(verdict.outcome == outcome)
            #expect(verdict.sentence.contains(claim), "\(verdict.sentence)")
        }
    }

    @Test func `one seed alone claims nothing, two neither, and without students there is no verdict`() throws {
        let one = try #require(Verdict(Scores([score(.conventionalStudent, 50), score(.distilledStudent, 40)])))
        #expect(one.outcome == .unclear)
        #expect(
            one.sentence
                == "On this seed the distilled student's error is lower by 10.00 MAE (20.0 %) than that of the same"
                + " student trained alone: 40.00 against 50.00; other seeds may differ: train with --seed 2 and"
                + " --seed 3, then limbeck compare the runs.")
        let two = (1...2).flatMap { seed in
            [
                score(.conventionalStudent, 50 + Double(seed), seed: seed),
                score(.distilledStudent, 40 + Double(seed), seed: seed),
            ]
        }
        #expect(Verdict(Scores(two))?.outcome == .unclear)
        #expect(Verdict(Scores([score(.distilledStudent, 40)])) == nil)
    }

    @Test func `a baseline that beats the student is named, and nobody is told that distilling helped`() throws {
        let students = (1...3).flatMap { seed in
            [
                score(.conventionalStudent, 49 + 0.1 * Double(seed), seed: seed),
                score(.distilledStudent, 47 + 0.1 * Double(seed), seed: seed),
                score(.ridge, 31.18, seed: seed), score(.persistence, 46, seed: seed),
                score(.ridge, 4130, seed: seed, metric: "parameters"),
                score(.distilledStudent, 12_300, seed: seed, metric: "parameters"),
            ]
        }
        let verdict = try #require(Verdict(Scores(students)))
        #expect(verdict.outcome == .helped)
        #expect(verdict.betterBaseline == .ridge)
        #expect(verdict.helped == nil)
        #expect(
            verdict.sentence.hasSuffix(
                "Ridge is more accurate than the distilled student (31.18 MAE against 47.20) and smaller:"
                    + " 4.13 k parameters against 12.3 k."))
    }

    @Test func `small errors show their digits`() throws {
        let scores = Scores([score(.conventionalStudent, 0.00213), score(.distilledStudent, 0.00197)])
        #expect(Verdict(scores)?.sentence.contains("lower by 0.00016 MAE") == true)
        #expect(Comparison(scores).averages.rows.map { $0[1] } == ["0.00213", "0.00197"])
    }

    @Test func `rows say the role and the model that plays it`() {
        #expect(Role.teacher.label(for: "graphMixer × 3") == "Teacher: graphMixer × 3")
        #expect(Role.conventionalStudent.label(for: "stid, conventional") == "Student alone: stid")
        #expect(Role.distilledStudent.label(for: "stid, distilled") == "Student distilled: stid")
        #expect(Role.historicalAverage.label(for: "historicalAverage") == "Historical average")
    }

    @Test func `runs are alike only in unit, horizons and what persistence makes of the data`() {
        let run = Scores([score(.persistence, 80), score(.persistence, 70, horizon: .step(1))])
        #expect(run.difference(from: run) == nil)
        var other = run
        other.all[0].value = 81
        #expect(run.difference(from: other)?.contains("persistence") == true)
        other = run
        for index in other.all.indices { other.all[index].unit = "vehicles/h" }
        #expect(run.difference(from: other) == "errors are in people/h and in vehicles/h")
        other = run
        other.all[1].horizon = .step(3)
        #expect(run.difference(from: other) == "they were scored at 1 and at 3 steps ahead")
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
        let verdict = try #require(Verdict(scores, paired: better))
        #expect(verdict.outcome == .helped)
        #expect(verdict.sentence.hasPrefix("On this seed the distilled student's error is lower by 2.00 MAE"))
        #expect(verdict.sentence.contains("95 % interval of the test windows \((-better.high).fixed(2)) to "))
        #expect(Verdict(scores, paired: worse)?.outcome == .harmed)
        var same = better
        (same.low, same.high) = (-2.5, 0.3)
        let none = try #require(Verdict(scores, paired: same))
        #expect(none.outcome == .unclear && none.helped == nil)
        #expect(none.sentence.contains("−0.30 to 2.50) than that of"))
        #expect(none.sentence.contains(", and the interval includes zero; other seeds"))
        #expect(none.sentence.hasPrefix("No difference can be shown: on this seed"))
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
