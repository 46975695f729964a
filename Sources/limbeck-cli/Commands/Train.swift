import ArgumentParser
import Limbeck

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train and score a recipe's teacher only.",
        discussion: "Go on with `limbeck distill --resume --run-dir DIR`.")

    @Argument(help: "A recipe in YAML.")
    var path: String?

    @OptionGroup var options: RunOptions

    func validate() throws { try options.validate(recipe: path) }

    func run() throws { try options.run(options.recipe(path), until: .teacher) }
}
