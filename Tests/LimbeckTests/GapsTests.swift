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

    /// Of an hour of 2023.
    private func stamp(_ hour: Int) -> String {
        Date(timeIntervalSince1970: 1_672_531_200 + Double(hour) * 3600).ISO8601Format()
    }

    /// Demand follows a temperature that comes out of nothing: who knows it ahead knows the demand.
    private func demand(_ hours: Int, knownTo end: Int, folder: String, spoiled: (hour: Int, column: Int)? = nil) throws
        -> String
    {
        var state: UInt64 = 11
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        var temperature = 10.0
        var text = "time,station,load,humidity,temp\n"
        for hour in 0..<end {
            if hour % 6 == 0 { temperature = 20 * draw() }
            var cells = [
                hour < hours ? String(format: "%.2f", 100 - 3 * temperature + draw()) : "",
                hour < hours ? String(format: "%.2f", 60 + 5 * draw()) : "", String(format: "%.2f", temperature),
            ]
            if let spoiled, hour >= spoiled.hour, spoiled.column == 2 || hour < hours { cells[spoiled.column] = "77" }
            text += "\(stamp(hour).prefix(16)),north,\(cells.joined(separator: ","))\n"
        }
        let path = folder + "/demand-\(UUID().uuidString).csv"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test
    func `what is known ahead is learned from, needed as far as the forecast goes, and nothing else of the future`()
        throws
    {
        let folder = try folder(), hours = 1200
        let path = try demand(hours, knownTo: hours + 6, folder: folder)
        func run(_ task: String) throws -> RunResult {
            try self.run(
                "path: \(path)", task: "history: 12, horizon: 6, targets: [load]\(task)",
                student: "stid, set: { width: 16 }", epochs: 40, in: folder)
        }
        let ahead = try run(", futureCovariates: [temp], leaveOneOut: true"), past = try run("")
        func error(_ result: RunResult) throws -> Double {
            try #require(result.scores.value(role: .distilledStudent, metric: "mae"))
        }
        let (known, unknown) = (try error(ahead), try error(past))
        #expect(known < 0.5 * unknown, "\(known) with the temperature ahead, \(unknown) without")
        // What is noise brings nothing, the temperature nearly all.
        let gains = Dictionary(uniqueKeysWithValues: ahead.leftOut.map { ($0.source, $0.gain) })
        #expect(gains.keys.sorted() == ["humidity", "temp"])
        #expect(try #require(gains["temp"]) > 0.5 && abs(#require(gains["humidity"])) < 0.1, "\(gains)")
        let summary = try CommandLineTool.run(["describe", ahead.studentPath], in: Folder())
        #expect(summary.output.contains("to be known 6 h ahead: temp"), "\(summary.output)")
        let report = try String(contentsOfFile: ahead.reportPath, encoding: .utf8)
        #expect(report.contains("temp (known ahead)"))

        // The file's own end, and one that tells the temperature for too short a time.
        func forecast(_ input: String, _ more: [String] = []) throws -> CommandLineTool.Outcome {
            try CommandLineTool.run(["forecast", ahead.studentPath, "--input", input] + more, in: Folder())
        }
        let next = try forecast(path)
        #expect(next.exitCode == 0 && next.output.split(separator: "\n").count == 7, "\(next)")
        let short = try forecast(demand(hours, knownTo: hours + 4, folder: folder))
        #expect(short.exitCode == 1 && short.errors.contains("2 steps short"), "\(short)")
        // Of the future nothing changes a forecast but the temperature, and that only within the horizon.
        let origin = 1000, base = try forecast(path, ["--origin", "\(origin)"])
        for (hour, column, isSame) in [
            (origin, 0, true), (origin, 1, true), (origin + 6, 2, true), (origin + 5, 2, false), (origin - 1, 0, false),
        ] {
            let spoiled = try demand(hours, knownTo: hours + 6, folder: folder, spoiled: (hour, column))
            let outcome = try forecast(spoiled, ["--origin", "\(origin)"])
            #expect((outcome.output == base.output) == isSame, "column \(column) from \(hour) on")
        }

        for (task, message) in [
            ("targets: [temp], futureCovariates: [temp]", "known ahead"), ("futureCovariates: [wind]", "wind"),
            ("targets: [load], futureCovariates: [temp], horizon: 13", "task.history"),
            ("futureCovariates: [load, humidity, temp]", "none is left"),
            ("targets: [load, humidity, temp], leaveOneOut: true", "no covariates"),
        ] {
            let recipe = try Recipe(
                yaml:
                    "data: { path: \(path) }\ntask: { history: 12, \(task.contains("horizon") ? "" : "horizon: 6, ")\(task) }\n"
            )
            let error = #expect(throws: LimbeckError.self) { try PreparedData(recipe) }
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `events of a calendar are a source known ahead`() throws {
        let folder = try folder()
        let path = try demand(1200, knownTo: 1200, folder: folder)
        let events = [3, 9, 17, 30, 41, 52].map {
            "BEGIN:VEVENT\r\nUID:\($0)\r\nSUMMARY:Fair\r\nDTSTART;VALUE=DATE:\(stamp($0 * 24).prefix(10).filter { $0 != "-" })\r\nEND:VEVENT\r\n"
        }
        try ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + events.joined() + "END:VCALENDAR\r\n").write(
            toFile: folder + "/fairs.ics", atomically: true, encoding: .utf8)
        let sources = "[{ path: \(folder)/fairs.ics, as: futureCovariates }]"
        let result = try run(
            "path: \(path), sources: \(sources)", task: "history: 12, horizon: 6, targets: [load]", in: folder)
        let summary = try CommandLineTool.run(["describe", result.studentPath], in: Folder())
        #expect(summary.output.contains("to be known 6 h ahead: fairs"), "\(summary.output)")
        let arguments = ["forecast", result.studentPath, "--input", path]
        let alone = try CommandLineTool.run(arguments, in: Folder())
        #expect(alone.exitCode == 1 && alone.errors.contains("fairs"), "\(alone)")
        let whole = try CommandLineTool.run(arguments + ["--set", "data.sources=\(sources)"], in: Folder())
        #expect(whole.exitCode == 0 && whole.output.split(separator: "\n").count == 7, "\(whole)")
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
