import ArgumentParser
import Foundation
import Limbeck

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a recipe: teacher, soft labels, student, proof, report.",
        discussion: "Every key of a recipe is in Documentation/Recipes.md. With --resume and --run-dir the recipe is the run's own.")

    @Argument(help: "A recipe in YAML.")
    var path: String?

    @OptionGroup var options: RunOptions

    func run() throws { try options.run(options.recipe(path)) }
}

extension RunOptions {
    /// The recipe named, or that of the run being continued.
    func recipe(_ path: String?) throws -> Recipe {
        if let path { return try Recipe.load(path, overrides: overrides) }
        if resume, let runDir { return try Recipe.load("\(runDir)/recipe.yaml", overrides: overrides) }
        throw ValidationError("Give a recipe, or --resume --run-dir to continue a run.")
    }
}
