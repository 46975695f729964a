import Foundation
import Testing

extension CommandLineTests {
    @Suite struct Help {
        static let commands = [
            "", "demo", "run", "train", "distill", "forecast", "detect", "evaluate", "compare", "export", "import",
            "describe", "catalog", "models", "losses", "methods", "explain",
        ]

        @Test(arguments: commands)
        func `help says what it said when it was last read`(_ command: String) throws {
            let folder = try Folder()
            let arguments = (command.isEmpty ? [] : [command]) + ["--help"]
            let outcome = try CommandLineTool.run(arguments, in: folder)
            #expect(outcome.exitCode == 0)
            #expect(outcome.errors.isEmpty)
            try Transcript.check("help\(command.isEmpty ? "" : "-" + command).txt", outcome.output)
        }

        @Test func `the root's help names every command and every exit code`() throws {
            let help = try CommandLineTool.run(["--help"], in: Folder()).output
            for command in Self.commands.dropFirst() {
                #expect(help.contains("\n  \(command) "), "\(command)")
            }
            for code in ["0 done", "1 failed", "3 target not met", "64 wrong usage", "130 or 143"] {
                #expect(help.replacingOccurrences(of: "\n", with: " ").contains(code), "\(code)")
            }
        }

        @Test(arguments: ["bash", "zsh", "fish"])
        func `completions know every command`(_ shell: String) throws {
            let outcome = try CommandLineTool.run(["--generate-completion-script", shell], in: Folder())
            #expect(outcome.exitCode == 0)
            for command in Self.commands.dropFirst() { #expect(outcome.output.contains(command), "\(command)") }
        }

        @Test func `models and losses are listed, and one is shown with its settings`() throws {
            let folder = try Folder()
            for (catalog, name) in [("models", "graphWaveNet"), ("losses", "softTarget")] {
                let list = try CommandLineTool.run([catalog], in: folder)
                #expect(list.exitCode == 0)
                #expect(list.output.contains("\(name) "))
                let one = try CommandLineTool.run([catalog, name], in: folder)
                #expect(one.output.contains("Settings and their defaults"))
                let json = try CommandLineTool.run([catalog, "--json"], in: folder)
                let entries = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
                #expect(entries?.contains { $0["name"] as? String == name } == true)
            }
        }

        @Test func `the demo's recipe is printed and reads back`() throws {
            let folder = try Folder()
            let recipe = try CommandLineTool.run(["demo", "--recipe"], in: folder)
            try folder.write("demo.yaml", recipe.output)
            let resolved = try CommandLineTool.run(["describe", "demo.yaml"], in: folder)
            #expect(resolved.exitCode == 0)
            #expect(resolved.output.contains("dataset: auckland"))
        }
    }
}
