import Foundation
import LimbeckEvaluation

/// The scores that a run, or a file, holds.
enum RunScores {
    /// - Parameter path: a run's folder, or a file in the form of scores.json.
    static func read(_ path: String) throws -> Scores {
        let scores = try Scores(contentsOf: file(path))
        guard !scores.all.isEmpty else {
            throw Failure(
                code: 1, message: "\(path): holds no scores; name a run that has ended, or its scores.json.")
        }
        return scores
    }

    private static func file(_ path: String) throws -> String {
        if path.hasSuffix(".json") { return path }
        let run = try RunDirectory(opening: path)
        let file = run.path(of: .scores)
        guard
            FileManager.default.fileExists(atPath: run.path(of: .recipe))
                || FileManager.default.fileExists(atPath: file)
        else {
            throw Failure(
                code: 1,
                message: "\(path) holds no scores.json, and no recipe.yaml, so it is no run's folder; name one, "
                    + "or a scores.json file.")
        }
        guard FileManager.default.fileExists(atPath: file) else {
            throw Failure(
                code: 1,
                message:
                    "\(path) holds no scores.json: a run that has not ended; finish it with: limbeck run --resume --run-dir \(path)"
            )
        }
        return file
    }
}
