import Foundation
import Limbeck
import LimbeckEvaluation
import LimbeckFiles
import LimbeckONNX
import Testing

/// Teachers that this tool did not train: an ONNX file, or forecasts.
@Suite(.serialized) struct GivenTeacherTests {
    private func run(_ folder: Folder, _ name: String, _ overrides: [String]) throws -> RunResult {
        var pipeline = Pipeline(
            try Recipe.load(
                folder.path("recipe.yaml"),
                overrides: ["data.path=\(folder.path("counts.csv"))", "training.threads=1"] + overrides))
        pipeline.runDirectory = folder.path(name)
        return try pipeline.run()
    }

    /// `[windows, 24, 3]` to the last reading `weight` times, `[windows, 6, 3]`.
    private func repeating(weight: Float) -> [UInt8] {
        var file = ONNXModel()
        file.graph.inputs = [ONNXValueInfo("x", .float32, [.named("windows"), .fixed(24), .fixed(3)])]
        file.graph.outputs = [ONNXValueInfo("y", .float32, [])]
        file.graph.initializers = [
            ONNXTensor("weight", [1], floats: [weight]), ONNXTensor("last", [1], integers: [-1]),
            ONNXTensor("end", [1], integers: [.max]), ONNXTensor("axis", [1], integers: [1]),
            ONNXTensor("repeats", [3], integers: [1, 6, 1]),
        ]
        file.graph.nodes = [
            ONNXNode("Slice", inputs: ["x", "last", "end", "axis"], outputs: ["now"]),
            ONNXNode("Mul", inputs: ["now", "weight"], outputs: ["scaled"]),
            ONNXNode("Tile", inputs: ["scaled", "repeats"], outputs: ["y"]),
        ]
        return file.encoded()
    }

    private static let original = ["teacher.model=onnx", "teacher.input=original", "teacher.output=original"]

    @Test func `an ONNX teacher that repeats the last reading scores as persistence does`() throws {
        let folder = try CommandLineFixture.folder()
        try AtomicFile.write(folder.path("teacher.onnx"), bytes: repeating(weight: 1))
        let file = ["teacher.file=\(folder.path("teacher.onnx"))"]
        let result = try run(folder, "given", Self.original + file)
        let persistence = try #require(result.scores.value(role: .persistence, metric: "mae"))
        let teacher = try #require(result.scores.value(role: .teacher, metric: "mae"))
        #expect(abs(teacher - persistence) < 1e-3 * persistence)
        #expect(result.scores.value(role: .teacher, metric: "parameters") == 1)
        #expect(!FileManager.default.fileExists(atPath: folder.path("given/checkpoints/teacher.ckpt")))
        #expect(FileManager.default.fileExists(atPath: result.studentPath))
    }

    @Test func `fine-tuning mends a teacher whose weight is wrong`() throws {
        let folder = try CommandLineFixture.folder()
        try AtomicFile.write(folder.path("teacher.onnx"), bytes: repeating(weight: 0.5))
        let file = Self.original + ["teacher.file=\(folder.path("teacher.onnx"))"]
        let given = try #require(try run(folder, "given", file).scores.value(role: .teacher, metric: "mae"))
        let tuned = try run(
            folder, "tuned", file + ["teacher.fineTune=true", "teacher.epochs=20", "teacher.learningRate=0.02"])
        let better = try #require(tuned.scores.value(role: .teacher, metric: "mae"))
        #expect(better < 0.7 * given, "\(given) to \(better)")
        #expect(FileManager.default.fileExists(atPath: folder.path("tuned/checkpoints/teacher.ckpt")))
    }

    @Test func `an earlier run's teacher teaches again without being trained`() throws {
        let folder = try CommandLineFixture.folder()
        let teacher = ["teacher.model=stid", "teacher.set={width: 8}", "teacher.members=2", "teacher.epochs=2"]
        let first = try run(folder, "first", teacher)
        let weights = teacher + ["teacher.weights=\(folder.path("first/teacher.safetensors"))"]
        let second = try run(folder, "second", weights)
        for metric in ["mae", "rmse", "parameters"] {
            let value = try #require(first.scores.value(role: .teacher, metric: metric))
            #expect(second.scores.value(role: .teacher, metric: metric) == value, "\(metric)")
        }
        // The same labels teach the same student.
        #expect(try folder.bytes("first/student.safetensors") == folder.bytes("second/student.safetensors"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("second/checkpoints/teacher.ckpt")))
        let tuned = try run(folder, "tuned", weights + ["teacher.fineTune=true", "teacher.learningRate=0.0001"])
        #expect(FileManager.default.fileExists(atPath: folder.path("tuned/checkpoints/teacher.ckpt")))
        let before = try #require(first.scores.value(role: .teacher, metric: "mae"))
        let after = try #require(tuned.scores.value(role: .teacher, metric: "mae"))
        // It begins where the other ended: two small steps away, not two epochs from the start.
        #expect(after != before && abs(after - before) < 0.1 * before, "\(before) to \(after)")
    }

    @Test func `weights of another shape are refused with all that does not fit`() throws {
        let folder = try CommandLineFixture.folder()
        _ = try run(folder, "first", ["teacher.model=stid", "teacher.set={width: 8, blocks: 1}", "teacher.epochs=1"])
        let weights = ["teacher.model=stid", "teacher.weights=\(folder.path("first/teacher.safetensors"))"]
        let narrow = message { try run(folder, "a", weights + ["teacher.set={width: 6, blocks: 2}"]) }
        for part in [
            "teacher.weights: no values for ", "head/weight [6, 6] (head/weight is [8, 6])",
            #"block1/in/bias [6] (no "block1/in/bias" or "block1.in.bias")"#, "in names where each lies",
        ] { #expect(narrow.contains(part), "\(narrow)") }
        let shallow = message { try run(folder, "a", weights + ["teacher.set={width: 8, blocks: 0}"]) }
        #expect(shallow.contains("unused are block0/in/bias [8], block0/in/weight [8, 8]"), "\(shallow)")
        let ignoring = ["teacher.set={width: 8, blocks: 0}", "teacher.ignore=[block0/*]", "teacher.epochs=1"]
        _ = try run(folder, "b", weights + ignoring)
        #expect(
            message { try run(folder, "c", ["teacher.names={a: b}"]) }.contains(
                "teacher.names: says how weights are read"))
        let both = weights + ["teacher.predictions=x.csv"]
        #expect(message { try run(folder, "c", both) }.contains("a teacher is one of them"))
        let imported = ["teacher.model=onnx", "teacher.weights=x.safetensors"]
        #expect(message { try run(folder, "c", imported) }.contains("are for a model of the catalog"))
        let nothing = message { try run(folder, "c", weights + ["teacher.names={a: [b]}"]) }
        #expect(nothing.contains("teacher.names.a: expected an array's name or { from"), "\(nothing)")
        #expect(message { try run(folder, "c", weights + ["teacher.names={a: b}"]) }.contains("no parameter \"a\""))
        #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    }

    @Test func `a file that does not fit is refused at its key, before anything is trained`() throws {
        let folder = try CommandLineFixture.folder()
        try folder.write("teacher.onnx", "no model")
        let file = "teacher.file=\(folder.path("teacher.onnx"))"
        #expect(
            message { try run(folder, "a", Self.original + [file]) }.hasPrefix("teacher.file: This is no ONNX model"))
        try AtomicFile.write(folder.path("teacher.onnx"), bytes: repeating(weight: 1))
        let short = message { try run(folder, "a", Self.original + [file, "task.history=12"]) }
        #expect(short.contains("[windows, 24, 3]") && short.contains("12 steps"))
        #expect(message { try run(folder, "a", ["teacher.model=onnx"]) }.contains("teacher.file: missing"))
        #expect(message { try run(folder, "a", [file]) }.contains("is read by model: onnx only"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    }

    /// What persistence forecasts, as rows of a CSV.
    private func forecasts(places: [String] = CommandLineFixture.places, leaving missing: Int? = nil) throws -> String {
        let rows = CommandLineFixture.csv().split(separator: "\n").dropFirst().map {
            $0.split(separator: ",").dropFirst()
        }
        var text = ["origin,step,place,value"]
        for origin in 24...594 where origin != missing {
            for step in 1...6 {
                for (node, cell) in rows[origin - 1].enumerated() {
                    text.append("\(CommandLineFixture.time(origin)),\(step),\(places[node]),\(cell)")
                }
            }
        }
        return text.joined(separator: "\n") + "\n"
    }

    @Test func `forecasts alone are a teacher, aligned by time and by place`() throws {
        let folder = try CommandLineFixture.folder()
        try folder.write("forecasts.csv", forecasts())
        let file = ["teacher.predictions=\(folder.path("forecasts.csv"))"]
        let result = try run(folder, "run", file)
        let persistence = try #require(result.scores.value(role: .persistence, metric: "mae"))
        let teacher = try #require(result.scores.value(role: .teacher, metric: "mae"))
        #expect(abs(teacher - persistence) < 1e-4 * persistence)
        #expect(result.scores.value(role: .teacher, metric: "parameters") == nil)
        // A term that looks inside the teacher has nothing to look at.
        let hint = ["distillation.terms=[{name: h, loss: hint, set: {student: block0, teacher: block0}}]"]
        #expect(!message { try run(folder, "hint", file + hint) }.isEmpty)
    }

    @Test func `forecasts that do not fit are refused with what was expected and what is there`() throws {
        let folder = try CommandLineFixture.folder()
        let file = ["teacher.predictions=\(folder.path("forecasts.csv"))"]
        try folder.write("forecasts.csv", forecasts(places: ["north", "west", "harbour"]))
        let place = message { try run(folder, "a", file) }
        #expect(place.contains("place 2: expected \"south\", found \"west\""), "\(place)")
        let horizon = message { try run(folder, "a", file + ["task.horizon=4"]) }
        #expect(horizon.contains("steps ahead: expected 4 (task.horizon), found 6"), "\(horizon)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    }

    @Test func `windows without a forecast are learned without the terms that read it, and counted`() throws {
        let folder = try CommandLineFixture.folder()
        let file = ["teacher.predictions=\(folder.path("forecasts.csv"))"]
        try folder.write("forecasts.csv", forecasts(leaving: 100))
        let result = try run(folder, "a", file)
        let warning = try #require(result.warnings.first)
        #expect(warning.contains("no forecast of forecasts.csv for 1 of "), "\(warning)")
        #expect(warning.contains("training windows, which are learned without its terms"), "\(warning)")
        #expect(result.scores.value(role: .teacher, metric: "mae") != nil)
        #expect(result.scores.value(role: .distilledStudent, metric: "mae") != nil)
        // None of the training part is no teacher.
        let late = try forecasts().split(separator: "\n").filter { $0.hasPrefix("origin") || $0 >= "2024-01-25" }
        try folder.write("forecasts.csv", late.joined(separator: "\n") + "\n")
        let none = message { try run(folder, "b", file) }
        #expect(none.contains("origins: expected one at 2024-01-02T00:00"), "\(none)")
    }

    /// The first reading of each place that a window forecasts, changed, as rows of a CSV for `steps` ahead.
    private func perfect(
        steps: Int, last: Int = 594, shift: Int = 0, _ value: (_ step: Int, _ node: Int, _ truth: [Double]) -> Double
    ) -> String {
        let rows = CommandLineFixture.csv().split(separator: "\n").dropFirst().map {
            $0.split(separator: ",").dropFirst().map { Double($0) ?? 0 }
        }
        var text = ["origin,step,place,value"]
        for origin in 24...last where origin + steps <= rows.count {
            // Of all steps and places: [step · places + place].
            let truth = (0..<steps).flatMap { rows[origin + $0] }
            for step in 0..<steps {
                for node in rows[0].indices {
                    let number = value(step, node, truth)
                    text.append(
                        "\(CommandLineFixture.time(origin + shift)),\(step + 1),\(CommandLineFixture.places[node]),\(number)"
                    )
                }
            }
        }
        return text.joined(separator: "\n") + "\n"
    }

    @Test func `a teacher without forecasts for the test part is said to be not scored, everywhere`() throws {
        let folder = try CommandLineFixture.folder()
        try folder.write("forecasts.csv", perfect(steps: 6, last: 500) { step, node, truth in truth[3 * step + node] })
        let result = try run(folder, "run", ["teacher.predictions=\(folder.path("forecasts.csv"))"])
        let warning = try #require(result.warnings.first)
        #expect(warning.contains("teacher not scored: no forecast for "), "\(warning)")
        #expect(warning.contains(" test windows; "))
        #expect(warning.contains("2024-01-02T00:00 to 2024-01-21T20:00"), "\(warning)")
        #expect(result.scores.value(role: .teacher, metric: "mae") == nil)
        #expect(try folder.text("run/report.html").contains("teacher not scored: no forecast for "))
    }

    @Test func `origins that are all one step late are refused with the shift`() throws {
        let folder = try CommandLineFixture.folder()
        try folder.write("forecasts.csv", perfect(steps: 6, shift: 1) { step, node, truth in truth[3 * step + node] })
        let late = message { try run(folder, "a", ["teacher.predictions=\(folder.path("forecasts.csv"))"]) }
        #expect(late.contains("all windows are there 1 h later: an origin is the time of the first step"), "\(late)")
    }

    @Test func `a perfect teacher needs no word`() throws {
        let folder = try CommandLineFixture.folder()
        try folder.write("forecasts.csv", perfect(steps: 6) { step, node, truth in truth[3 * step + node] })
        let result = try run(folder, "run", ["teacher.predictions=\(folder.path("forecasts.csv"))"])
        #expect(result.warnings.isEmpty, "\(result.warnings)")
    }

    @Test func `standardised values and exchanged axes are named by what would mend them`() throws {
        let folder = try CommandLineFixture.folder()
        let file = ["teacher.predictions=\(folder.path("forecasts.csv"))"]
        try folder.write(
            "forecasts.csv", perfect(steps: 6) { step, node, truth in (truth[3 * step + node] - 100) / 50 })
        let scaled = try run(folder, "scaled", file).warnings
        #expect(scaled.count == 1 && scaled[0].contains("is worse than repeating the last value"), "\(scaled)")
        #expect(scaled[0].contains("scaled back") || scaled[0].contains("another unit"), "\(scaled)")
        try folder.write("forecasts.csv", perfect(steps: 3, last: 597) { step, node, truth in truth[3 * node + step] })
        let exchanged = try run(folder, "exchanged", file + ["task.horizon=3"]).warnings
        #expect(
            exchanged.first?.contains("with the axes of steps and places exchanged its MAE would be") == true,
            "\(exchanged)")
        #expect(try folder.text("exchanged/report.html").contains("the axes of steps and places exchanged"))
    }
}
