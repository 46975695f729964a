import Foundation
import Testing

extension CommandLineTests {
    /// `limbeck export --to swift`.
    @Suite struct SwiftExport {
        private func export(_ output: String, in folder: Folder) throws -> CommandLineTool.Outcome {
            try CommandLineTool.run(["export", "run", "--to", "swift", "--output", output], in: folder)
        }

        /// Compiled with the runtime of this build, it must hold the file's bytes and a student of them.
        @Test func `the file compiles beside the runtime and holds the student`() throws {
            let folder = try CommandLineFixture.copyOfFinished()
            let outcome = try export("walkers.swift", in: folder)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            try folder.write(
                "main.swift",
                """
                import LimbeckRuntime
                let student = try Walkers.student()
                let zeros = [Float](repeating: 0, count: student.shape.inputCount)
                let forecast = try student.predict(history: zeros, at: 0).values
                print(student.shape.horizon, forecast.count, forecast.allSatisfy { $0.isFinite })
                print(Walkers.bytes.map { String($0) }.joined(separator: " "))
                """)
            let built = try CommandLineTool.executable.get().deletingLastPathComponent()
            let objects = try ["LimbeckRuntime", "CLimbeckRuntime"].flatMap { target in
                try FileManager.default.contentsOfDirectory(
                    at: built.appendingPathComponent("\(target).build"), includingPropertiesForKeys: nil
                ).filter { $0.pathExtension == "o" }.map(\.path)
            }
            try #require(objects.count > 20)
            let map = built.appendingPathComponent("CLimbeckRuntime.build/module.modulemap").path
            try finish(
                "/usr/bin/env",
                [
                    "swiftc", "-O", "-swift-version", "6", "-warnings-as-errors", "-I",
                    built.appendingPathComponent("Modules").path, "-Xcc", "-fmodule-map-file=\(map)", "main.swift",
                    "walkers.swift", "-o", "shipped", "-lm",
                ] + objects, in: folder, output: "compiler.log")
            try finish(folder.path("shipped"), [], in: folder, output: "answer")
            let lines = try folder.text("answer").split(separator: "\n")
            #expect(lines.first == "6 18 true")
            let bytes = lines.last?.split(separator: " ").compactMap { UInt8($0) } ?? []
            #expect(try Data(bytes) == folder.bytes("run/student.limbeck"))
        }

        @Test(arguments: [("my-student.swift", "My-student"), ("student.swift", "Student"), ("x.txt", "x.txt")])
        func `a name that Swift cannot have is said, and nothing is written`(_ output: String, _ named: String) throws {
            let folder = try CommandLineFixture.copyOfFinished()
            let before = try folder.contents().keys.sorted()
            let outcome = try export(output, in: folder)
            #expect(outcome.exitCode == 1)
            #expect(outcome.errorCount == 1)
            #expect(outcome.errors.contains(named))
            #expect(try folder.contents().keys.sorted() == before)
        }

        /// Runs a tool to its end; what it says is in `output`, and in the failure.
        private func finish(_ tool: String, _ arguments: [String], in folder: Folder, output: String) throws {
            try folder.write(output, "")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: tool)
            process.arguments = arguments
            process.currentDirectoryURL = folder.url
            let log = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path(output)))
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = log
            process.standardError = log
            try process.run()
            process.waitUntilExit()
            let said = try folder.text(output).prefix(2000)
            try #require(process.terminationStatus == 0, "\(tool): \(said)")
        }
    }
}
