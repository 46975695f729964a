import Foundation
import LimbeckEvaluation

/// The scores that a run, or a file, holds.
enum RunScores {
    /// - Parameter path: a run's folder, or a file in the form of scores.json.
    static func read(_ path: String) throws -> Scores {
        if path.hasSuffix(".json") { return try Scores(contentsOf: path) }
        let file = try RunDirectory(opening: path).path(of: .scores)
        guard FileManager.default.fileExists(atPath: file) else {
            throw Failure(
                code: 1,
                message: "\(path) holds no scores.json: no run's folder, or a run that has not ended; finish "
                    + "it with: limbeck run --resume --run-dir \(path)")
        }
        return try Scores(contentsOf: file)
    }
}
