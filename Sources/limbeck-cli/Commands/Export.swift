import ArgumentParser
import Limbeck
import LimbeckData
import LimbeckExport
import LimbeckFiles
import LimbeckRuntime

struct ExportCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case limbeck, onnx, coreml, tflite, c, swift, safetensors, json
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Take a student out of a run, or its weights out of a student.",
        discussion: """
            limbeck: the file a device loads, checked. onnx: the same from raw readings to the forecast, \
            for ONNX Runtime. coreml: a .mlpackage folder for Apple's devices, the same. \
            tflite: for LiteRT, the same. c: one C99 source and its header. swift: one source over LimbeckRuntime. \
            safetensors: its weights, readable from Python. json: shape, names, calendar and card.
            """)

    @Argument(help: "A run's folder or a .limbeck file.")
    var source: String

    @Option(help: "What to write: limbeck, onnx, coreml, tflite, c, swift, safetensors or json.")
    var to: Format = .limbeck

    @Option(help: "Where to write.")
    var output: String

    func run() throws {
        let path = try StudentPath.file(source)
        let bytes = try FileBytes.read(path)
        let content: StudentContent
        do { content = try StudentFile.decode(bytes) } catch {
            throw Failure(code: 1, message: "\(path): \(error)")
        }
        switch to {
        case .limbeck: try AtomicFile.write(output, bytes: bytes)
        case .onnx: try AtomicFile.write(output, bytes: ONNXExport.file(content))
        case .coreml: try AtomicFolder.write(output, files: CoreMLExport.files(content))
        case .tflite: try AtomicFile.write(output, bytes: TFLiteExport.file(content))
        case .safetensors: try AtomicFile.write(output, bytes: Safetensors.encode(content))
        case .json: try AtomicFile.write(output, text: StudentSummary(content).json())
        case .c: try SourceOutput.writeC(content, to: output)
        case .swift: try SourceOutput.writeSwift(content, to: output)
        }
        try Console.print(output)
    }
}
