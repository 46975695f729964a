import ArgumentParser
import Foundation
import LimbeckCompute

/// Serves one case to the driver of `make bench-peers`: compiles it, then runs a step for each line
/// read and prints its milliseconds; "step 200" runs that many, one after another as in training, and
/// prints their median.
@main
struct TrainingBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "training-bench")

    @Argument(help: "A case, such as stid-207; all with --guard; crossover for sparse beside dense mixing.")
    var name: String

    @Option(help: "Worker threads.")
    var threads = 2

    @Option(help: "Write weights, inputs, loss and gradients of the first step here, and end.")
    var exchange: String?

    @Option(help: "Time the matrix products of this list alone, and those of the machine's peak, and end.")
    var gemms: String?

    @Option(help: "Compare what every case's step is planned to cost with the bounds of this file, and end.")
    var `guard`: String?

    @Flag(help: "With --guard: write the bounds as they are now.")
    var accept = false

    @Option(help: "Run this many steps and end.")
    var steps: Int?

    @Flag(help: "Print what a step does and how long each part takes, and end.")
    var profile = false

    func run() throws {
        if let file = self.guard {
            guard try Guard(file: file).check(isAccepting: accept, printing: { print($0) }) else {
                throw ExitCode.failure
            }
            return
        }
        if name == "crossover" { return Crossover.measure(threads: threads) { print($0) } }
        guard let one = Case.all.first(where: { $0.name == name }) else {
            throw ValidationError("\(name): no such case; known: \(Case.all.map(\.name).joined(separator: ", "))")
        }
        if let exchange {
            try Exchange(folder: exchange).write(one, Step(one, threads: threads, dropout: false))
            return
        }
        if let gemms {
            let square = Products.square
            let peak = square.flops / square.milliseconds(threads: threads, repeats: 15) / 1e6
            let list = gemms == "none" ? nil : try Products(file: gemms)
            tell([
                "peakGigaflops": peak, "milliseconds": list?.milliseconds(threads: threads) ?? 0,
                "flops": list?.flops ?? 0,
            ])
            return
        }
        let step = Step(one, threads: threads, dropout: true)
        if profile { return printProfile(step) }
        if let steps {
            let times = (0..<steps).map { _ in step.run() }.sorted()
            print(String(format: "%-10@ %10.3f ms (%.3f–%.3f)", one.name, times[steps / 2], times[0], times[steps - 1]))
            return
        }
        let plan = step.executable.explanation
        tell([
            "parameters": Double(step.parameters.trainableCount), "compileSeconds": step.compileSeconds,
            "flops": Double(plan.flops),
            "arenaMegabytes": Double(step.executable.arenaBytes) / 1e6, "plannedBytes": Double(plan.bytes),
            "plannedOperations": Double(plan.operations),
        ])
        while let line = readLine(), line.hasPrefix("step") {
            let count = line.split(separator: " ").last.flatMap { Int($0) } ?? 1
            let times = (0..<count).map { _ in step.run() }.sorted()
            tell(
                ["milliseconds": times[times.count / 2], "loss": Double(step.loss)].merging(Usage.now()) { a, _ in a })
        }
        tell(Usage.now())
    }

    /// The tenth step's parts, the slowest first.
    private func printProfile(_ step: Step) {
        for _ in 0..<9 { _ = step.run() }
        let plan = step.executable.profiled(rate: 1e-3, seed: 10)
        let total = plan.entries.reduce(0) { $0 + ($1.microseconds ?? 0) }
        print(
            "\(plan.entries.count) entries, \(plan.operations) operations, \(plan.flops) FLOPs, \(plan.bytes) bytes, "
                + "arena \(plan.arenaBytes) bytes, \(Int(total)) µs")
        for value in plan.fullest.prefix(40) {
            print("\(value.shape.count * 4 / 1_000_000) MB \(value.alive) \(value.path): \(value.operation)")
        }
        for (order, entry) in plan.entries.enumerated().sorted(by: {
            ($0.element.microseconds ?? 0) > ($1.element.microseconds ?? 0)
        }).prefix(60) {
            let time = entry.microseconds ?? 0
            let slabs = entry.slabs.map { "\($0.rows)/\($0.slabRows)" } ?? (entry.isParallel ? "-" : "serial")
            let rates = String(
                format: "%9.0f µs %4.1f %% %6.1f GFLOP/s %6.1f GB/s", time, 100 * time / total,
                Double(entry.flops) / time / 1e3, Double(entry.bytes) / time / 1e3)
            print("\(rates) #\(order) \(slabs) \(entry.path): \(entry.operations.joined(separator: ", "))")
        }
    }

    private func tell(_ values: [String: Double]) {
        let json = (try? JSONSerialization.data(withJSONObject: values, options: [.sortedKeys])) ?? Data()
        FileHandle.standardOutput.write(json + Data("\n".utf8))
    }
}

enum Usage {
    /// Peak resident memory and minor page faults of this process so far.
    static func now() -> [String: Double] {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return ["peakMegabytes": Double(usage.ru_maxrss) / 1024, "minorFaults": Double(usage.ru_minflt)]
    }
}
