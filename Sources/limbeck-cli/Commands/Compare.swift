import ArgumentParser
import Limbeck
import LimbeckEvaluation

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare runs: mean and deviation over their seeds, model by model.",
        discussion: """
            Give run folders or scores.json files, such as one run for each of three seeds. Runs on \
            other data, windows or horizons are refused: their errors do not belong in one table.
            """)

    @Argument(help: "Run folders or scores.json files.")
    var runs: [String]

    @Flag(help: "Print all scores as one JSON array.")
    var json = false

    func validate() throws {
        if runs.isEmpty { throw ValidationError("Give at least one run.") }
    }

    func run() throws {
        let all = try runs.map { (run: $0, scores: try RunScores.read($0)) }
        for one in all.dropFirst() {
            guard let difference = all[0].scores.difference(from: one.scores) else { continue }
            throw Failure(
                code: 1,
                message: "\(all[0].run) and \(one.run) cannot be compared: \(difference); compare runs on the same "
                    + "data and task.")
        }
        let scores = Scores(all.flatMap(\.scores.all))
        try Console.print(json ? scores.json : report(scores))
    }

    private func report(_ scores: Scores) -> String {
        let text = Comparison(scores).text(colour: Terminal.standardOutput.hasColour)
        return text + (Verdict(scores).map { "\n" + $0.sentence } ?? "")
    }
}
