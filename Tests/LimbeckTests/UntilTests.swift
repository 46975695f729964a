import LimbeckEvaluation
import Testing

@testable import Limbeck

@Suite struct UntilTests {
    private let scores = [
        "student.mae": 46.1, "teacher.mae": 45.0, "conventional.mae": 47.5, "ridge.rmse": 80,
        "student.mae.h12": 52, "student.bytes": 150_000,
    ]

    private func outcome(_ text: String) throws -> UntilOutcome {
        try UntilTarget(text).evaluate { scores["\($0)"] }
    }

    @Test func `targets are evaluated as on paper`() throws {
        let cases: [(String, Bool)] = [
            ("student.mae <= 1.03 * teacher.mae", true),
            ("student.mae <= 1.02 * teacher.mae", false),
            ("student.mae <= 102% × teacher.mae", false),
            ("student.mae <= 103 % * teacher.mae", true),
            ("student.bytes < 200 kB and student.mae ≤ 47", true),
            ("student.bytes < 200_000 and student.mae < 46", false),
            ("student.bytes < 1e5 or student.mae < 47", true),
            ("student.bytes == 150kB", true),
            ("student.bytes > 146 KiB", true),
            ("student.mae.h12 == 52 and student.mae.average == student.mae", true),
            ("teacher.mae + 2 * 3 - 1 == 50", true),
            ("(teacher.mae + 5) * 2 ÷ 4 == 25", true),
            ("teacher.mae − 50 > -6", true),
            ("10 - 3 - 2 == 5 and teacher.mae > 0", true),
            ("16 / 4 / 2 == 2 and teacher.mae > 0", true),
            ("student.mae < 0 and student.mae < 0 or student.mae > 0", true),
            ("student.mae > 0 or student.mae < 0 and student.mae < 0", true),
            ("(student.mae > 0 or student.mae < 0) and student.mae < 0", false),
            ("((student.mae)) > ((0))", true),
            ("student.mae / (teacher.mae - 45) < 1", false),
            ("0 / (teacher.mae - 45) == 0", false),
            ("teacher.mae > .5 and teacher.mae > 44.", true),
            ("student.mae < teacher.mae / 0", false), ("student.mae < 1 / 0", false),
        ]
        for (text, met) in cases { #expect(try outcome(text).met == met, "\(text)") }
    }

    @Test func `every comparison is shown with both sides`() throws {
        let outcome = try outcome(
            "student.bytes > 1 MB and student.mae <= 1.03 * teacher.mae or teacher.mae < 45.00001")
        #expect(
            outcome.description == """
                student.bytes > 1 MB: 150000 > 1000000 ✗
                student.mae <= 1.03 * teacher.mae: 46.1 <= 46.35 ✓
                teacher.mae < 45.00001: 45 < 45.00001 ✓
                """)
        #expect(outcome.met)
    }

    @Test func `the shortfall says how far it is`() throws {
        #expect(
            try outcome("student.mae < 40 and student.bytes < 100 kB").shortfall
                == (46.1 - 40) / 40 + 0.5)
        #expect(try outcome("student.mae < 50").shortfall == 0)
        #expect(try outcome("student.mae < 46.1").shortfall == 0)
    }

    @Test func `errors point at the character`() {
        let cases: [(String, String)] = [
            (
                "",
                """
                the target is empty; write for example student.mae <= teacher.mae (character 1)
                  \("")
                  ^
                """
            ),
            (
                "student.mae",
                """
                expected a comparison such as student.mae <= 40, found only a number (character 1)
                  student.mae
                  ^
                """
            ),
            (
                "student.mae = 3",
                """
                write == to compare (character 13)
                  student.mae = 3
                              ^
                """
            ),
            (
                "1 < student.mae < 3",
                """
                comparisons do not chain; join two with and (character 17)
                  1 < student.mae < 3
                                  ^
                """
            ),
            (
                "(student.mae < 3",
                """
                expected ) to close the parenthesis of character 1, found the end (character 17)
                  (student.mae < 3
                                  ^
                """
            ),
            (
                "student.mae < 3)",
                """
                expected and, or, an operator or the end, found ")" (character 16)
                  student.mae < 3)
                                 ^
                """
            ),
            (
                "(student.mae < 3) + 1 < 2",
                """
                expected a number here, found a comparison (character 1)
                  (student.mae < 3) + 1 < 2
                  ^
                """
            ),
            (
                "student.mae < 3 and 4",
                """
                expected a comparison such as student.mae <= 40, found only a number (character 21)
                  student.mae < 3 and 4
                                      ^
                """
            ),
            (
                "mae < 3",
                """
                "mae" is not a metric; write role.metric or role.metric.h12, such as student.mae \
                (character 1)
                  mae < 3
                  ^
                """
            ),
            (
                "3 > student.mae.12",
                """
                "12" is not a horizon; write h and a number of steps, such as student.mae.h12 \
                (character 5)
                  3 > student.mae.12
                      ^
                """
            ),
            (
                "student.mae < 3 && 1 < 2",
                """
                write and (character 17)
                  student.mae < 3 && 1 < 2
                                  ^
                """
            ),
            (
                "student.mae < 1e999",
                """
                this is not a number (character 15)
                  student.mae < 1e999
                                ^
                """
            ),
            (
                "student.mae < 3 and 2 < 1",
                """
                impossible target, no student can meet it (character 1)
                  student.mae < 3 and 2 < 1
                  ^
                """
            ),
            (
                "student.maee < 3",
                """
                unknown metric "maee"; did you mean mae? Known here: mae, rmse, wape, mape, crps, coverage, logLoss, averagePrecisionPlanted, vusPR, eventF1, eventRecall, falseAlarmsPerDay, delay, averagePrecision, averagePrecisionOnset, rocAUC, accuracy, f1, f1Macro, \
                alarmsPerDay, \
                parameters, flops, bytes, latencyMicroseconds (character 9)
                  student.maee < 3
                          ^
                """
            ),
            (
                "3 > studnet.mae",
                """
                unknown role "studnet"; did you mean student? Known here: student, shipped, \
                teacher, conventional, ridge, historicalAverage, persistence, logistic, seasonalRate (character 5)
                  3 > studnet.mae
                      ^
                """
            ),
            (
                "student.bytes.h3 < 3",
                """
                bytes has no horizon; write student.bytes (character 1)
                  student.bytes.h3 < 3
                  ^
                """
            ),
        ]
        for (text, expected) in cases {
            #expect(message { try UntilTarget(text).check(.standard) } == expected)
        }
        #expect(
            message { try outcome("student.mae < 3 + ridge.mae") } == """
                ridge.mae was not measured (character 19)
                  student.mae < 3 + ridge.mae
                                    ^
                """)
        #expect(message { try UntilTarget("1 < 2 or student.mae < 3") } == "")
    }

    @Test func `a channel is named after its metric, and only that one is read`() throws {
        func score(_ channel: String, _ value: Double, _ horizon: ScoreHorizon = .average) -> Score {
            Score(
                model: "m", role: .distilledStudent, metric: "mae", channel: channel, horizon: horizon, value: value,
                unit: "", split: .validation, seed: 1)
        }
        let several = [score("", 0.5), score("PM2.5", 20), score("wind [m/s", 2), score("PM2.5", 31, .step(6))]
        let outcome = try UntilTarget(
            "student.mae == 0.5 and student.mae[PM2.5] == 20 and student.mae[wind [m/s] < 3 "
                + "and student.mae[PM2.5].h6 == 31"
        ).evaluate(several)
        #expect(outcome.met)
        #expect(outcome.comparisons.map(\.left) == [0.5, 20, 2, 31])
        // The only channel's scores are those of all.
        #expect(try UntilTarget("student.mae[flow] == 7").evaluate([score("", 7)]).met)
        let cases = [
            ("student.mae[flow < 3", "this [ is not closed"), ("student[flow].mae < 3", "write the channel after"),
            ("student.mae[] < 3", "write the channel after"), ("student.mae[flow]h3 < 3", "write the channel after"),
        ]
        for (text, said) in cases { #expect(message { try UntilTarget(text) }.contains(said), "\(text)") }
        #expect(
            message { try UntilTarget("student.bytes[flow] < 3").check(.standard) }
                .hasPrefix("bytes is of the whole model, not of the channel flow"))
    }

    @Test func `scores are those of validation, averaged over seeds`() throws {
        func score(
            _ role: Role, _ metric: String, _ value: Double, _ horizon: ScoreHorizon = .average,
            _ split: ScoreSplit = .validation, seed: Int = 1
        ) -> Score {
            Score(
                model: "m", role: role, metric: metric, horizon: horizon, value: value, unit: "",
                split: split, seed: seed)
        }
        let scores = [
            score(.distilledStudent, "mae", 40), score(.distilledStudent, "mae", 42, seed: 2),
            score(.distilledStudent, "mae", 90, .average, .test),
            score(.distilledStudent, "mae", 60, .step(12)),
            score(.conventionalStudent, "mae", 50), score(.teacher, "bytes", 7, .average, .test),
        ]
        let target = try UntilTarget(
            "student.mae == 41 and student.mae.h12 == 60 and conventional.mae == 50 "
                + "and teacher.bytes == 7")
        let outcome = try target.evaluate(scores)
        #expect(outcome.comparisons.map(\.left) == [41, 60, 50, 7])
        #expect(outcome.met)
        #expect(target.horizons == [12])
        #expect(
            message { try UntilTarget("student.mae.h3 < 1").evaluate(scores) }
                .hasPrefix("student.mae.h3 was not measured"))
        let known = UntilVocabulary.standard
        #expect(known.costs == Cost.allCases.map(\.rawValue))
        #expect(known.metrics == ScoreColumn.all.map(\.metric))
        #expect(
            Set(known.roles) == [
                "student", "shipped", "teacher", "conventional", "ridge", "historicalAverage", "persistence",
                "logistic",
                "seasonalRate",
            ])
    }

    @Test func `metrics are listed once, in order`() throws {
        let target = try UntilTarget("a.b < 3 * c.d.h2 and a.b > -1")
        #expect(
            target.metrics == [
                UntilMetric(role: "a", name: "b"), UntilMetric(role: "c", name: "d", horizon: 2),
            ])
    }

    @Test func `adjustments take turns, each on top of those before`() throws {
        var configuration = Recipe.Until()
        configuration.adjust = [.moreEpochs, .termWeights]
        configuration.maxTrials = 4
        var loop = UntilLoop(configuration)
        var seen: [[Double]] = []
        while case .attempt(let settings) = loop.next {
            seen.append([
                settings.epochs, settings.learningRate, settings.softWeight, settings.width,
            ])
            let mae = [44.0, 42, 41, 43][loop.trials.count]
            let outcome = try UntilTarget("student.mae < 40").evaluate { _ in mae }
            loop.record(scores: ["student.mae": mae], outcome: outcome, seconds: 60)
        }
        #expect(seen == [[1, 1, 1, 1], [1.5, 1, 1, 1], [1.5, 1, 1.5, 1], [2.25, 1, 1.5, 1]])
        #expect(loop.next == .stop(.trialsSpent))
        #expect(loop.best == 2)
        #expect(loop.trials.map(\.adjustment) == [nil, .moreEpochs, .termWeights, .moreEpochs])
        #expect(loop.seconds == 240)
    }

    @Test func `the loop stops when met, or when time is spent`() throws {
        let met = UntilOutcome(met: true, comparisons: [])
        let missed = UntilOutcome(met: false, comparisons: [])
        var configuration = Recipe.Until()
        configuration.maxMinutes = 1
        var loop = UntilLoop(configuration)
        #expect(loop.best == nil)
        loop.record(scores: [:], outcome: missed, seconds: 30)
        #expect(loop.next != .stop(.timeSpent))
        var late = loop
        late.record(scores: [:], outcome: missed, seconds: 30)
        #expect(late.next == .stop(.timeSpent))
        loop.record(scores: [:], outcome: met, seconds: 30)
        #expect(loop.next == .stop(.met))
        #expect(loop.best == 1)
    }
}
