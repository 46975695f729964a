import Foundation
import Limbeck
import LimbeckEvaluation
import Testing

/// Runs on data with gaps and two channels: what was trained is what the file does from the raw readings, whatever
/// fills, transforms and scales them. A run ends in an error where it is not.
@Suite(.serialized) struct GapsTests {
    /// Three places with coordinates, by the hour over five weeks: a count to 400 and a share to 1, a tenth missing.
    private func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/limbeck-gaps-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = "time,station,latitude,longitude,flow,share\n"
        var state: UInt64 = 5
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        var silentUntil = [0, 0, 0]
        for hour in 0..<24 * 35 {
            let day = 1 + hour / 24, month = day > 31 ? 2 : 1
            let date = "2024-0\(month)-\(String(format: "%02d", day > 31 ? day - 31 : day))T"
            for place in 0..<3 {
                if draw() < 0.01 { silentUntil[place] = hour + Int(draw() * 20) }
                let wave = 1 + sin(Double(hour % 24) / 24 * 2 * .pi + Double(place))
                let flow = draw() < 0.05 || hour < silentUntil[place] ? "" : "\(Int(190 * wave + 20 * draw()))"
                let share =
                    draw() < 0.05 || hour < silentUntil[place] ? "" : String(format: "%.3f", 0.4 * wave + 0.1 * draw())
                text +=
                    "\(date)\(String(format: "%02d", hour % 24)):00,p\(place),\(50 + place),\(10 - place),\(flow),\(share)\n"
            }
        }
        try text.write(toFile: folder + "/gaps.csv", atomically: true, encoding: .utf8)
        return folder
    }

    /// A run of small models, whose file does what was trained.
    private func run(
        _ data: String, task: String, student: String = "stid, set: { width: 4 }", epochs: Int = 1, in folder: String
    ) throws -> RunResult {
        var pipeline = Pipeline(
            try Recipe(
                yaml: """
                    name: gaps
                    data: { \(data) }
                    task: { \(task) }
                    teacher: { model: stid, epochs: \(epochs), set: { width: 4 } }
                    student: { model: \(student) }
                    training: { epochs: \(epochs), threads: 1 }
                    """))
        pipeline.runDirectory = folder + "/run-\(UUID().uuidString)"
        let result = try pipeline.run()
        let shipped = try #require(result.shippedDifference)
        #expect(shipped.largest <= 1e-5 * shipped.range, "\(data), \(task), \(student): \(shipped)")
        return result
    }

    /// Steps that do not follow the clock: trading days with holidays, months, two of them missing, and visits on no
    /// days of their own.
    @Test(arguments: ["days", "months", "visits"])
    func `students of steps that are no clock's are what was trained, and forecast the next ones`(_ kind: String) throws
    {
        let folder = try folder()
        var text = "date,a,b\n"
        var date = DateComponents(
            calendar: Calendar(identifier: .gregorian), timeZone: .gmt, year: 2019, month: 1, day: 1)
        for index in 0..<1500 {
            guard kind != "months" || index < 240 else { break }
            let instant = try #require(date.date), weekday = (Int(instant.timeIntervalSince1970) / 86_400 + 3) % 7
            let isRow =
                switch kind {
                case "months": index != 30 && index != 31
                case "visits": index * index % 11 < 7
                default: weekday < 5 && index % 97 != 50
                }
            if isRow {
                let wave = kind == "months" ? sin(Double(index) / 12 * 2 * .pi) : Double(weekday)
                text += "\(instant.ISO8601Format().prefix(10)),\(10 + wave + 0.1 * Double(index % 3)),\(20 - wave)\n"
            }
            if kind == "months" { date.month = (date.month ?? 1) + 1 } else { date.day = (date.day ?? 1) + 1 }
        }
        let path = folder + "/\(kind).csv"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let data = "path: \(path)" + (kind == "visits" ? ", calendar: observed" : "")
        let result = try run(data, task: "history: 6, horizon: 3", epochs: 2, in: folder)
        if kind == "days" {
            let seasonal = try Recipe(
                yaml: "data: { \(data) }\ntask: { history: 6, horizon: 3, impute: seasonal }\n")
            #expect(throws: LimbeckError.self) { try PreparedData(seasonal) }
        }
        // New data of too few rows to tell what steps are: the student's file does.
        let lines = text.split(separator: "\n")
        try ([lines[0]] + lines.suffix(8)).joined(separator: "\n").write(
            toFile: folder + "/new.csv", atomically: true, encoding: .utf8)
        let output = try CommandLineTool.run(
            ["forecast", result.studentPath, "--input", folder + "/new.csv"], in: Folder())
        let stamps = output.output.split(separator: "\n").dropFirst().map { String($0.prefix(10)) }
        #expect(stamps.count == 6 && output.exitCode == 0, "\(output)")
        let wanted = [
            "days": ["2023-02-09", "2023-02-10", "2023-02-13"], "months": ["2039-01-01", "2039-02-01", "2039-03-01"],
            "visits": ["2023-02-08", "2023-02-09", "2023-02-10"],
        ]
        #expect(stamps == wanted[kind]?.flatMap { [$0, $0] }, "\(stamps)")
    }

    /// Flow is forecast from flow and share: every model of the catalog, from raw readings, down to the file.
    @Test(arguments: ["stid", "graphMixer", "recurrent", "temporal", "linear", "graphWaveNet", "grid"])
    func `targets are forecast, covariates are read, and the file does as was trained`(_ model: String) throws {
        let folder = try folder()
        let result = try run(
            "path: \(folder)/gaps.csv, step: 1h", task: "history: 8, horizon: 3, targets: [share]", student: model,
            in: folder)
        #expect(result.scores.channels.isEmpty, "one channel is scored")
        // Forecast and evaluated from a file whose columns stand in another order.
        let lines = try String(contentsOfFile: folder + "/gaps.csv", encoding: .utf8).split(separator: "\n")
        let swapped = lines.map { line -> String in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return (cells[0..<4] + [cells[5], cells[4]]).joined(separator: ",")
        }
        try swapped.joined(separator: "\n").write(toFile: folder + "/swapped.csv", atomically: true, encoding: .utf8)
        let outputs = try ["gaps", "swapped"].map { file in
            try CommandLineTool.run(
                ["forecast", result.studentPath, "--input", "\(folder)/\(file).csv"], in: Folder())
        }
        #expect(outputs[0].exitCode == 0 && outputs[0].output == outputs[1].output, "\(outputs[1])")
        let rows = outputs[0].output.split(separator: "\n").dropFirst()
        #expect(rows.count == 9 && rows.allSatisfy { $0.contains(",share,") })
        let evaluated = try CommandLineTool.run(
            ["evaluate", result.studentPath, "--input", folder + "/swapped.csv"], in: Folder())
        #expect(evaluated.exitCode == 0, "\(evaluated)")
    }

    @Test func `a source of covariates is joined, learned from, and needed again by the student`() throws {
        let folder = try folder()
        // What share will be, three hours ahead, by the hour; and a city's daily number.
        let lines = try String(contentsOfFile: folder + "/gaps.csv", encoding: .utf8).split(separator: "\n").dropFirst()
        let cells = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let wide = Dictionary(grouping: cells) { $0[0] }.sorted { $0.key < $1.key }
        try
            ("time,p0,p1,p2\n"
            + wide.map { time, rows in "\(time),\(rows.map { $0[5] }.joined(separator: ","))\n" }.joined())
            .write(toFile: folder + "/leading.csv", atomically: true, encoding: .utf8)
        try ("date,city\n" + (1...31).map { "2024-01-\($0 < 10 ? "0" : "")\($0),\($0 % 7)\n" }.joined())
            .write(toFile: folder + "/daily.csv", atomically: true, encoding: .utf8)
        let sources =
            "[{ path: \(folder)/leading.csv, as: pastCovariates }, { path: \(folder)/daily.csv, as: pastCovariates }]"
        let result = try run(
            "path: \(folder)/gaps.csv, step: 1h, value: flow, sources: \(sources)", task: "history: 8, horizon: 3",
            in: folder)
        #expect(result.scores.channels.isEmpty)
        let summary = try CommandLineTool.run(["describe", result.studentPath], in: Folder())
        #expect(summary.output.contains("reads besides: leading; daily"), "\(summary.output)")
        let base = ["forecast", result.studentPath, "--input", folder + "/gaps.csv", "--set", "data.value=flow"]
        let alone = try CommandLineTool.run(base, in: Folder())
        #expect(alone.exitCode == 1 && alone.errors.contains("leading"), "\(alone)")
        let whole = try CommandLineTool.run(base + ["--set", "data.sources=\(sources)"], in: Folder())
        #expect(whole.exitCode == 0 && whole.output.split(separator: "\n").count == 10, "\(whole)")
        let report = try String(contentsOfFile: result.reportPath, encoding: .utf8)
        #expect(report.contains("leading"))
    }

    @Test func `a target that is no channel is named with those there are`() throws {
        let folder = try folder()
        let recipe = try Recipe(
            yaml: "data: { path: \(folder)/gaps.csv }\ntask: { history: 8, horizon: 3, targets: [flwo] }\n")
        let error = #expect(throws: LimbeckError.self) { try PreparedData(recipe) }
        #expect(error?.message.contains("flow") == true && error?.message.contains("task.targets[0]") == true)
    }

    @Test func `every imputer with every transform and scale is carried to the device`() throws {
        let folder = try folder()
        for impute in ["forward", "mean", "median", "seasonal", "spatial"] {
            for (transform, scale) in [("identity", "perNode"), ("squareRoot", "global"), ("identity", "global")] {
                let result = try run(
                    "path: \(folder)/gaps.csv, step: 1h",
                    task: "history: 8, horizon: 3, impute: \(impute), transform: \(transform), scale: \(scale)",
                    in: folder)
                #expect(result.scores.channels == ["flow", "share"])
                #expect(result.comparison.contains("share"))
            }
        }
    }
}
