import Foundation
import LimbeckCompute

/// What a step may cost, reviewed and checked in: a change that makes it dearer fails, one that makes
/// it cheaper asks for the file to be lowered.
struct Guard {
    /// Planned for two workers: exact, and the same on every machine.
    struct Plan: Codable, Equatable {
        var operations, flops, bytes, arenaBytes, slabBytes: Int

        init(_ plan: Explanation) {
            operations = plan.operations
            flops = plan.flops
            bytes = plan.bytes
            arenaBytes = plan.arenaBytes
            slabBytes = plan.slabBytes
        }
    }

    struct Bounds: Codable {
        var plan: Plan
        /// Executed in one step by one worker, under callgrind with AVX2; where it is small enough.
        var instructions: Int?
    }

    let file: String
    /// A share of the instructions that another compiler or C library may differ by.
    private static let tolerance = 0.02
    /// Cases whose step callgrind simulates in seconds.
    private static let simulated = ["dense-64"]

    /// One line for each case; false where a bound does not hold.
    func check(isAccepting: Bool, printing line: (String) -> Void) throws -> Bool {
        var known: [String: Bounds] = [:]
        if let data = FileManager.default.contents(atPath: file) {
            known = try JSONDecoder().decode([String: Bounds].self, from: data)
        }
        var found: [String: Bounds] = [:], findings: [String] = []
        for one in Case.all {
            let plan = Plan(Step(one, threads: 2, dropout: true).executable.explanation)
            let instructions = Self.simulated.contains(one.name) ? try Self.instructions(one) : nil
            found[one.name] = Bounds(plan: plan, instructions: instructions)
            line(
                "\(one.name): \(plan.operations) operations, \(plan.flops) FLOPs, \(plan.bytes) bytes, arena "
                    + "\(plan.arenaBytes), slabs \(plan.slabBytes)"
                    + (instructions.map { ", \($0) instructions" } ?? ""))
            findings += Self.findings(one.name, found[one.name], known[one.name])
        }
        if isAccepting {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try (encoder.encode(found) + Data("\n".utf8)).write(to: URL(fileURLWithPath: file), options: .atomic)
            line("written to \(file)")
            return true
        }
        for finding in findings { line(finding) }
        return findings.isEmpty
    }

    private static func findings(_ name: String, _ found: Bounds?, _ known: Bounds?) -> [String] {
        guard let found, let known else {
            return ["\(name): has no bounds; review its plan, then add them with --accept"]
        }
        var findings: [String] = []
        for (what, here, there) in [
            ("operations", found.plan.operations, known.plan.operations), ("FLOPs", found.plan.flops, known.plan.flops),
            ("bytes", found.plan.bytes, known.plan.bytes),
            ("arena bytes", found.plan.arenaBytes, known.plan.arenaBytes),
            ("slab bytes", found.plan.slabBytes, known.plan.slabBytes),
        ] where here != there {
            findings.append(
                "\(name): \(what) are \(here), reviewed were \(there); "
                    + (here > there ? "find out why, or accept the loss" : "accept the gain") + " with --accept")
        }
        if found.instructions != nil, known.instructions == nil {
            findings.append("\(name): its instructions have no bound; add it with --accept")
        }
        if let here = found.instructions, let there = known.instructions {
            let change = Double(here) / Double(there) - 1
            if abs(change) > tolerance {
                findings.append(
                    "\(name): \(here) instructions a step, \(String(format: "%+.1f %%", 100 * change)) from the reviewed "
                        + "\(there)")
            }
        }
        return findings
    }

    /// Of one step on one worker: what 110 steps take beyond 10, over 100.
    private static func instructions(_ one: Case) throws -> Int {
        // Without debug information, whose newest form valgrind cannot read.
        let stripped = FileManager.default.temporaryDirectory.appendingPathComponent("training-bench-\(getpid())").path
        defer { try? FileManager.default.removeItem(atPath: stripped) }
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        _ = try output("strip", ["-o", stripped, own])
        let counts = try [10, 110].map { steps in
            let text = try output(
                "valgrind",
                [
                    "--tool=callgrind", "--callgrind-out-file=/dev/null", stripped, one.name, "--threads", "1",
                    "--steps", "\(steps)",
                ])
            let line = text.split(separator: "\n").first { $0.contains("Collected :") }
            guard let count = line?.split(separator: " ").last.flatMap({ Int($0) }) else {
                throw GuardError(description: "valgrind counted nothing for \(one.name):\n\(text.suffix(1000))")
            }
            return count
        }
        return (counts[1] - counts[0]) / 100
    }

    /// What a tool says on standard error.
    private static func output(_ tool: String, _ arguments: [String]) throws -> String {
        let path = "/usr/bin/\(tool)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw GuardError(description: "\(path) is missing; on Debian: apt-get install valgrind binutils")
        }
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        // Valgrind hides AVX-512; on a machine without it oneDNN chooses the same kernels.
        // Hashing by one seed keeps what surrounds the steps the same.
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["DNNL_MAX_CPU_ISA": "AVX2", "SWIFT_DETERMINISTIC_HASHING": "1"]) { $1 }
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw GuardError(description: "\(tool) failed:\n\(text.suffix(1000))")
        }
        return text
    }
}

struct GuardError: Error, CustomStringConvertible {
    var description: String
}
