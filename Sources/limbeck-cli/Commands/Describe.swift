import ArgumentParser
import Foundation
import Limbeck
import LimbeckAnalysis
import LimbeckData
import LimbeckEvaluation
import LimbeckFiles
import LimbeckRuntime

/// An event as JSON: times on the wall clock of its zone.
private struct EventRow: Encodable {
    var start, end, zone, label: String
    var isAllDay: Bool

    init(_ event: EventCalendar.Event) {
        (start, end) = (TimeText.stamp(event.start), TimeText.stamp(event.end))
        (zone, label, isAllDay) = (event.zone, event.label, event.isAllDay)
    }
}

struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what something is: data, a student, a run, a recipe.",
        discussion: """
            Data: what it holds, what is missing or odd, its periods and trends. A student: what \
            it forecasts and where it came from. A run: its scores. A recipe: every key resolved.
            """)

    @Argument(
        help:
            "A data file, a folder of them, a calendar (.ics), an embedded data set's name, a .limbeck file, a run's folder or a recipe."
    )
    var path: String

    @OptionGroup var reading: ReadingOptions

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        var isFolder = ObjCBool(false)
        // A folder is a run's, or holds files of data that belong together.
        let isRun = ["/scores.json", "/recipe.yaml", "/metrics.jsonl"].contains {
            FileManager.default.fileExists(atPath: path + $0)
        }
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue, isRun {
            let scores = try RunScores.read(path)
            return try Console.print(json ? scores.json : Comparison(scores).table())
        }
        if path.hasSuffix(".limbeck") { return try student() }
        if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            return try Console.print(Recipe.load(path).yaml())
        }
        try data()
    }

    private func student() throws {
        let bytes = try FileBytes.read(path)
        do {
            let summary = try StudentSummary(StudentFile.decode(bytes))
            try Console.print(json ? summary.json() : summary.text)
        } catch let error as StudentError {
            throw Failure(code: 1, message: "\(path): \(error)")
        }
    }

    private func data() throws {
        if path.lowercased().hasSuffix(".ics") {
            let calendar = try EventCalendar(path: path)
            return try json ? Console.json(calendar.events.map(EventRow.init)) : Console.print(calendar.description)
        }
        let loaded = try reading.load(path)
        if json { return try Console.json(loaded.quality) }
        try Console.print(loaded.quality.description)
        try Console.print(SeriesSummary(loaded.series).text)
    }
}
