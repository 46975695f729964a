import ArgumentParser
import Limbeck
import LimbeckFiles
import LimbeckImport
import LimbeckONNX

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Say what an ONNX file holds and whether it can be a teacher.",
        discussion: """
            Prints inputs, outputs, operations, parameters and what is unsupported. To use it, write \
            `teacher: { model: onnx, file: teacher.onnx }` in a recipe.
            """)

    @Argument(help: "An ONNX file.")
    var path: String

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let summary: ImportSummary
        do { summary = ImportSummary(try ONNXModel(FileBytes.read(path))) } catch let error as ONNXError {
            throw Failure(code: 1, message: "\(path): \(error)")
        }
        if json { return try Console.json(summary) }
        try Console.print(summary.text)
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
