import Foundation
import Testing

/// Runs the `limbeck` executable that was built beside these tests.
enum CommandLineTool {
    /// What one call left behind.
    struct Outcome {
        var exitCode: Int32
        /// The signal that ended the process without its own consent, or nil.
        var signal: Int32?
        var output: String
        var errors: String

        /// Lines that are an error's first; there must be one for bad input and none otherwise.
        var errorCount: Int {
            errors.split(separator: "\n").count { $0.hasPrefix("limbeck: ") || $0.hasPrefix("Error: ") }
        }
    }

    struct NotBuilt: Error, CustomStringConvertible {
        var description: String
    }

    /// Found once. Throws, so that every test of the suite fails, when it is not there.
    static let executable = Result<URL, NotBuilt> {
        () throws(NotBuilt) in
        let candidates = folders.map { $0.appendingPathComponent("limbeck") }
        if let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) {
            return found
        }
        throw NotBuilt(
            description:
                "The limbeck executable is not beside the test bundle: looked for "
                + candidates.map(\.path).joined(separator: ", ")
                + ". Build it with: swift build -c release -Xswiftc -enable-testing --build-tests")
    }

    /// Where a build puts its products, by every way this process can know of it.
    private static var folders: [URL] {
        let arguments = ProcessInfo.processInfo.arguments
        var files = arguments.filter { $0.contains(".xctest") }
        files += [Bundle.main.executablePath, arguments.first].compactMap(\.self)
        if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            files.append(own)
        }
        files += Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
        var seen: Set<String> = []
        return files.flatMap { file -> [URL] in
            // The bundle is a file on Linux and a folder of folders elsewhere.
            var folder = URL(fileURLWithPath: file).resolvingSymlinksInPath().deletingLastPathComponent()
            var folders = [folder]
            while folder.path.contains(".xctest") {
                folder.deleteLastPathComponent()
                folders.append(folder)
            }
            return folders
        }.filter { seen.insert($0.path).inserted }
    }

    /// Runs with arguments to its end; `folder` is its working directory.
    static func run(_ arguments: [String], in folder: Folder, output: String? = nil) throws -> Outcome {
        try start(arguments, in: folder, output: output).finish()
    }

    /// Starts and returns at once.
    static func start(_ arguments: [String], in folder: Folder, output: String? = nil) throws -> Running {
        try Running(executable: executable.get(), arguments: arguments, folder: folder, output: output)
    }

    /// A process on its way, its two streams going to files.
    final class Running {
        private let process = Process()
        private let logs: Folder
        private let readsOutput: Bool
        /// Beyond this something hangs.
        private static let limit = 240.0

        init(executable: URL, arguments: [String], folder: Folder, output: String?) throws {
            logs = try Folder()
            readsOutput = output == nil
            process.executableURL = executable
            process.arguments = arguments
            process.currentDirectoryURL = folder.url
            try logs.write("out", "")
            try logs.write("err", "")
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(
                forWritingTo: URL(fileURLWithPath: output ?? logs.path("out")))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: logs.path("err")))
            try process.run()
        }

        var errors: String { (try? logs.text("err")) ?? "" }
        var isRunning: Bool { process.isRunning }

        /// Waits until standard error holds one of `texts`; false when the process ended before.
        func wait(for texts: [String]) -> Bool {
            let begin = Date()
            while true {
                let isLast = !process.isRunning || Date().timeIntervalSince(begin) > Self.limit
                let errors = errors
                if texts.contains(where: errors.contains) { return true }
                if isLast { return false }
                usleep(1000)
            }
        }

        func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

        func finish() throws -> Outcome {
            let begin = Date()
            while process.isRunning {
                if Date().timeIntervalSince(begin) > Self.limit {
                    kill(process.processIdentifier, SIGKILL)
                    Issue.record("limbeck \(process.arguments ?? []) still ran after \(Self.limit) s")
                }
                usleep(2000)
            }
            process.waitUntilExit()
            let isSignal = process.terminationReason == .uncaughtSignal
            return Outcome(
                exitCode: isSignal ? -1 : process.terminationStatus,
                signal: isSignal ? process.terminationStatus : nil,
                output: readsOutput ? try logs.text("out") : "", errors: try logs.text("err"))
        }
    }
}

/// A new empty folder that goes away with its last user, or with the process.
final class Folder: Sendable {
    let url: URL

    private static let parent: URL = {
        atexit { try? FileManager.default.removeItem(at: Folder.parent) }
        return FileManager.default.temporaryDirectory
            .appendingPathComponent("limbeck-tests-\(UUID().uuidString)")
    }()

    init() throws {
        url = Self.parent.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }
    func write(_ name: String, _ data: Data) throws { try data.write(to: URL(fileURLWithPath: path(name))) }

    func copy(_ name: String, from other: Folder, as newName: String? = nil) throws {
        try FileManager.default.copyItem(atPath: other.path(name), toPath: path(newName ?? name))
    }

    /// Every file below with its bytes, folders with none: to see that nothing was left or lost.
    func contents() throws -> [String: Data] {
        var result: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: url.path) {
            let kind = try FileManager.default.attributesOfItem(atPath: path(name))[.type] as? FileAttributeType
            result[name] = kind == .typeRegular ? try bytes(name) : Data()
        }
        return result
    }
}
