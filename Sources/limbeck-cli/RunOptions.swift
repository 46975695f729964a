import ArgumentParser
import Dispatch
import Foundation
import Limbeck
import LimbeckEvaluation

/// Options of every command that trains.
struct RunOptions: ParsableArguments {
    @Option(help: "Draws weights, order and dropout; the same seed and threads give the same bits.")
    var seed: UInt64?

    @Option(help: "Worker threads; by default those of the recipe, else one for each core.")
    var threads: Int?

    @Option(
        name: .customLong("set"), help: "Change a key of the recipe, for example --set training.epochs=40. Repeatable.")
    var assignments: [String] = []

    @Option(help: "The run's folder. With --resume, the run to continue; else where a new one is made.")
    var runDir: String?

    @Flag(help: "Continue the run in --run-dir from its checkpoints, to the same bits.")
    var resume = false

    @Flag(help: "Print results as one JSON object.")
    var json = false

    @Flag(help: "No progress; warnings are told all the same.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); give 1 to 1024.")
        }
        if resume, runDir == nil {
            throw ValidationError("--resume needs --run-dir: the folder of the run to continue.")
        }
    }

    var overrides: [String] { assignments + (seed.map { ["seed=\($0)"] } ?? []) }

    /// Runs a recipe with these options; prints what it found, and what to do `next`.
    func run(_ recipe: Recipe, until stage: Pipeline.Stage = .report, next: String = "") throws {
        let interruption = Interruption()
        let watch = SignalWatch(interruption)
        defer { watch.stop() }
        var recipe = recipe
        if let threads { recipe.training.threads = threads }
        var pipeline = Pipeline(recipe)
        pipeline.lastStage = stage
        let observer = ConsoleObserver(isQuiet: quiet)
        defer { observer.finish() }
        pipeline.observer = observer
        pipeline.interruption = interruption
        if resume { pipeline.resuming = runDir ?? "" } else { pipeline.runDirectory = runDir ?? "" }
        do {
            let result = try pipeline.run()
            try report(result, target: recipe.until.target)
            if !json, !next.isEmpty { try Console.print("\n" + next) }
            if result.isTargetMet == false {
                throw Failure(
                    code: 3,
                    message:
                        "The target \"\(recipe.until.target)\" was not met within \(recipe.until.maxTrials) trials and "
                        + "\(recipe.until.maxMinutes) minutes; the best student is kept.")
            }
        } catch let error as Interrupted {
            throw Failure(code: 128 + error.signal, message: error.description)
        }
    }

    private func report(_ result: RunResult, target: String) throws {
        if json { return try Console.json(RunSummary(result, target: target)) }
        try Console.print(result.comparison)
        if !result.leftOut.isEmpty {
            try Console.print(result.leftOut.map { $0.sentence + "." }.joined(separator: "\n") + "\n")
        }
        for warning in result.warnings { try Console.print("\nWarning: \(warning)") }
        if !result.verdict.isEmpty { try Console.print("\n" + result.verdict) }
        // Of several channels the largest has no one unit.
        let unit = result.scores.channels.isEmpty ? result.scores.all.first { $0.metric == "mae" }?.unit ?? "" : ""
        if let shipped = result.shippedDifference {
            try Console.print(
                "\nRead back by the device runtime, the student's forecasts differ by at most "
                    + "\(shipped.largest.significant)\(unit.isEmpty ? "" : " " + unit) "
                    + "(\((100 * shipped.largest / max(shipped.range, 1e-12)).significant) % of the value range).")
        }
        try Console.print("\nRun      \(result.directory.path)")
        if !result.studentPath.isEmpty { try Console.print("Student  \(result.studentPath)") }
        if !result.reportPath.isEmpty { try Console.print("Report   \(result.reportPath)") }
    }
}

/// What `--json` prints of a run: where everything is, how it ended, and every score.
struct RunSummary: Encodable {
    struct Target: Encodable {
        var expression: String
        var met: Bool
    }
    var run: String
    /// Left out where the run made none.
    var report, student, verdict: String?
    /// What is doubtful about the run.
    var warnings: [String]
    var target: Target?
    /// What each source of covariates brings, where that was asked for.
    var leftOut: [LeftOut]?
    var scores: [Score]

    init(_ result: RunResult, target: String) {
        func text(_ text: String) -> String? { text.isEmpty ? nil : text }
        run = result.directory.path
        report = text(result.reportPath)
        student = text(result.studentPath)
        verdict = text(result.verdict)
        warnings = result.warnings
        self.target = result.isTargetMet.map { Target(expression: target, met: $0) }
        leftOut = result.leftOut.isEmpty ? nil : result.leftOut
        scores = result.scores.sorted
    }
}

/// Turns SIGINT and SIGTERM into a request to stop at the next safe point; a second one ends at once.
final class SignalWatch {
    private var sources: [any DispatchSourceSignal] = []

    init(_ interruption: Interruption) {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if interruption.signal != nil {
                    Console.note("")
                    _exit(128 + number)
                }
                interruption.request(signal: number)
            }
            source.resume()
            sources.append(source)
        }
    }

    func stop() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
