import ArgumentParser
import Limbeck

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The whole path on real data, in a few minutes.",
        discussion: """
            Trains a teacher on two years of hourly pedestrian counts at 21 places in Auckland, \
            distils it into a student of a tenth of its size, trains the same student without a \
            teacher, scores all beside simple baselines, and writes a report. The recipe is \
            printed by `limbeck demo --recipe`.
            """)

    @OptionGroup var options: RunOptions

    @Flag(help: "Print the demo's recipe and stop: a start for your own.")
    var recipe = false

    func run() throws {
        if recipe { return try Console.print(DemoRecipe.text) }
        try options.run(
            DemoRecipe.recipe(overrides: options.overrides),
            next: """
                Now with your own data: limbeck describe counts.csv; limbeck demo --recipe > recipe.yaml, with
                data: { path: counts.csv } in it; limbeck run recipe.yaml.
                """)
    }
}
