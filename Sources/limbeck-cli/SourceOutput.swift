import Foundation
import LimbeckExport
import LimbeckFiles
import LimbeckRuntime

/// Where a student goes as source code: a file whose name names the student, or a folder.
struct SourceOutput {
    private let folder, name: String

    /// `FOLDER/name.ending` for a folder. Throws a `Failure` for a file with another ending.
    init(_ output: String, ending: String, name: String) throws {
        var isFolder = ObjCBool(false)
        let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
        let url = URL(fileURLWithPath: output)
        if output.hasSuffix("/") || (exists && isFolder.boolValue) {
            (folder, self.name) = (output, name)
        } else if url.pathExtension == ending {
            folder = url.deletingLastPathComponent().path
            self.name = url.deletingPathExtension().lastPathComponent
        } else {
            throw Failure(
                code: 1,
                message: "\(output): this needs a file that ends in .\(ending), or a folder, which gets "
                    + "\(name).\(ending).")
        }
    }

    /// `student.c` and `student.h`.
    static func writeC(_ content: StudentContent, to output: String) throws {
        let place = try SourceOutput(output, ending: "c", name: "student")
        let files = try CExport.files(content, name: place.name)
        try AtomicFile.write(place.path("h"), text: files.header)
        try AtomicFile.write(place.path("c"), text: files.source)
    }

    /// `ShippedStudent.swift`; the type's name begins with a capital letter.
    static func writeSwift(_ content: StudentContent, to output: String) throws {
        let place = try SourceOutput(output, ending: "swift", name: "ShippedStudent")
        let type = place.name.prefix(1).uppercased() + place.name.dropFirst()
        let text = try SwiftSource.file(content, name: type)
        try AtomicFile.write(place.path("swift"), text: text)
    }

    /// The file with this ending, its folder made.
    private func path(_ ending: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return URL(fileURLWithPath: folder).appendingPathComponent("\(name).\(ending)").path
    }
}
