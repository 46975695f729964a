import ArgumentParser
import Limbeck

struct Distill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Distil a recipe's student, training its teacher first where there is none.",
        discussion: "With --resume --run-dir DIR the teacher and the soft labels of that run are used.")

    @Argument(help: "A recipe in YAML.")
    var path: String?

    @OptionGroup var options: RunOptions

    func validate() throws { try options.validate(recipe: path) }

    func run() throws { try options.run(options.recipe(path)) }
}
