import Foundation
import Testing

extension CommandLineTests {
    /// A student from a teacher that is there.
    @Suite struct Distilling {
        private func distill(_ arguments: [String], in folder: Folder) throws -> CommandLineTool.Outcome {
            try CommandLineTool.run(
                ["distill", "recipe.yaml", "--run-dir", "new", "--threads", "1"] + arguments, in: folder)
        }

        @Test func `without a teacher nothing is trained, and it is said where one may be`() throws {
            let folder = try CommandLineFixture.folder()
            let outcome = try distill([], in: folder)
            #expect(outcome.exitCode == 1)
            for said in ["teacher (graphMixer) would have to be trained", "--teacher", "--train-teacher"] {
                #expect(outcome.errors.contains(said), "\(outcome.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path("new")))
        }

        @Test func `the teacher of another run is taken as it is`() throws {
            let folder = try CommandLineFixture.folder()
            let finished = try CommandLineFixture.finished().path("run")
            for teacher in [finished, finished + "/teacher.safetensors"] {
                try? FileManager.default.removeItem(atPath: folder.path("new"))
                let outcome = try distill(["--teacher", teacher], in: folder)
                #expect(outcome.exitCode == 0, "\(outcome)")
                #expect(!outcome.errors.contains("Teacher: graphMixer: epoch"))
                // The same teacher with the same data has the same soft labels and scores.
                func errors(_ path: String) throws -> [String] {
                    try String(contentsOfFile: path + "/scores.json", encoding: .utf8).split(separator: "\n")
                        .filter { $0.contains("\"teacher\"") && $0.contains("\"mae\"") }
                        .map { String($0).replacing(#/"model": "[^"]*", /#, with: "") }
                }
                #expect(try errors(folder.path("new")) == errors(finished))
                #expect(try !errors(finished).isEmpty)
            }
        }

        @Test func `what holds no teacher is refused, with what was looked for`() throws {
            let folder = try CommandLineFixture.folder()
            try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: true)
            for (teacher, said) in [
                ("nowhere", "nowhere: there is no such file or folder"), ("empty", "holds no recipe.yaml"),
                ("recipe.yaml", "a teacher is a run's folder, weights"),
            ] {
                let outcome = try distill(["--teacher", teacher], in: folder)
                #expect(outcome.exitCode == 1)
                #expect(outcome.errors.contains(said), "\(outcome.errors)")
            }
            let both = try distill(["--teacher", "nowhere", "--train-teacher"], in: folder)
            #expect(both.exitCode == 64)
        }
    }
}
