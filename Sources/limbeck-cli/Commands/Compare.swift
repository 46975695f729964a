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
        let scores = try Scores(runs.flatMap { try RunScores.read($0).all })
        try Console.print(json ? scores.json : report(scores))
    }

    private func report(_ scores: Scores) -> String {
        let text = Comparison(scores).text(colour: Terminal.standardOutput.hasColour)
        return text + (Verdict(scores).map { "\n" + $0.sentence } ?? "")
    }
}
