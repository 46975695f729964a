import Foundation
import Testing

extension CommandLineTests {
    /// One error that names the place and the remedy, exit code 1, and nothing touched.
    @Suite struct BadInput {
        @Test func `every kind of bad input is one helpful error, printed as committed`() throws {
            var transcript = ""
            for badCase in BadInputCase.all {
                let folder = try badCase.folder()
                let before = try folder.contents()
                let outcome = try CommandLineTool.run(badCase.arguments, in: folder, output: badCase.output)
                #expect(outcome.exitCode == 1, "\(badCase.title): \(outcome)")
                #expect(outcome.errorCount == 1, "\(badCase.title): \(outcome.errors)")
                #expect(outcome.errors.hasPrefix("limbeck: "), "\(badCase.title): \(outcome.errors)")
                #expect(outcome.output.isEmpty, "\(badCase.title)")
                for word in badCase.naming {
                    #expect(outcome.errors.contains(word), "\(badCase.title) does not name \(word): \(outcome.errors)")
                }
                let after = try folder.contents()
                let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
                #expect(changed.isEmpty, "\(badCase.title): left or changed \(changed)")
                transcript += badCase.transcript(outcome)
            }
            try Transcript.check("bad-input.txt", transcript)
        }

        /// A disk of 60 kB in a name space of its own, where the system lets us make one.
        @Test(.enabled(if: SmallDisk.isAvailable))
        func `a disk that fills up in a run is one error, and no file is left half-written`() throws {
            let folder = try CommandLineFixture.folder()
            let outcome = try SmallDisk.run(
                CommandLineTool.executable.get(), ["run", "recipe.yaml", "--run-dir", "disk/run", "--quiet"],
                in: folder)
            #expect(outcome.exitCode == 1)
            #expect(outcome.errorCount == 1)
            #expect(outcome.errors.contains("disk/run/"))
            #expect(
                outcome.errors.lowercased().contains("the disk is full")
                    || outcome.errors.contains("No space left on device"))
            #expect(outcome.errors.contains("free some space"))
            // What it printed after the run: the files that were left.
            #expect(outcome.output.contains("recipe.yaml"))
            #expect(!outcome.output.contains(".tmp") && !outcome.output.contains(".part"))
        }
    }
}

/// A small file system that vanishes with the process that reads and writes it.
private enum SmallDisk {
    static let isAvailable: Bool = {
        guard let folder = try? Folder(), let outcome = try? shell("true", in: folder) else { return false }
        return outcome.exitCode == 0
    }()

    static func run(_ executable: URL, _ arguments: [String], in folder: Folder) throws -> CommandLineTool.Outcome {
        let command = ([executable.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try shell("\(command); code=$?; find disk; exit $code", in: folder)
    }

    private static func shell(_ command: String, in folder: Folder) throws -> CommandLineTool.Outcome {
        try CommandLineTool.Running(
            executable: URL(fileURLWithPath: "/usr/bin/env"),
            arguments: [
                "unshare", "-m", "sh", "-c",
                "mkdir -p disk && mount -t tmpfs -o size=60k tmpfs disk || exit 99; \(command)",
            ], folder: folder, output: nil
        ).finish()
    }
}
