import Foundation
import LimbeckData
import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries
import Testing

@testable import Limbeck

/// Further contestants, methods, metrics, and what stands beside readings, from the recipe to the report.
@Suite(.serialized) struct ExperimentTests {
    private func run(
        _ folder: Folder, _ name: String, _ overrides: String..., recipe: String = "recipe.yaml",
        resuming: Bool = false, catalogs: Catalogs = .standard
    ) throws -> RunResult {
        var pipeline = Pipeline(
            try Recipe.load(
                folder.path(recipe),
                overrides: ["data.path=\(folder.path("counts.csv"))", "training.threads=1"] + overrides))
        if resuming { pipeline.resuming = folder.path(name) } else { pipeline.runDirectory = folder.path(name) }
        pipeline.catalogs = catalogs
        return try pipeline.run()
    }

    private let further =
        "contestants=[{name: tiny, student: {set: {width: 2}}}, {name: beside, distillation: {method: online}}, "
        + "{name: hints, distillation: {method: hintsFirst, set: {share: 0.5}, terms: [{name: hint, loss: hint, set: "
        + "{student: block0, teacher: block0}}, {name: hard, loss: hard}]}, training: {epochs: 4}}]"

    @Test func `further students stand in the same table and report, and do not touch the one that ships`() throws {
        let folder = try CommandLineFixture.folder()
        let alone = try run(folder, "alone"), result = try run(folder, "run", further)
        #expect(!answers(alone).isEmpty && answers(alone) == answers(result))
        for name in ["tiny", "beside", "hints"] {
            let role = Role.student(named: name)
            #expect(try #require(result.scores.value(role: role, metric: "mae")).isFinite)
            #expect(result.comparison.contains("Student \(name)"), "\(result.comparison)")
        }
        let tiny = try #require(result.scores.value(role: .student(named: "tiny"), metric: "parameters"))
        #expect(tiny < (try #require(result.scores.value(role: .distilledStudent, metric: "parameters"))))
        let report = try String(contentsOfFile: result.reportPath, encoding: .utf8)
        #expect(report.contains("Student hints"))
        // Resumed, it is all there already and says the same.
        let again = try run(folder, "run", further, resuming: true)
        #expect(
            again.scores.value(role: .student(named: "hints"), metric: "mae")
                == result.scores.value(role: .student(named: "hints"), metric: "mae"))
    }

    /// What the student that ships is scored with, but for its speed.
    private func answers(_ result: RunResult) -> [Score] {
        result.scores.all.filter { $0.role == .distilledStudent && $0.metric != Cost.latencyMicroseconds.rawValue }
    }

    @Test(arguments: [
        ("contestants=[{name: a}, {name: a}]", "contestants[1].name"),
        ("contestants=[{name: \"a b\"}]", "contestants[0].name"),
        ("contestants=[{student: {model: stid}}]", "missing; name the contestant"),
        ("contestants=[{name: a, student: {model: std}}]", "did you mean stid"),
        ("contestants=[{name: a, distillation: {method: ofline}}]", "did you mean offline"),
        ("contestants=[{name: a, training: {epoch: 3}}]", "contestants[0].training.epoch: unknown key"),
        (
            "contestants=[{name: a, distillation: {method: hintsFirst}}]",
            "contestants[0] (a): distillation.method: The method"
        ),
        ("distillation.method=hintsFirst", "needs a term that compares layers"),
        ("task.metrics=[smap]", "did you mean smape"), ("task.metrics=[f1]", "f1 is not for kind: forecast"),
        ("until.target=student.brier < 1", "brier is not for kind: forecast"),
    ])
    func `what cannot be is refused before anything is trained`(_ override: String, _ message: String) throws {
        let folder = try CommandLineFixture.folder()
        let error = #expect(throws: LimbeckError.self) { _ = try run(folder, "run", override) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `metrics of the catalog are measured where they are asked for`() throws {
        let folder = try CommandLineFixture.folder()
        struct Worst: Metric {
            var name: String { "worst" }
            var summary: String { "The largest error." }
            var direction: MetricDirection { .lowerIsBetter }
            var unit: MetricUnit { .sameAsChannel }
            var task: MetricTask { .regression }
            func value(_ input: MetricInput) throws -> MetricValue {
                let gaps = zip(input.predicted, input.expected).map { Double(abs($0 - $1)) }
                return MetricValue(gaps.max() ?? 0, count: gaps.count)
            }
        }
        var catalogs = Catalogs.standard
        catalogs.metrics = .standard + [MetricEntry(Worst())]
        let result = try run(
            folder, "run", "task.metrics=[worst, r2]", "until.target=student.smape < 200", "until.maxTrials=1",
            catalogs: catalogs)
        for metric in ["worst", "r2", "smape", "mae"] {
            #expect(result.scores.value(role: .ridge, metric: metric) != nil, "\(metric)")
        }
        #expect(result.isTargetMet == true && result.comparison.contains("smape %"), "\(result.comparison)")
    }

    @Test func `words and facts of places are read, credited, and needed no longer than they are`() throws {
        let folder = try Folder()
        var state: UInt64 = 5
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        // A level jumps for three hours after a message says so, and noise in words says nothing.
        var text = "time,station,level\n", words = "time,station,note\n", noise = "time,note\n"
        var left = [0, 0, 0, 0]
        for hour in 0..<1200 {
            let stamp = Date(timeIntervalSince1970: 1_672_531_200 + Double(hour) * 3600).ISO8601Format().prefix(16)
            if draw() < 0.3 { noise += "\(stamp),\(draw() < 0.5 ? "burst ahead" : "all clear")\n" }
            for place in 0..<4 {
                text += "\(stamp),p\(place),\(String(format: "%.2f", (left[place] > 0 ? 60 : 20) + 2 * draw()))\n"
                if left[place] > 0 {
                    left[place] -= 1
                } else if draw() < 0.1 {
                    left[place] = 3
                    words += "\(stamp),p\(place),Burst ahead!\n"
                }
            }
        }
        try folder.write("counts.csv", text)
        try folder.write("words.csv", words)
        try folder.write("noise.csv", noise)
        try folder.write("places.csv", "id,height,use\np0,10,road\np1,20,park\np2,30,road\np3,40,park\n")
        try folder.write(
            "recipe.yaml",
            """
            name: words
            data: { path: counts.csv, value: level }
            task: { history: 6, horizon: 3, seasons: [], leaveOneOut: true }
            teacher: { model: stid, epochs: 2, set: { width: 8 } }
            student: { model: stid, set: { width: 16 } }
            training: { epochs: 25, batch: 32, learningRate: 0.005 }
            """)
        let sources =
            "[{path: \(folder.path("words.csv")), as: pastCovariates, text: {hashed: 6}}, {path: "
            + "\(folder.path("noise.csv")), as: pastCovariates, text: {hashed: 6}}, {path: "
            + "\(folder.path("places.csv")), as: staticCovariates}]"
        let result = try run(folder, "run", "data.sources=\(sources)")
        let gains = Dictionary(uniqueKeysWithValues: result.leftOut.map { ($0.source, $0.gain) })
        #expect(gains.keys.sorted() == ["noise", "places", "words"])
        #expect(try #require(gains["words"]) > 0.2 && abs(#require(gains["noise"])) < 0.1, "\(gains)")
        let shipped = try #require(result.shippedDifference)
        #expect(shipped.largest <= 1e-5 * shipped.range, "\(shipped)")
        let report = try String(contentsOfFile: result.reportPath, encoding: .utf8)
        #expect(report.contains("words brings") && report.contains("3 static covariates"))

        // The file knows its places; words it must be given.
        func forecast(_ more: [String]) throws -> CommandLineTool.Outcome {
            try CommandLineTool.run(
                ["forecast", result.studentPath, "--input", folder.path("counts.csv"), "--set", "data.value=level"]
                    + more,
                in: Folder())
        }
        let without = try forecast([])
        #expect(without.exitCode == 1 && without.errors.contains("words.0"), "\(without)")
        let given = try forecast(["--set", "data.sources=\(sources)"])
        #expect(given.exitCode == 0 && given.output.split(separator: "\n").count == 13, "\(given)")
        // Words of the future change nothing.
        let origin = ["--origin", "900", "--set", "data.sources=\(sources)"]
        let before = try forecast(origin)
        let lines = words.split(separator: "\n", omittingEmptySubsequences: false)
        let cut = Date(timeIntervalSince1970: 1_672_531_200 + 900 * 3600).ISO8601Format().prefix(16)
        try folder.write(
            "words.csv",
            lines.map {
                $0 == lines[0] || $0 < cut ? String($0) : $0.replacingOccurrences(of: "Burst ahead!", with: "x")
            }
            .joined(separator: "\n"))
        let after = try forecast(origin)
        #expect(before.exitCode == 0 && after.output == before.output)
    }
}
