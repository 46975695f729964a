import Foundation
import LimbeckFiles
import Testing

@Suite struct AtomicFolderTests {
    private func files(_ text: String) -> [(path: String, bytes: [UInt8])] {
        [("head", Array(text.utf8)), ("data/deep/body", Array(repeating: UInt8(text.utf8.count), count: 1000))]
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    }

    @Test func `a folder is written whole, and replaced whole by the next`() throws {
        try withFolder { folder in
            let path = folder + "/package"
            try AtomicFolder.write(path + "/", files: files("first"))
            try AtomicFolder.write(path, files: files("second one"))
            #expect(
                try names(folder) == [
                    "package", "package/data", "package/data/deep", "package/data/deep/body", "package/head",
                ])
            #expect(try String(contentsOfFile: path + "/head", encoding: .utf8) == "second one")
            #expect(try FileBytes.read(path + "/data/deep/body") == [UInt8](repeating: 10, count: 1000))
        }
    }

    @Test func `other files are not lost`() throws {
        try withFolder { folder in
            let path = folder + "/mine"
            try FileManager.default.createDirectory(atPath: path + "/data", withIntermediateDirectories: true)
            try "notes".write(toFile: path + "/data/notes.txt", atomically: true, encoding: .utf8)
            let error = try #require(throws: FileError.self) { try AtomicFolder.write(path, files: files("new")) }
            #expect(error.code == .unwritable)
            #expect(error.message.contains("data/notes.txt"))
            try "file".write(toFile: folder + "/file", atomically: true, encoding: .utf8)
            #expect(throws: FileError.self) { try AtomicFolder.write(folder + "/file", files: files("new")) }
            #expect(try names(folder) == ["file", "mine", "mine/data", "mine/data/notes.txt"])
        }
    }

    @Test func `a write that fails leaves what was there and nothing else`() throws {
        try withFolder { folder in
            let path = folder + "/package"
            try AtomicFolder.write(path, files: files("first"))
            let before = try names(folder)
            // A file cannot be a folder too.
            let broken = files("second") + [("head/inner", [1])]
            #expect(throws: FileError.self) { try AtomicFolder.write(path, files: broken) }
            #expect(try names(folder) == before)
            #expect(try String(contentsOfFile: path + "/head", encoding: .utf8) == "first")
            #expect(throws: FileError.self) { try AtomicFolder.write(folder + "/none/package", files: files("x")) }
        }
    }
}
