import Foundation
import Testing

extension CommandLineTests {
    @Suite struct ExitCodes {
        @Test func `a run that ends is 0 and leaves everything it promises`() throws {
            let folder = try CommandLineFixture.finished()
            for file in [
                "recipe.yaml", "metrics.jsonl", "scores.json", "report.html", "student.limbeck",
                "checkpoints/teacher.ckpt", "checkpoints/soft-labels.bin", "tensorboard/teacher",
            ] { #expect(folder.has("run/" + file), "\(file)") }
            let left = try folder.contents().keys.filter { $0.contains(".part") || $0.contains(".tmp") }
            #expect(left.isEmpty)
        }

        @Test func `a target that is met is 0`() throws {
            let folder = try CommandLineFixture.folder()
            let outcome = try CommandLineTool.run(
                [
                    "run", "recipe.yaml", "--run-dir", "run", "--threads", "1", "--quiet",
                    "--set", "until.target=student.bytes < 1 MB",
                ], in: folder)
            #expect(outcome.exitCode == 0)
            #expect(outcome.errors.isEmpty)
        }

        @Test func `a target that is not met is 3, and the best student is kept`() throws {
            let folder = try CommandLineFixture.folder()
            let outcome = try CommandLineTool.run(
                [
                    "run", "recipe.yaml", "--run-dir", "run", "--threads", "1", "--quiet", "--set",
                    "until.target=student.mae < 0.001 * teacher.mae", "--set", "until.maxTrials=2",
                ],
                in: folder)
            #expect(outcome.exitCode == 3)
            #expect(outcome.errorCount == 1)
            #expect(outcome.errors.contains("was not met within 2 trials"))
            #expect(outcome.errors.contains("best student is kept"))
            for trial in 1...2 { #expect(folder.has("run/checkpoints/distilledStudent-trial\(trial).ckpt")) }
            #expect(folder.has("run/report.html"))
            let forecast = try CommandLineTool.run(
                ["forecast", "run/student.limbeck", "--input", "counts.csv"], in: folder)
            #expect(forecast.exitCode == 0)
        }

        @Test func `bad input is 1`() throws {
            let outcome = try CommandLineTool.run(["run", "absent.yaml"], in: Folder())
            #expect(outcome.exitCode == 1)
            #expect(outcome.errorCount == 1)
        }

        @Test(arguments: [
            ["run", "recipe.yaml", "--frobnicate"], ["run"], ["run", "--resume"], ["forecast"],
            ["forecast", "student.limbeck"], ["compare"], ["run", "recipe.yaml", "--threads", "0"],
            ["run", "recipe.yaml", "--seed", "abc"], ["export", "run", "--to", "keras", "--output", "x"],
            ["evaluate", "s.limbeck", "--input", "x.csv", "--share", "2"], ["brew"],
        ])
        func `wrong usage is 64, said on standard error with the usage line`(_ arguments: [String]) throws {
            let folder = try Folder()
            let outcome = try CommandLineTool.run(arguments, in: folder)
            #expect(outcome.exitCode == 64)
            #expect(outcome.errorCount == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("Usage: limbeck"))
            #expect(try folder.contents().isEmpty)
        }

        @Test(arguments: [
            ("rum", "unknown command rum; did you mean run?"), ("forcast", "did you mean forecast?"),
            ("recipe.yaml", "to run a recipe: limbeck run recipe.yaml"),
        ])
        func `a mistyped command is told, and what was meant`(_ word: String, _ message: String) throws {
            let outcome = try CommandLineTool.run([word, "x"], in: Folder())
            #expect(outcome.exitCode == 64)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
        }

        @Test func `training the teacher alone is 0, and distilling goes on from it`() throws {
            let folder = try CommandLineFixture.folder()
            let train = try CommandLineTool.run(
                ["train", "recipe.yaml", "--run-dir", "run", "--threads", "1"], in: folder)
            #expect(train.exitCode == 0)
            #expect(!folder.has("run/student.limbeck"))
            let teacher = try folder.bytes("run/checkpoints/teacher.ckpt")
            let distill = try CommandLineTool.run(
                ["distill", "--resume", "--run-dir", "run", "--threads", "1"], in: folder)
            #expect(distill.exitCode == 0)
            #expect(!distill.errors.contains("graphMixer epoch"), "the teacher was trained again")
            #expect(try folder.bytes("run/checkpoints/teacher.ckpt") == teacher)
            let finished = try CommandLineFixture.finished()
            #expect(try folder.bytes("run/student.limbeck") == finished.bytes("run/student.limbeck"))
        }

        @Test func `off a terminal an epoch is one line, and quiet says nothing`() throws {
            let folder = try CommandLineFixture.folder()
            let told = try CommandLineTool.run(
                ["run", "recipe.yaml", "--run-dir", "a", "--threads", "1"], in: folder)
            for role in ["Teacher: graphMixer", "Student alone: stid", "Student distilled: stid"] {
                for epoch in 1...2 {
                    let lines = told.errors.split(separator: "\n").filter { $0.hasPrefix("\(role) epoch \(epoch)/2,") }
                    #expect(lines.count == 1)
                    #expect(!lines.contains { $0.contains(" 0 windows/s") }, "a rate that was not measured")
                }
            }
            #expect(!told.errors.contains("\u{1B}") && !told.errors.contains("\r"))
            let quiet = try CommandLineTool.run(
                ["run", "recipe.yaml", "--run-dir", "b", "--threads", "1", "--quiet", "--json"], in: folder)
            #expect(quiet.errors.isEmpty)
            let result = try JSONSerialization.jsonObject(with: Data(quiet.output.utf8)) as? [String: Any]
            #expect(result?["run"] as? String == "b")
            #expect(result?["student"] as? String == "b/student.limbeck")
            #expect(result?["report"] as? String == "b/report.html")
            #expect((result?["verdict"] as? String)?.contains("On this seed") == true || result?["verdict"] != nil)
            let scores = result?["scores"] as? [[String: Any]]
            let file = try JSONSerialization.jsonObject(with: folder.bytes("b/scores.json")) as? [[String: Any]]
            #expect(scores?.count == file?.count)
        }
    }
}
