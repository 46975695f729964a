import ArgumentParser
import Limbeck
import LimbeckData
import LimbeckEvaluation
import LimbeckFiles
import LimbeckSeries

struct Detect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the anomalies of new data, by a student that tells them.",
        discussion: """
            Reads the data as `limbeck forecast` does and writes a row for each alarm: place, start, end (exclusive) and \
            the highest score of it. Alarms of a place less than six steps apart are one. The threshold is that of the \
            student, which let so many false alarms a day pass as its recipe says. A run's folder stands for its student.

              limbeck detect student.limbeck --input new.csv > alarms.csv
            """)

    @Argument(help: "A .limbeck file, or the folder of the run that made it.")
    var student: String

    @OptionGroup var data: DataOptions

    @Option(help: "Where to write; standard output by default.")
    var output: String?

    @Option(help: "Score from 0 to 1 above which to raise an alarm; the student's own by default.")
    var threshold: Float?

    @Flag(help: "Print as JSON.")
    var json = false

    private struct Row: Encodable {
        var place, start, end: String
        var score: Float
    }

    func run() throws {
        let forecaster = try StudentForecaster(path: StudentPath.file(student))
        guard let smoothing = forecaster.smoothing, let own = forecaster.thresholds.first,
            forecaster.shape.task == .classify, forecaster.shape.outputs == 1
        else {
            throw Failure(
                code: 1,
                message: "\(student): does not tell anomalies; train one with task: { kind: detect } "
                    + "(Documentation/Anomalies.md), or see limbeck forecast --help.")
        }
        let series = try data.readings(for: forecaster)
        let answer = try forecaster.forecast(series.withGaps, origins: Array(forecaster.history...series.times.count))
        let scores = AnomalyScores(answer, of: series, channels: forecaster.watchedChannels)
            .smoothed(over: smoothing)
        let limit = threshold ?? own
        let rows = scores.alarms(above: limit).sorted {
            ($0.steps.lowerBound, $0.node) < ($1.steps.lowerBound, $1.node)
        }.map { alarm in
            Row(
                place: series.places[alarm.node].id, start: TimeText.stamp(series.times, alarm.steps.lowerBound),
                end: TimeText.stamp(series.times, alarm.steps.upperBound + 1),
                score: alarm.steps.map { scores[$0, alarm.node] }.max() ?? 0)
        }
        let places = Set(rows.map(\.place)).count
        Console.note(
            "\(grouped(rows.count)) alarm\(rows.count == 1 ? "" : "s") at \(grouped(places)) of "
                + "\(grouped(series.nodeCount)) places in \(grouped(scores.steps.count)) steps, above \(limit)")
        if json { return try Console.json(rows) }
        let text =
            (["place,start,end,score"]
            + rows.map { "\(ForecastRows.quoted($0.place)),\($0.start),\($0.end),\($0.score)" }).joined(separator: "\n")
            + "\n"
        if let output { try AtomicFile.write(output, text: text) } else { try Console.write(text) }
    }
}
