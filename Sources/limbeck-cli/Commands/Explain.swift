import ArgumentParser
import Foundation
import Limbeck
import LimbeckCompute
import LimbeckModels
import LimbeckSeries

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a step of a model does: operations, fusions, bytes, FLOPs, memory.",
        discussion: """
            The step is compiled for this machine on numbers of its own; no data is read. A group is \
            computed slab by slab, so that what passes between its operations stays in a core's cache. \
            With --time every part is run and timed.
            """)

    @Argument(help: "A model's name; limbeck models lists them.")
    var model: String

    @Option(help: "Places.")
    var places = 207

    @Option(help: "Values of each place.")
    var channels = 1

    @Option(help: "Steps of history.")
    var history = 12

    @Option(help: "Steps ahead.")
    var horizon = 12

    @Option(help: "Seconds between steps.")
    var step: Int64 = 300

    @Option(help: "Windows computed together.")
    var batch = 64

    @Option(help: "Worker threads.")
    var threads = 2

    @Option(
        name: .customLong("set"), help: "Change a setting of the model, for example --set width=64. Repeatable.")
    var settings: [String] = []

    @Flag(help: "A forecast instead of a training step.")
    var inference = false

    @Flag(help: "Run the step and time its parts.")
    var time = false

    @Flag(help: "Print as JSON.")
    var json = false

    func validate() throws {
        let extents = [
            ("places", places), ("channels", channels), ("history", history), ("horizon", horizon), ("batch", batch),
        ]
        for (name, value) in extents where !(1...100_000).contains(value) {
            throw ValidationError("--\(name) is \(value); give 1 to 100000.")
        }
        if extents.reduce(1.0, { $0 * Double($1.1) }) > 1e9 {
            throw ValidationError("places × channels × history × horizon × batch is above 1e9; give less.")
        }
        if !(1...1024).contains(threads) { throw ValidationError("--threads is \(threads); give 1 to 1024.") }
        if !(1...31_536_000).contains(step) { throw ValidationError("--step is \(step) seconds; give 1 to a year.") }
    }

    func run() throws {
        var request = ModelExplanation(
            model,
            shape: ForecastShape(history: history, horizon: horizon, nodes: places, channels: channels, step: step),
            batch: batch, threads: threads)
        request.settings = settings
        request.isTraining = !inference
        request.isTimed = time
        _ = try one(model, of: ModelCatalog.standard)
        let plan = try request.make()
        if json { return try Console.json(PlanSummary(plan)) }
        try Console.print(PlanSummary(plan).table(of: inference ? "A forecast" : "A training step", batch: batch))
    }
}

/// A plan as a person or a machine reads it.
struct PlanSummary: Encodable {
    struct Part: Encodable {
        var place: String
        var operations: [String]
        var rows, slabRows: Int?
        var flops, bytes: Int
        var isParallel: Bool
        var microseconds: Double?
    }

    var traced, operations, parameters: Int
    var flops, bytes, arenaBytes, slabBytes: Int
    var parts: [Part]

    init(_ plan: Explanation) {
        traced = plan.traced
        operations = plan.operations
        parameters = plan.parameterCount
        flops = plan.flops
        bytes = plan.bytes
        arenaBytes = plan.arenaBytes
        slabBytes = plan.slabBytes
        parts = plan.entries.map {
            Part(
                place: $0.path, operations: $0.operations, rows: $0.slabs?.rows, slabRows: $0.slabs?.slabRows,
                flops: $0.flops, bytes: $0.bytes, isParallel: $0.isParallel, microseconds: $0.microseconds)
        }
    }

    func table(of what: String, batch: Int) -> String {
        var lines = [
            "\(what), batch \(batch): \(traced) operations traced, \(operations) executed in \(parts.count) parts; "
                + "\(parameters) trainable numbers.",
            "\(Self.short(flops))FLOP and \(Self.short(bytes))B moved, "
                + String(format: "%.1f FLOPs a byte; ", Double(flops) / Double(max(1, bytes)))
                + "\(Self.short(arenaBytes))B of memory, and \(Self.short(slabBytes))B of cache a worker.", "",
        ]
        let isTimed = parts.contains { $0.microseconds != nil }
        lines.append((isTimed ? "      time " : "") + "     FLOP      bytes        slabs  part")
        for part in parts {
            let slabs = part.slabRows.map { "\(part.rows ?? 0)/\($0)" } ?? (part.isParallel ? "shared" : "serial")
            let time = isTimed ? Self.padded("\(Self.time(part.microseconds ?? 0)) ", 11) : ""
            lines.append(
                time + Self.padded(Self.short(part.flops), 9) + Self.padded(Self.short(part.bytes) + "B", 11)
                    + Self.padded(slabs, 13) + "  \(part.place): \(Self.counted(part.operations))")
        }
        return lines.joined(separator: "\n")
    }

    /// Operations in order, runs of the same one counted.
    private static func counted(_ operations: [String]) -> String {
        var runs: [(name: String, count: Int)] = []
        for name in operations {
            if let last = runs.indices.last, runs[last].name == name {
                runs[last].count += 1
            } else {
                runs.append((name, 1))
            }
        }
        return runs.map { $0.count == 1 ? $0.name : "\($0.name) × \($0.count)" }.joined(separator: ", ")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func time(_ microseconds: Double) -> String {
        microseconds >= 1000 ? String(format: "%.2f ms", microseconds / 1000) : String(format: "%.0f µs", microseconds)
    }

    /// 12.3 M and the like.
    private static func short(_ count: Int) -> String {
        let units = ["", "k", "M", "G", "T"]
        var value = Double(count), unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let digits = unit == 0 ? "%.0f " : value >= 99.5 ? "%.0f " : "%.1f "
        return String(format: digits, value) + units[unit]
    }
}
