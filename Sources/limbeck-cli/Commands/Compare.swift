import ArgumentParser
import Limbeck
import LimbeckEvaluation

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare runs: mean and deviation over their seeds, model by model.",
        discussion: "Give run folders or scores.json files, such as one run for each of three seeds.")

    @Argument(help: "Run folders or scores.json files.")
    var runs: [String]

    @Flag(help: "Print all scores as one JSON array.")
    var json = false

    func validate() throws {
        if runs.isEmpty { throw ValidationError("Give at least one run.") }
    }

    func run() throws {
        let all = try runs.map { path in
            try Scores(contentsOf: path.hasSuffix(".json") ? path : RunDirectory(opening: path).path(of: .scores))
        }
        let scores = Scores(all.flatMap(\.all))
        Console.print(json ? try scores.json : SeedTable(scores).text)
    }
}
