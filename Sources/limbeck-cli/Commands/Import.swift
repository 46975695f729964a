import ArgumentParser
import Limbeck
import LimbeckFiles
import LimbeckImport
import LimbeckONNX

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Say what an ONNX or safetensors file holds and whether it can be a teacher.",
        discussion: """
            ONNX: prints inputs, outputs, operations, parameters and what is unsupported. To use it, write \
            `teacher: { model: onnx, file: teacher.onnx }` in a recipe.
            safetensors: prints its arrays; with --recipe, which parameter of the recipe's teacher each one \
            gives, and the `names` that are still to be written. To use it, write \
            `teacher: { model: stid, weights: teacher.safetensors }`.
            """)

    @Argument(help: "An ONNX or safetensors file.")
    var path: String

    @Option(help: "With safetensors: a recipe whose teacher and data the arrays are fitted to.")
    var recipe: String?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        if path.hasSuffix(".safetensors") { return try weights() }
        guard recipe == nil else {
            throw Failure(
                code: 2, message: "--recipe: is for safetensors files; an ONNX file names its own axes and operations.")
        }
        let file: ONNXModel
        do { file = try ONNXModel(FileBytes.read(path)) } catch let error as ONNXError {
            throw Failure(code: 1, message: "\(path): \(error)")
        }
        let summary = ImportSummary(file)
        try json ? Console.json(summary) : Console.print(summary.text)
        if let refusal = summary.refusal(file) {
            throw Failure(code: 1, message: "\(path): cannot be a teacher. \(refusal)")
        }
    }

    private func weights() throws {
        if let recipe {
            let fit = try Pipeline(Recipe.load(recipe, overrides: ["teacher.weights=\(path)"])).weightFit()
            return try json ? Console.json(WeightFitSummary(fit)) : Console.print(WeightFitSummary(fit).text)
        }
        let file: SafetensorsFile
        do { file = try SafetensorsFile(FileBytes.read(path)) } catch let error as ImportError {
            throw Failure(code: 1, message: "\(path): \(error)")
        }
        let summary = WeightsSummary(file)
        try json ? Console.json(summary) : Console.print(summary.text)
    }
}

extension ImportSummary {
    fileprivate var text: String {
        func list(_ axes: [Axis]) -> String {
            axes.map { "\($0.name) \($0.shape) \($0.element)" }.joined(separator: ", ")
        }
        let counts = operations.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return """
            written by  \(producer.isEmpty ? "unknown" : producer), operator set \(opset)
            inputs      \(list(inputs))
            outputs     \(list(outputs))
            parameters  \(parameters) in \(parameterArrays) arrays
            operations  \(counts.map { "\($0.key) × \($0.value)" }.joined(separator: ", "))
            unsupported \(unsupported.isEmpty ? "nothing" : unsupported.joined(separator: ", "))
            """
    }
}
