import ArgumentParser
import Limbeck

struct Distill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Distil a recipe's student from a teacher that is there.",
        discussion: """
            The teacher is that of another run, of a file, or of the run that --resume --run-dir \
            continues; or one that the recipe gives. None is trained, unless told to.

              limbeck train recipe.yaml --run-dir runs/teacher
              limbeck distill recipe.yaml --teacher runs/teacher
            """)

    @Argument(help: "A recipe in YAML.")
    var path: String?

    @Option(
        help: """
            A run's folder, or a file: weights (.safetensors), a model (.onnx) or forecasts (.npz, .parquet, .csv).
            """)
    var teacher: String?

    @Flag(help: "Train the recipe's teacher first where there is none, as run does.")
    var trainTeacher = false

    @OptionGroup var options: RunOptions

    func validate() throws {
        try options.validate(recipe: path)
        if teacher != nil, trainTeacher {
            throw ValidationError("--teacher names a teacher and --train-teacher trains one; give one of them.")
        }
    }

    func run() throws {
        var recipe = try options.recipe(path)
        if let teacher { try recipe.take(teacherAt: teacher) }
        if !trainTeacher, let missing = try recipe.missingTeacher(continuing: options.resume ? options.runDir : nil) {
            throw Failure(code: 1, message: missing)
        }
        try options.run(recipe)
    }
}
