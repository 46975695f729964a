import ArgumentParser
import Foundation
import LimbeckCompute

/// Serves one case to the driver of `make bench-peers`: compiles it, then runs a step for each line
/// read and prints its milliseconds.
@main
struct TrainingBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "training-bench")

    @Argument(help: "A case, such as stid-207.")
    var name: String

    @Option(help: "Worker threads.")
    var threads = 2

    @Option(help: "Write weights, inputs, loss and gradients of the first step here, and end.")
    var exchange: String?

    func run() throws {
        guard let one = Case.all.first(where: { $0.name == name }) else {
            throw ValidationError("\(name): no such case; known: \(Case.all.map(\.name).joined(separator: ", "))")
        }
        if let exchange {
            try Exchange(folder: exchange).write(one, Step(one, threads: threads, dropout: false))
            return
        }
        let step = Step(one, threads: threads, dropout: true)
        let cost = step.executable.computation.optimizedCost
        tell([
            "parameters": Double(step.parameters.trainableCount), "compileSeconds": step.compileSeconds,
            "flops": Double(cost.flops), "bytes": Double(cost.bytes),
            "operations": Double(step.executable.computation.nodes.count),
            "arenaMegabytes": Double(step.executable.arenaBytes) / 1e6,
        ])
        while let line = readLine(), line == "step" { tell(["milliseconds": step.run(), "loss": Double(step.loss)]) }
        tell(Process.usage())
    }

    private func tell(_ values: [String: Double]) {
        let json = (try? JSONSerialization.data(withJSONObject: values, options: [.sortedKeys])) ?? Data()
        FileHandle.standardOutput.write(json + Data("\n".utf8))
    }
}

enum Process {
    /// Peak resident memory and minor page faults of this process so far.
    static func usage() -> [String: Double] {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return ["peakMegabytes": Double(usage.ru_maxrss) / 1024, "minorFaults": Double(usage.ru_minflt)]
    }
}
