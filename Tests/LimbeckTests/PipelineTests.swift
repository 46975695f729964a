import Foundation
import Limbeck
import LimbeckEvaluation
import LimbeckFiles
import LimbeckSeries
import Testing

/// The whole path in this process, on a data set of seconds.
@Suite(.serialized) struct PipelineTests {
    @Test func `a target on bytes reads the file that is shipped`() throws {
        let folder = try CommandLineFixture.folder()
        let plain = try run(folder, "plain")
        let bytes = try #require(plain.scores.value(role: .distilledStudent, metric: "bytes"))
        #expect(Int(bytes) == (try FileBytes.read(plain.studentPath).count))
        // One byte below the file's size is missed, the size itself is met.
        let missed = try run(folder, "missed", "until.target=student.bytes < \(Int(bytes))", "until.maxTrials=1")
        #expect(missed.isTargetMet == false)
        let met = try run(folder, "met", "until.target=student.bytes <= \(Int(bytes))", "until.maxTrials=1")
        #expect(met.isTargetMet == true)
    }

    @Test func `a later trial that cannot be is recorded, and the best before it is kept`() throws {
        let folder = try CommandLineFixture.folder()
        let result = try run(
            folder, "run", "training.learningRate=1.4e-45", "until.adjust=[learningRate]",
            "until.target=student.mae < 0", "until.maxTrials=2")
        #expect(result.isTargetMet == false)
        #expect(result.trials.count == 2)
        #expect(result.trials[0].failure == nil)
        #expect(result.trials[1].failure?.contains("learningRate") == true)
        let kept = try JSONDecoder().decode(
            [Trial].self, from: Data(contentsOf: URL(fileURLWithPath: result.directory.path + "/trials.json")))
        #expect(kept == result.trials)
        #expect(FileManager.default.fileExists(atPath: result.studentPath))
    }

    @Test func `a student without a width is not made wider in silence`() throws {
        let folder = try CommandLineFixture.folder()
        let target = ["student.model=linear", "student.set={}", "until.target=student.mae < 0", "until.maxTrials=2"]
        let error = #expect(throws: LimbeckError.self) {
            try run(folder, "a", target + ["until.adjust=[widerStudent]"])
        }
        #expect(error?.message.contains("until.adjust: only asks for a wider student, but linear has no width") == true)
        let result = try run(folder, "b", target + ["until.adjust=[widerStudent, moreEpochs]"])
        #expect(result.trials.map(\.adjustment) == [nil, .moreEpochs])
    }

    @Test func `a student shipped as int8 is scored as shipped, and is smaller`() throws {
        let folder = try CommandLineFixture.folder()
        for aware in [false, true] {
            let result = try run(folder, "int8-\(aware)", "student.weights=int8", "student.quantizationAware=\(aware)")
            let plain = try #require(result.scores.value(role: .distilledStudent, metric: "bytes"))
            let bytes = try #require(result.scores.value(role: .shippedStudent, metric: "bytes"))
            #expect(Int(bytes) == (try FileBytes.read(result.studentPath).count))
            #expect(bytes < plain)
            let error = try #require(result.scores.value(role: .shippedStudent, metric: "mae"))
            let float = try #require(result.scores.value(role: .distilledStudent, metric: "mae"))
            #expect(abs(error - float) < 0.05 * float)
            #expect(result.comparison.contains("Student shipped: stid, int8"))
            #expect(result.shippedDifference?.largest == 0, "read back, it forecasts what was scored")
        }
        let error = #expect(throws: (any Error).self) { try run(folder, "aware", "student.quantizationAware=true") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("set weights: int8 beside it"))
    }

    @Test func `a term may read two teachers`() throws {
        let folder = try CommandLineFixture.folder()
        let terms = "distillation.terms=[{name: mean, loss: teacherMean, set: {weights: [1, 3]}}]"
        let alone = #expect(throws: LimbeckError.self) { try run(folder, "alone", terms) }
        #expect(alone?.message.contains("needs 2 teachers") == true)
        let result = try run(
            folder, "two", terms, "otherTeachers=[{model: stid, epochs: 1, batch: 16, set: {width: 4}}]")
        let teachers = Set(result.scores.all.filter { $0.role == .teacher }.map(\.model))
        #expect(teachers == ["graphMixer", "stid (2)"])
        #expect(FileManager.default.fileExists(atPath: result.directory.path + "/checkpoints/soft-labels-2.bin"))
    }

    @Test func `a second run finds the soft labels of the first, and other data does not`() throws {
        let folder = try CommandLineFixture.folder()
        let observer = Notes()
        _ = try run(folder, "runs/1", observer: observer)
        #expect(observer.notes.contains { $0.hasPrefix("recorded ") })
        let first = try FileBytes.read(folder.path("runs/1/checkpoints/soft-labels.bin"))
        observer.notes = []
        _ = try run(folder, "runs/2", "training.epochs=1", observer: observer)
        #expect(observer.notes.contains { $0.hasPrefix("reused ") && $0.contains("runs/1") })
        #expect(try FileBytes.read(folder.path("runs/2/checkpoints/soft-labels.bin")) == first)
        observer.notes = []
        _ = try run(folder, "runs/3", "task.horizon=5", observer: observer)
        #expect(observer.notes.contains { $0.hasPrefix("recorded ") })
    }

    @Test func `a term that does not fit is refused before anything is trained`() throws {
        let folder = try CommandLineFixture.folder()
        let observer = Notes()
        let error = #expect(throws: LimbeckError.self) {
            try run(
                folder, "run", "distillation.terms=[{name: h, loss: hint, set: {student: nowhere, teacher: nowhere}}]",
                observer: observer)
        }
        #expect(error?.message.hasPrefix("distillation.terms: ") == true)
        #expect(error?.message.contains("no tap \"nowhere\"") == true)
        #expect(observer.stages.isEmpty && !FileManager.default.fileExists(atPath: folder.path("run")))
    }

    @Test func `a teacher that learns beside the student is the one that is scored`() throws {
        let folder = try CommandLineFixture.folder()
        let observer = Notes()
        let result = try run(
            folder, "run", "distillation.method=online",
            observer: observer)
        #expect(!observer.stages.contains { $0.hasPrefix("Teacher") || $0 == "Soft labels" })
        #expect(result.scores.value(role: .teacher, metric: "mae") != nil)
    }

    @Test func `imputation that looks ahead is refused, and the others never do`() throws {
        let folder = try CommandLineFixture.folder()
        let error = #expect(throws: LimbeckError.self) { try run(folder, "run", "task.impute=linear") }
        #expect(error?.message.contains("would see its own future; use forward, mean") == true)

        try folder.write("counts.csv", CommandLineFixture.csv(gap: 395..<405))
        let recipe = try Recipe.load(folder.path("recipe.yaml"), overrides: ["data.path=\(folder.path("counts.csv"))"])
        let series = try recipe.dataSource().load().series
        var changed = series
        let cut = 400 * series.stepSize
        for index in cut..<changed.values.count { changed.values[index] *= 3 }
        // Nor does spatial, which needs coordinates.
        for entry in ImputerCatalog.standard.entries where entry.name != "spatial" {
            let filled = try [series, changed].map {
                try entry.make().impute($0, fittedOn: 0..<360).series.values[..<cut]
            }
            #expect((filled[0] == filled[1]) == entry.isCausal, "\(entry.name)")
        }
    }

    @Test func `constant readings end with a report, a seed beyond scores is refused`() throws {
        let folder = try CommandLineFixture.folder()
        let rows = (0..<600).map { CommandLineFixture.time($0) + ",5,5,5" }
        try folder.write("counts.csv", "time,a,b,c\n" + rows.joined(separator: "\n") + "\n")
        let result = try run(folder, "run")
        #expect(try #require(result.shippedDifference).largest < 1e-3)
        let error = #expect(throws: LimbeckError.self) { try run(folder, "large", "seed=18446744073709551615") }
        #expect(error?.message.contains("seed: must be at most") == true)
    }

    @Test func `a test part without a reading is refused before training`() throws {
        let folder = try CommandLineFixture.folder()
        try folder.write("counts.csv", CommandLineFixture.csv(gap: 470..<600))
        let error = #expect(throws: LimbeckError.self) { try run(folder, "run") }
        #expect(error?.message.contains("counts.csv: the test part, steps 480 to 599, has no reading") == true)
    }

    private func run(_ folder: Folder, _ name: String, _ overrides: String..., observer: Notes = Notes()) throws
        -> RunResult
    {
        try run(folder, name, overrides, observer: observer)
    }

    private func run(_ folder: Folder, _ name: String, _ overrides: [String], observer: Notes = Notes()) throws
        -> RunResult
    {
        var pipeline = Pipeline(
            try Recipe.load(
                folder.path("recipe.yaml"),
                overrides: ["data.path=\(folder.path("counts.csv"))", "training.threads=1"] + overrides))
        pipeline.runDirectory = folder.path(name)
        pipeline.observer = observer
        return try pipeline.run()
    }
}

/// Keeps what a run told.
private final class Notes: RunObserver {
    var stages: [String] = [], notes: [String] = []
    func stage(_ text: String) { stages.append(text) }
    func note(_ text: String) { notes.append(text) }
    func progress(_ state: ProgressState) {}
    func epochEnded(_ state: ProgressState) {}
}
