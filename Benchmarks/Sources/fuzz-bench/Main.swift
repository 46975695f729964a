import ArgumentParser
import Foundation
import LimbeckRuntime

/// Damaged files by the million: each must be a student that forecasts, or an error.
///
/// A trap or a bad access ends the process, so reaching the end is the proof; build it with
/// `--sanitize=address` to catch reads and writes that happen to hit memory.
@main struct FuzzBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz-bench", abstract: "Reads damaged .limbeck files and forecasts from those that pass.")

    @Argument(help: "Files to damage.") var files: [String]
    @Option(help: "Damaged files to read.") var count = 100_000
    @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "The same seed damages the same way.") var seed: UInt64 = 1
    @Option(help: "Fail when fewer different errors than this were reached.") var distinct = 0

    func validate() throws {
        guard count > 0, threads > 0 else { throw ValidationError("Pass --count and --threads above 0.") }
        guard !files.isEmpty else { throw ValidationError("Pass at least one .limbeck file.") }
    }

    func run() throws {
        let corpus = try files.map { FileParts(bytes: try [UInt8](Data(contentsOf: URL(fileURLWithPath: $0)))) }
        for (file, path) in zip(corpus, files) {
            do { _ = try Student(bytes: file.bytes) } catch {
                throw ValidationError("\(path): \(error.message)")
            }
        }
        let clock = ContinuousClock()
        let start = clock.now
        let workers = threads
        let tallies = Tallies()
        let (total, first) = (count, seed)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            let share = total / workers + (worker < total % workers ? 1 : 0)
            var tally = Tally()
            var random = SplitMix(state: first &* 0x1_0000_0001 &+ UInt64(worker))
            for round in 0..<share { tally.one(corpus, round, &random) }
            tallies.add(tally)
        }
        let seconds = Double((clock.now - start).components.seconds) + 1e-3
        let tally = tallies.total
        print("\(total) files in \(Int(seconds)) s: \(tally.accepted) students, \(total - tally.accepted) refused")
        for (name, number) in tally.refused.sorted(by: { $0.value > $1.value }) {
            print("  \(name): \(number)")
        }
        print("\(tally.subjects.count) different errors reached")
        for (name, number) in tally.subjects.sorted(by: { $0.value > $1.value }) { print("    \(number)  \(name)") }
        guard tally.accepted > 0, tally.subjects.count >= distinct else {
            throw ValidationError(
                "\(tally.subjects.count) different errors and \(tally.accepted) students: the damage does not reach "
                    + "far enough (at least \(distinct) and 1).")
        }
    }
}

/// What became of the files of one worker.
struct Tally {
    var accepted = 0
    var refused: [String: Int] = [:]
    var subjects: [String: Int] = [:]
    private let limits = StudentLimits(memory: 1 << 20, operations: 1 << 20)

    mutating func one(_ corpus: [FileParts], _ round: Int, _ random: inout SplitMix) {
        var file = corpus[round % corpus.count]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let mutation = Mutation.allCases.randomElement(using: &random) ?? .byte
            // A cut file is mostly refused at once.
            if mutation == .cut && Int.random(in: 0..<8, using: &random) != 0 { continue }
            mutation.apply(&file, other: corpus[Int.random(in: 0..<corpus.count, using: &random)], &random)
        }
        if round % 8 != 0 { file.seal() }
        do {
            let student = try Student(bytes: file.bytes, limits: limits)
            try forecast(student)
            accepted += 1
        } catch {
            refused["\(error.code)", default: 0] += 1
            subjects["\(error.code): \(error.subject)", default: 0] += 1
        }
    }

    private func forecast(_ student: Student) throws(StudentError) {
        var history = [Float](repeating: 1.5, count: student.shape.inputCount)
        history[0] = .nan
        for origin in [Int64.min, 1_712_408_400, .max] { _ = try student.predict(history: history, at: origin) }
        _ = student.anomalyScore(observed: 1, predicted: 2, node: 0)
        _ = student.card("teacher")
    }
}

/// Tallies of all workers, added up.
final class Tallies: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var total = Tally()

    func add(_ one: Tally) {
        lock.withLock {
            total.accepted += one.accepted
            total.refused.merge(one.refused, uniquingKeysWith: +)
            total.subjects.merge(one.subjects, uniquingKeysWith: +)
        }
    }
}
