import ArgumentParser
import Foundation
import Limbeck
import LimbeckEvaluation

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a recipe: teacher, soft labels, student, proof, report.",
        discussion: """
            Every key of a recipe is in Documentation/Recipes.md. With --resume and --run-dir the \
            recipe is the run's own.
            """)

    @Argument(help: "A recipe in YAML.")
    var path: String?

    @OptionGroup var options: RunOptions

    func validate() throws { try options.validate(recipe: path) }

    func run() throws { try options.run(options.recipe(path)) }
}

extension RunOptions {
    func validate(recipe path: String?) throws {
        if path == nil, !resume {
            throw ValidationError("Give a recipe, or --resume --run-dir to continue a run.")
        }
    }

    /// The recipe named, or that of the run being continued.
    func recipe(_ path: String?) throws -> Recipe {
        if let path {
            // Quoted headers and binary files are no YAML, and the error would be about their bytes.
            let ends = [".csv", ".tsv", ".parquet", ".npy", ".npz", ".gz"]
            if ends.contains(where: path.lowercased().hasSuffix), FileManager.default.fileExists(atPath: path) {
                throw Failure(
                    code: 1, message: "\(path): this looks like data, not a recipe; try: limbeck describe \(path)")
            }
            return try Recipe.load(path, overrides: overrides)
        }
        let directory = try RunDirectory(opening: runDir ?? "")
        let kept = directory.path(of: .recipe)
        guard FileManager.default.fileExists(atPath: kept) else {
            throw Failure(
                code: 1,
                message: "\(directory.path) holds no recipe.yaml, so no run to continue; name a run's folder, or "
                    + "the recipe too: limbeck run RECIPE --resume --run-dir \(directory.path)")
        }
        return try Recipe.load(kept, overrides: overrides)
    }
}
