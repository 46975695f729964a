import Foundation
import LimbeckEvaluation
import Testing

@testable import Limbeck

/// Runs that ask something else than values: events, labels, classes, quantiles; from raw readings down to the file.
@Suite(.serialized) struct QuestionsTests {
    /// Three places by the hour over ten weeks: a load with a daily wave and bursts that build up over hours, what kind
    /// of hour it is, and whether a valve was open. A few readings are missing.
    static func data(_ name: String = "load", weeks: Int = 10, spoiledFrom: Int = .max, in folder: String) throws
        -> String
    {
        var state: UInt64 = 17
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        var text = "time,station,load,kind,valve\n"
        var burst = [0.0, 0.0, 0.0]
        for hour in 0..<24 * 7 * weeks {
            let stamp = Date(timeIntervalSince1970: 1_672_617_600 + Double(hour) * 3600).ISO8601Format().prefix(16)
            for place in 0..<3 {
                burst[place] = 0.8 * burst[place] + (draw() < 0.04 ? 25 * draw() : 0)
                let load = 40 + 15 * sin(Double(hour % 24) / 24 * 2 * .pi + Double(place)) + burst[place] + 2 * draw()
                let kind = load < 35 ? 0 : load < 55 ? 1 : 2
                let isMissing = draw() < 0.02, spoiled = hour >= spoiledFrom
                text +=
                    "\(stamp),p\(place),\(isMissing ? "" : String(format: "%.2f", spoiled ? 99 : load)),\(spoiled ? 1 : kind),\(load > 60 ? 1 : 0)\n"
            }
        }
        let path = folder + "/\(name).csv"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/limbeck-questions-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    private func recipe(_ path: String, _ task: String, epochs: Int = 8, more: String = "") throws -> Recipe {
        try Recipe(
            yaml: """
                name: question
                data: { path: \(path), channels: [load, kind, valve] }
                task: { history: 12, \(task) }
                teacher: { model: graphMixer, epochs: \(epochs), set: { width: 16 } }
                student: { model: stid, set: { width: 8 } }
                training: { epochs: \(epochs), threads: 1 }
                \(more)
                """)
    }

    private func run(
        _ path: String, _ task: String, epochs: Int = 8, more: String = "", in folder: String
    ) throws -> RunResult {
        var pipeline = Pipeline(try recipe(path, task, epochs: epochs, more: more))
        pipeline.runDirectory = folder + "/run-\(UUID().uuidString)"
        let result = try pipeline.run()
        let shipped = try #require(result.shippedDifference)
        #expect(shipped.largest <= 1e-5 * shipped.range, "\(task): \(shipped)")
        return result
    }

    private func value(_ result: RunResult, _ role: Role, _ metric: String) throws -> Double {
        try #require(result.scores.value(role: role, metric: metric), "\(role.rawValue), \(metric)")
    }

    @Test func `an event is warned of from the recipe to the device`() throws {
        let folder = try folder(), path = try Self.data(in: folder)
        let result = try run(
            path, "kind: classify, targets: [load], event: \"load > quantile(0.9, hourOfDay) within 3h\"", in: folder)
        for role in [Role.teacher, .conventionalStudent, .distilledStudent, Role(rawValue: "logistic")] {
            #expect(
                try value(result, role, "averagePrecision")
                    > value(result, Role(rawValue: "seasonalRate"), "averagePrecision"))
            #expect(try value(result, role, "averagePrecisionOnset") < value(result, role, "averagePrecision"))
        }
        #expect(result.comparison.contains("PR AUC, onset") && result.comparison.contains("Seasonal rate"))
        #expect(result.verdict.contains("log loss"))
        let report = try String(contentsOfFile: result.reportPath, encoding: .utf8)
        for words in [
            "How well it is told", "Precision and recall", "data-chart=\"calibration\"", "Warned of", "log loss",
        ] {
            #expect(report.contains(words), "\(words)")
        }
        // The next step's probabilities and alarms, of each place.
        let forecast = try CommandLineTool.run(
            ["forecast", result.studentPath, "--input", path, "--set", "data.channels=[load, kind, valve]"],
            in: Folder())
        let rows = forecast.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(rows.first == ["time", "place", "channel", "value", "unit", "alarm"] && rows.count == 4, "\(forecast)")
        #expect(
            rows.dropFirst().allSatisfy { $0[2] == "event" && $0[4] == "probability" && ["0", "1"].contains($0[5]) })
        let card = try CommandLineTool.run(["describe", result.studentPath], in: Folder())
        #expect(card.output.contains("load > quantile(0.9, hourOfDay) within 3h"), "\(card.output)")
        let evaluated = try CommandLineTool.run(["evaluate", result.studentPath, "--input", path], in: Folder())
        #expect(evaluated.exitCode == 1 && evaluated.errors.contains("tells labels (event)"), "\(evaluated)")
    }

    @Test func `anomalies are found that were never labelled, from the recipe to the device`() throws {
        let folder = try folder(), path = try Self.data(in: folder)
        // The last two weeks are the test part: one place repeats a reading for a day and a half.
        var rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        let first = rows.firstIndex { $0.hasPrefix("2023-03-07T06:00,p1") } ?? 0
        for row in stride(from: first, to: first + 36 * 3, by: 3) {
            var cells = rows[row].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            cells[2] = "47.11"
            rows[row] = cells.joined(separator: ",")
        }
        let spoiled = folder + "/spoiled.csv", labels = folder + "/labels.csv"
        try rows.joined(separator: "\n").write(toFile: spoiled, atomically: true, encoding: .utf8)
        try "place,start,end,kind\np1,2023-03-07T06:00,2023-03-08T18:00,stuck\n".write(
            toFile: labels, atomically: true, encoding: .utf8)
        let result = try run(
            spoiled, "kind: detect, targets: [load], falseAlarms: 0.2, anomalies: \(labels)", in: folder)
        for role in [Role.teacher, .distilledStudent] {
            #expect(try value(result, role, "eventRecall") == 1)
            #expect(try value(result, role, "logLoss") < value(result, Role(rawValue: "usual"), "logLoss"))
            #expect(try value(result, role, "vusPR") > value(result, Role(rawValue: "movingZScore"), "vusPR"))
        }
        #expect(result.comparison.contains("VUS-PR") && result.comparison.contains("Neighbours"))
        #expect(try String(contentsOfFile: result.reportPath, encoding: .utf8).contains("Precision and recall"))
        let forecast = try CommandLineTool.run(
            ["forecast", result.studentPath, "--input", spoiled, "--set", "data.channels=[load, kind, valve]"],
            in: Folder())
        #expect(forecast.errors.contains("see limbeck detect"), "\(forecast)")
        let detected = try CommandLineTool.run(
            ["detect", result.studentPath, "--input", spoiled, "--set", "data.channels=[load, kind, valve]"],
            in: Folder())
        let alarms = detected.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(alarms.first == ["place", "start", "end", "score"], "\(detected)")
        #expect(alarms.contains { $0[0] == "p1" && $0[1] >= "2023-03-07T06" && $0[1] < "2023-03-08T18" }, "\(detected)")
        // A student of less precision is scored as it is shipped, with a threshold of its own answers.
        let yaml = "kind: detect, targets: [load], falseAlarms: 0.2, anomalies: \(labels)"
        var pipeline = Pipeline(
            try Recipe(
                yaml: recipe(spoiled, yaml, epochs: 2).yaml(), overrides: ["student.weights=int8"]))
        pipeline.runDirectory = folder + "/int8"
        let small = try pipeline.run()
        let device = try StudentForecaster(path: small.studentPath), data = try PreparedData(pipeline.recipe)
        let answer = try device.forecast(data.series.withGaps, origins: data.validation)
        let expected = AnomalyScores(answer, of: data.series, channels: 1).smoothed(over: 6)
            .threshold(alarmsPerDay: 0.2, data.series.times)
        #expect(device.thresholds == [expected])
        for metric in ["vusPR", "logLoss", "averagePrecisionPlanted"] {
            #expect(try value(small, .shippedStudent, metric) > 0)
        }
        // Without labels what is planted and how many alarms there are is told.
        let plain = try run(path, "kind: detect, targets: [load]", epochs: 2, in: folder)
        #expect(try value(plain, .teacher, "alarmsPerDay") >= 0)
        #expect(try value(plain, .teacher, "averagePrecisionPlanted") > 0.05)
        #expect(plain.scores.value(role: .teacher, metric: "vusPR") == nil)
        for (task, words) in [
            ("kind: detect, horizon: 3", "tells of the last reading"),
            ("kind: detect, event: \"load > 3\"", "is for kind: classify"),
            ("anomalies: x.csv", "is for kind: detect"), ("kind: detect, falseAlarms: 0", "must be above 0"),
            ("kind: detect, faults: { kinds: [stuk] }", "did you mean stuck?"),
            ("kind: detect, anomalies: nowhere.csv", "nowhere.csv"),
        ] {
            #expect(message { try run(path, task, epochs: 1, in: folder) }.contains(words), "\(task)")
        }
        // What trials cannot compare is refused before anything is trained.
        let told = message {
            try run(
                spoiled, "kind: detect, targets: [load], anomalies: \(labels)", epochs: 1,
                more: "until: { target: student.vusPR > 0.5 }", in: folder)
        }
        #expect(told.contains("vusPR is told of labelled intervals"), "\(told)")
    }

    @Test func `several events have a probability each, and what is rare may be weighed`() throws {
        let folder = try folder(), path = try Self.data(in: folder)
        let task = "kind: classify, events: { high: \"load > 60 within 2h\", low: \"load < 30\" }"
        let plain = try run(path, task, in: folder)
        #expect(plain.scores.channels == ["high", "low"])
        #expect(plain.comparison.contains("high") && plain.comparison.contains("low"))
        let weighed = try run(
            path, task,
            more: """
                distillation:
                  terms:
                    - { name: hard, loss: crossEntropy, weight: 0.5, set: { balanced: true, focus: 1 } }
                    - { name: soft, loss: temperatureKL, weight: 0.5, temperature: 2 }
                """, in: folder)
        // Weighed, it is no longer told as often as it happens.
        #expect(
            try value(weighed, .conventionalStudent, "ece") > value(plain, .conventionalStudent, "ece"))
        let sampled = try Pipeline(recipe(path, task)).run(under: "over", in: folder)
        #expect(sampled.scores.channels == ["high", "low"])
    }

    @Test func `columns of labels and of classes are told and not read`() throws {
        let folder = try folder(), path = try Self.data(in: folder)
        let label = try run(path, "kind: classify, labels: [valve], horizon: 1", in: folder)
        for baseline in [Role.persistence, Role(rawValue: "seasonalRate")] {
            #expect(try value(label, .teacher, "averagePrecision") > value(label, baseline, "averagePrecision"))
        }
        let classes = try run(path, "kind: classify, labels: [kind], horizon: 0", in: folder)
        #expect(classes.scores.channels == ["kind 0", "kind 1", "kind 2"])
        // What kind of hour it is can be read off the load.
        #expect(try value(classes, .teacher, "accuracy") > 0.85)
        #expect(try value(classes, .teacher, "accuracy") > value(classes, .persistence, "accuracy"))
        let forecast = try CommandLineTool.run(
            ["forecast", classes.studentPath, "--input", path, "--set", "data.channels=[load, valve]"], in: Folder())
        let rows = forecast.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
        #expect(rows.count == 9, "\(forecast)")
        for place in 0..<3 {
            let sum = rows[3 * place..<3 * place + 3].reduce(0.0) { $0 + (Double($1[3]) ?? 0) }
            #expect(abs(sum - 1) < 1e-4)
        }
    }

    @Test func `quantiles are forecast, hold, and never cross on the device`() throws {
        let folder = try folder(), path = try Self.data(in: folder)
        let result = try run(path, "horizon: 6, targets: [load], quantiles: [0.1, 0.5, 0.9]", epochs: 40, in: folder)
        for role in [Role.ridge, .teacher, .conventionalStudent, .distilledStudent] {
            #expect(abs(try value(result, role, "coverage") - 80) < 12, "\(role.rawValue)")
            #expect(try value(result, role, "crps") < value(result, role, "mae"))
        }
        let report = try String(contentsOfFile: result.reportPath, encoding: .utf8)
        #expect(report.contains("Do the quantiles hold?") && result.comparison.contains("CRPS"))
        let arguments = ["--input", path, "--set", "data.channels=[load, kind, valve]"]
        let forecast = try CommandLineTool.run(["forecast", result.studentPath] + arguments, in: Folder())
        let rows = forecast.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(rows[0] == ["time", "place", "channel", "quantile", "value", "unit"] && rows.count == 1 + 6 * 3 * 3)
        let values = rows.dropFirst().compactMap { Double($0[4]) }
        for first in stride(from: 0, to: values.count, by: 3) {
            #expect(values[first] <= values[first + 1] && values[first + 1] <= values[first + 2])
        }
        let evaluated = try CommandLineTool.run(["evaluate", result.studentPath] + arguments, in: Folder())
        #expect(evaluated.exitCode == 0 && evaluated.output.contains("CRPS"), "\(evaluated)")
    }

    /// Everything after the last reading of a window is changed; what is told of that window is not.
    @Test(arguments: [
        "kind: classify, targets: [load], event: \"load > 60 within 3h\"", "kind: classify, labels: [kind], horizon: 2",
        "horizon: 3, targets: [load], quantiles: [0.1, 0.5, 0.9]",
    ])
    func `nothing of the future reaches an answer`(_ task: String) throws {
        let folder = try folder(), path = try Self.data(in: folder)
        let result = try run(path, task, in: folder)
        let origin = 1200, spoiled = try Self.data("spoiled", spoiledFrom: origin, in: folder)
        let earlier = try Self.data("earlier", spoiledFrom: origin - 1, in: folder)
        let outputs = try [path, spoiled, earlier].map {
            try CommandLineTool.run(
                [
                    "forecast", result.studentPath, "--input", $0, "--origin", "\(origin)", "--set",
                    "data.channels=\(task.contains("labels") ? "[load, valve]" : "[load, kind, valve]")",
                ], in: Folder())
        }
        #expect(outputs[0].exitCode == 0 && outputs[0].output == outputs[1].output, "\(outputs[1])")
        #expect(outputs[0].output != outputs[2].output)
    }

    @Test(arguments: [
        ("kind: classify", "task.kind: classify needs to know what; write an event"),
        ("kind: classify, event: \"load > 60\", labels: [kind]", "classify asks one thing, not event and labels"),
        ("event: \"load > 60\"", "task.event: is for kind: classify"),
        ("kind: classify, event: \"laod > 60\"", "task.event: \"laod\" is not known"),
        ("kind: classify, event: \"load > \"", "expected a number, a channel or what is usual, found the end"),
        ("kind: classify, event: \"load > 1000\"", "\"event\" never holds in training"),
        ("kind: classify, event: \"load < 1000\"", "\"event\" always holds in training"),
        (
            "kind: classify, event: \"load > 60 within 1h for 2h\"",
            "is to hold for 2 steps within 1, which it never can"
        ),
        ("kind: classify, labels: [load]", "which is no class"),
        ("kind: classify, labels: [kind, valve]", "Among several labels each is 0 or 1, but \"kind\" holds 0, 1, 2"),
        ("kind: classify, labels: [kin]", "task.labels[0]: \"kin\" is not known"),
        ("kind: classify, labels: [valve], targets: [valve]", "\"valve\" is among task.targets too"),
        ("horizon: 0", "task.horizon: must be at least 1"),
        ("quantiles: [0.9, 0.5]", "task.quantiles: must ascend between 0 and 1, with 0.5 among them"),
        ("quantiles: [0.1, 0.9]", "task.quantiles: must ascend"),
        ("kind: classify, quantiles: [0.5], event: \"load > 60\"", "task.quantiles: are for kind: forecast"),
    ])
    func `a question that cannot be asked is refused by its key`(_ task: String, _ message: String) throws {
        let folder = try folder(), path = try Self.data(weeks: 4, in: folder)
        do {
            _ = try PreparedData(recipe(path, task))
            Issue.record("asked: \(task)")
        } catch { #expect("\(error)".contains(message), "\(error)") }
    }

    @Test func `losses that do not fit the question are refused before anything is trained`() throws {
        let folder = try folder(), path = try Self.data(weeks: 4, in: folder)
        for (task, loss, words) in [
            ("kind: classify, event: \"load > 60\"", "teacherBounded", "for classes temperatureKL"),
            ("horizon: 3, quantiles: [0.1, 0.5, 0.9]", "crossEntropy", "for forecasts use hard"),
            ("horizon: 3", "temperatureKL", "for forecasts use softTarget"),
        ] {
            let recipe = try recipe(
                path, task, more: "distillation: { terms: [{ name: odd, loss: \(loss) }] }")
            let error = #expect(throws: LimbeckError.self) { try Pipeline(recipe).run() }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
        let sampling = try recipe(path, "horizon: 3", more: "").setting { $0.training.sampling = .over }
        #expect(throws: LimbeckError.self) { try Pipeline(sampling).run() }
    }

    @Test func `windows with what is rare are drawn as often as others, or others left out`() throws {
        let folder = try folder(), path = try Self.data(in: folder)
        let data = try PreparedData(recipe(path, "kind: classify, targets: [load], event: \"load > 70\""))
        let labels = try #require(data.problem.labels)
        func isRare(_ origin: Int) -> Bool {
            (0..<3).contains { labels.truth.values[labels.truth.offset(time: origin, node: $0)] == 1 }
        }
        let over = data.problem.sampled(data.train, .over), under = data.problem.sampled(data.train, .under)
        let rare = data.train.count(where: isRare), others = data.train.count - rare
        #expect(rare > 0 && others > 2 * rare)
        #expect(Set(over) == Set(data.train) && over.count(where: isRare) == min(20, others / rare) * rare)
        #expect(under.count(where: isRare) == rare && abs(under.count - 2 * rare) <= 1)
        #expect(over == over.sorted() && under == under.sorted())
        #expect(data.problem.sampled(data.train, .all) == data.train)
    }

    @Test func `a run of labels that was stopped goes on to the same bits`() throws {
        let folder = try folder(), path = try Self.data(in: folder)
        let task = "kind: classify, targets: [load], event: \"load > 60 within 2h\""
        let first = try run(path, task, in: folder)
        var again = Pipeline(try recipe(path, task))
        again.resuming = first.directory.path
        let second = try again.run()
        func steady(_ result: RunResult) -> [Score] { result.scores.all.filter { $0.metric != "latencyMicroseconds" } }
        #expect(steady(first) == steady(second))
    }
}

extension Recipe {
    fileprivate func setting(_ change: (inout Recipe) -> Void) -> Recipe {
        var recipe = self
        change(&recipe)
        return recipe
    }
}

extension Pipeline {
    fileprivate func run(under sampling: String, in folder: String) throws -> RunResult {
        var pipeline = self
        pipeline.recipe.training.sampling = try #require(Recipe.Training.Sampling(rawValue: sampling))
        pipeline.runDirectory = folder + "/run-\(UUID().uuidString)"
        return try pipeline.run()
    }
}
