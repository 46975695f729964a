import Foundation
import LimbeckExport
import LimbeckRuntime

/// Compiles a student's C files with their driver and runs them, here or on an emulated Cortex-M4.
enum CToolchain {
    enum Machine: String, CaseIterable { case host, cortexM4 }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// What must hold for any student, whatever the compiler's default.
    static let strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wshadow", "-Os"]
    static let cortexM4 = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=softfp", "-mfpu=fpv4-sp-d16"]
    /// Whether tests print differences and sizes: LIMBECK_SHOW=1.
    static let showsFigures = ProcessInfo.processInfo.environment["LIMBECK_SHOW"] == "1"
    private static let firmware = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Firmware").path

    /// Lines that the driver printed.
    static func run(_ files: (header: String, source: String), cases: String, on machine: Machine) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("limbeck-c-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in [("student.h", files.header), ("student.c", files.source), ("cases.h", cases)] {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        let program = folder.appendingPathComponent("program").path
        let inputs = ["student.c", "\(firmware)/driver.c"]
        switch machine {
        case .host:
            let compiler = try tool(["gcc", "cc"], package: "gcc")
            try call(compiler, strict + ["-I."] + inputs + ["\(firmware)/host.c", "-o", program, "-lm"], in: folder)
            return lines(try call(program, [], in: folder))
        case .cortexM4:
            let compiler = try tool(["arm-none-eabi-gcc"], package: "gcc-arm-none-eabi")
            let emulator = try tool(["qemu-system-arm"], package: "qemu-system-arm")
            try call(
                compiler,
                strict + cortexM4 + ["-I.", "-c"] + inputs, in: folder)
            try call(
                compiler,
                cortexM4 + [
                    "-O1", "-nostartfiles", "--specs=nano.specs", "-T", "\(firmware)/cortex-m4.ld", "student.o",
                    "driver.o", "\(firmware)/cortex-m4.c", "-lm", "-o", program,
                ], in: folder)
            if showsFigures {
                let size = try tool(["arm-none-eabi-size"], package: "binutils-arm-none-eabi")
                print(try call(size, ["student.o", program], in: folder))
            }
            return lines(
                try call(
                    emulator,
                    [
                        "-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "none",
                        "-semihosting-config", "enable=on,target=native", "-kernel", program,
                    ], in: folder))
        }
    }

    /// The first of these that is on the path; where none is, an error that names the package.
    static func tool(_ names: [String], package: String) throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        for name in names {
            for folder in path.split(separator: ":") {
                let file = "\(folder)/\(name)"
                if FileManager.default.isExecutableFile(atPath: file) { return file }
            }
        }
        throw Failure(
            description: "\(names[0]) is not here: install the package \(package) (scripts/setup \(package)).")
    }

    /// Standard output and standard error together; throws them when the tool failed or hung.
    @discardableResult
    static func call(_ tool: String, _ arguments: [String], in folder: URL) throws -> String {
        let log = folder.appendingPathComponent("log-\(UUID().uuidString)")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let output = try FileHandle(forWritingTo: log)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let begin = Date()
        while process.isRunning {
            if Date().timeIntervalSince(begin) > 120 { process.terminate() }
            usleep(2000)
        }
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw Failure(description: "\(tool) ended with \(process.terminationStatus): \(text.prefix(2000))")
        }
        return text
    }

    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
