import Foundation
import LimbeckExport
import LimbeckFiles
import LimbeckRuntime

/// Where a student goes as C: `FOLDER/student.c` or `NAME.c`, its header beside it.
struct CSourceFiles {
    private let folder, name: String

    /// Throws a `Failure` for a file that does not end in `.c`.
    init(_ output: String) throws {
        var isFolder = ObjCBool(false)
        let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
        let url = URL(fileURLWithPath: output)
        if output.hasSuffix("/") || (exists && isFolder.boolValue) {
            (folder, name) = (output, "student")
        } else if url.pathExtension == "c" {
            (folder, name) = (url.deletingLastPathComponent().path, url.deletingPathExtension().lastPathComponent)
        } else {
            throw Failure(
                code: 1, message: "\(output): C needs a file that ends in .c, or a folder, which gets student.c.")
        }
    }

    func write(_ content: StudentContent) throws {
        let files = try CExport.files(content, name: name)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = URL(fileURLWithPath: folder).appendingPathComponent(name).path
        try AtomicFile.write("\(path).h", text: files.header)
        try AtomicFile.write("\(path).c", text: files.source)
    }
}
