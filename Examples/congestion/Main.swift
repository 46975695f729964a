import ArgumentParser
import Foundation
import LimbeckCompute
import LimbeckData
import LimbeckDistill
import LimbeckSeries

/// The classic case: a CSV of features and classes, a teacher, and a student with and without it.
@main struct CongestionExample: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "congestion-example",
        abstract: "Distils a classifier: will this counter's next hour be unusually busy?",
        discussion: """
            Without --csv the table is made from the embedded Auckland pedestrian counters, \
            written to a temporary file and read back, so that what runs is the way of one's own \
            CSV.
            """)

    @Option(help: "Write the table made from the Auckland counters to this file, and stop.")
    var writeCSV: String?

    @Option(
        help: """
            Read this table instead: timestamp, lat, lon, features, a 0/1 column "event" and \
            maybe one of more classes, "level".
            """)
    var csv: String?

    @Option(help: "Of the Auckland counters, keep one hour in so many; counters take turns.")
    var every = 5

    @Option(help: "Seeds 1, 2, … to train with.")
    var seeds = 5

    @Option(help: "Passes over the training rows.")
    var epochs = 10

    func validate() throws {
        let numbers = [("every", every), ("seeds", seeds), ("epochs", epochs)]
        for (name, value) in numbers where value < 1 {
            throw ValidationError("--\(name) is \(value); it must be at least 1.")
        }
    }

    func run() async throws {
        let begin = microseconds()
        if let writeCSV {
            let made = try makeTable()
            try made.write(writeCSV)
            line("\(writeCSV): \(made.rows.count) rows of \(made.header.count) columns.")
            return
        }
        let table = try csv.map { try CSVTable(path: $0) } ?? roundTrip()
        try checkEvents(table)
        let hasLevel = table.names.contains("level")
        let events = try LabelledRows(
            table, label: "event", leavingOut: hasLevel ? ["level"] : [])
        describe(table, events)
        var parts = [try Part("Event: above the 90th percentile in the next hour", events, table, epochs)]
        if hasLevel {
            let levels = try LabelledRows(table, label: "level", leavingOut: ["event"])
            parts.append(try Part("Level: the tercile of the next hour", levels, table, epochs))
        }
        let outcomes = try await train(parts.map(\.comparison))
        for (part, (choice, outcomes)) in zip(parts, outcomes) {
            part.printSplit()
            let printout = Printout(
                comparison: part.comparison, choice: choice, outcomes: outcomes)
            try printout.printBaselines(part.rows)
            try printout.print()
            printout.printVerdict()
        }
        let models = outcomes.reduce(0) { sum, part in
            part.outcomes.reduce(sum + part.choice.trained) { $0 + $1.trained }
        }
        line("")
        line(
            "\(models) models trained, in \(Printout.number((microseconds() - begin) * 1e-6, 0)) s"
                + " on \(ProcessInfo.processInfo.activeProcessorCount) cores.")
    }

    // MARK: Data

    private func makeTable() throws -> CountersCSV {
        let entry = try DatasetCatalog.standard.entry(named: "auckland")
        let series = try entry.load().series
        line("Data: \(entry.summary) \(entry.licence)")
        let made = CountersCSV(series, every: every)
        line(
            "Kept: one hour in \(every) of each of \(series.nodeCount) counters, "
                + "\(made.rows.count) rows; "
                + "\(made.leftOut) left out because an hour they need was not measured.")
        return made
    }

    private func roundTrip() throws -> CSVTable {
        let name = "congestion-\(ProcessInfo.processInfo.processIdentifier).csv"
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try makeTable().write(path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try CSVTable(path: path)
    }

    /// An event took place or did not; what is no whole number `LabelledRows` refuses.
    private func checkEvents(_ table: CSVTable) throws {
        guard let column = table.names.firstIndex(of: "event") else { return }
        for row in 0..<table.count {
            let value = table.values[row * table.names.count + column]
            guard value > 1 || value < 0 else { continue }
            throw DataError(
                .badNumber,
                "\(table.file), line \(table.lines[row]), column \"event\": \(value) is neither 0 nor 1;"
                    + " write 1 where the event took place, and put classes into a column \"level\".")
        }
    }

    private func describe(_ table: CSVTable, _ rows: LabelledRows) {
        line(
            "CSV: \(table.count) rows; \(rows.featureCount) features: "
                + rows.featureNames.joined(separator: ", ") + ".")
        if rows.movedCount > 0 {
            line("\(rows.movedCount) rows were out of order and are sorted by time.")
        }
        line("Split by time 70/10/20; features standardised on the training part.")
        line("Adam, batch 32, \(epochs) epochs, the best on validation kept; seeds 1 to \(seeds).")
        line(
            "A student's loss: \(Comparison.hardWeight) hard + \(Comparison.softWeight) "
                + "T² KL(teacher ‖ student).")
    }

    // MARK: Training

    /// The temperature of each part, then its outcome for each seed; what does not wait for
    /// another runs side by side.
    private func train(
        _ parts: [Comparison]
    ) async throws -> [(choice: Comparison.Choice, outcomes: [Comparison.Outcome])] {
        let choices = try await sideBySide(
            parts.map { part in { @Sendable in try part.choose() } })
        let jobs = zip(parts, choices).flatMap { part, choice in
            (1...seeds).map { seed in
                { @Sendable in try part.run(seed: UInt64(seed), temperature: choice.temperature) }
            }
        }
        let outcomes = try await sideBySide(jobs)
        return choices.indices.map {
            (choices[$0], Array(outcomes[$0 * seeds..<($0 + 1) * seeds]))
        }
    }

    private func sideBySide<Result: Sendable>(
        _ jobs: [@Sendable () throws -> Result]
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for (index, job) in jobs.enumerated() { group.addTask { (index, try job()) } }
            var results: [(Int, Result)] = []
            for try await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

/// One label of the table, to be learned from the same features.
private struct Part {
    let comparison: Comparison
    let rows: LabelledRows

    init(_ name: String, _ rows: LabelledRows, _ table: CSVTable, _ epochs: Int) throws {
        let task = try ClassificationTask(rows)
        for (part, samples) in [("validation", task.validation), ("test", task.test)] {
            let known = Set(samples.map { task.labels[$0] })
            guard let missing = (0..<task.classCount).first(where: { !known.contains($0) }) else { continue }
            let start = rows.times[samples[0]]
            let line = table.times.firstIndex(of: start).map { table.lines[$0] } ?? 1
            throw DataError(
                .nothingObserved,
                "\(table.file), line \(line): the \(part) part, \(samples.count) rows from"
                    + " \(TimeText.stamp(start)) on, has none of class \(missing), so that nothing can be said"
                    + " about it; give more rows, or rows over a longer time.")
        }
        self.rows = rows
        comparison = Comparison(
            name: "\(name) (\(task.activation.rawValue))", task: task, epochs: epochs)
    }

    func printSplit() {
        let task = comparison.task
        line("")
        line("## \(comparison.name)")
        for (name, samples) in [
            ("training", task.train), ("validation", task.validation), ("test", task.test),
        ] {
            let shares = (0..<task.classCount).map { label in
                let count = samples.count { task.labels[$0] == label }
                return Printout.number(100 * Double(count) / Double(samples.count), 1) + " %"
            }
            line(
                "\(name): \(samples.count) rows from \(TimeText.stamp(rows.times[samples[0]])), "
                    + (task.activation == .sigmoid
                        ? "\(shares[1]) events" : "classes \(shares.joined(separator: ", "))"))
        }
    }
}
