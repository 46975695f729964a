import ArgumentParser
import Foundation
import LimbeckExport
import LimbeckRuntime

/// Writes students of every kind in every format, with windows and the forecasts that our runtime
/// gives, for other runtimes to be checked against.
@main struct ParityBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity-bench", abstract: "Students of every kind, their windows and forecasts.")

    @Argument(help: "Where to write: one folder for each kind.")
    var folder: String

    func run() throws {
        for kind in try CatalogKinds.all() + HandMadeKinds.all() {
            let place = URL(fileURLWithPath: folder).appendingPathComponent(kind.name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let student = try StudentFile.encode(kind.content)
            try Data(student).write(to: place.appendingPathComponent("student.limbeck"))
            let content = try StudentFile.decode(student)
            try Data(ONNXExport.file(content)).write(to: place.appendingPathComponent("student.onnx"))
            try Data(TFLiteExport.file(content)).write(to: place.appendingPathComponent("student.tflite"))
            let source = try CExport.files(content, name: "student")
            try Data(source.header.utf8).write(to: place.appendingPathComponent("student.h"))
            try Data(source.source.utf8).write(to: place.appendingPathComponent("student.c"))
            let package = place.appendingPathComponent("student.mlpackage")
            for file in try CoreMLExport.files(content) {
                let path = package.appendingPathComponent(file.path)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: path)
            }
            let cases = try Cases(content, seed: 23)
            try Data(cases.json.utf8).write(to: place.appendingPathComponent("cases.json"))
            print(kind.name, content.program.instructions.count, "instructions")
        }
    }
}

/// A student to compare.
struct Kind {
    var name: String
    var content: StudentContent
}
