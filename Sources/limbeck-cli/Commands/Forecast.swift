import ArgumentParser
import Foundation
import Limbeck
import LimbeckData
import LimbeckEvaluation
import LimbeckExport
import LimbeckFiles
import LimbeckSeries

struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Forecast new data with a student: CSV with times, places and units.",
        discussion: """
            Reads the last steps of the data and writes what comes next. Places are matched by \
            name, so columns may be in any order, and others may be there too. Gaps in the \
            history are filled as the student was trained to, and counted. A run's folder stands for its student.
            Quantiles have a column that says which; a student of labels gives their probabilities, and 1 as alarm where \
            one reaches its threshold.

              limbeck forecast student.limbeck --input new.csv > forecast.csv
            """)

    @Argument(help: "A .limbeck file, or the folder of the run that made it.")
    var student: String

    @OptionGroup var data: DataOptions

    @Option(help: "Where to write; standard output by default.")
    var output: String?

    @Option(
        help: """
            First step to forecast, as an index of the data's steps from 0; the step after the last \
            by default.
            """)
    var origin: Int?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let forecaster = try StudentForecaster(path: StudentPath.file(student))
        guard forecaster.smoothing == nil else {
            throw Failure(
                code: 1, message: "\(student): tells anomalies and forecasts nothing; see limbeck detect --help.")
        }
        let ordered = try data.readings(for: forecaster)
        let origin = origin ?? ordered.times.count
        let steps = ordered.times.count
        guard (forecaster.history...steps).contains(origin) else {
            throw Failure(
                code: 1,
                message:
                    "\(data.input): --origin is \(origin), but a forecast needs \(forecaster.history) of the data's "
                    + "\(steps) steps before it; give \(forecaster.history) to \(steps).")
        }
        try warnOfSilence(ordered, origin: origin, forecaster.shape)
        try checkAhead(ordered, origin: origin, forecaster.shape)
        let read = origin - forecaster.history..<origin
        if let finding = PlausibilityCheck.finding(ordered, scaler: forecaster.scaler, in: read) {
            Console.warn(finding)
        }
        let cells = read.lowerBound * ordered.stepSize..<read.upperBound * ordered.stepSize
        let missing = cells.count { !ordered.observed[$0] }
        if missing > 0 {
            Console.note(
                "filled: \(grouped(missing)) missing reading\(missing == 1 ? "" : "s") of the history: "
                    + forecaster.windowing.missing.words)
        }
        let forecast = try forecaster.forecast(ordered.withGaps, origins: [origin])
        let rows = ForecastRows(forecast, series: ordered, of: forecaster)
        if json { return try Console.json(rows.rows) }
        if let output {
            try AtomicFile.write(output, text: rows.csv)
        } else {
            try Console.write(rows.csv)
        }
    }
}

extension ForecastCommand {
    /// Names the places that say nothing in the whole history the student reads; throws when all do.
    private func warnOfSilence(_ series: Series, origin: Int, _ shape: StudentShape) throws {
        let history = shape.history
        let steps = origin - history..<origin
        let silent = series.places.indices.filter { node in
            !steps.contains { time in
                (shape.targets.isEmpty ? Array(0..<shape.channels - shape.future) : shape.targets).contains {
                    series.observed[series.offset(time: time, node: node, channel: $0)]
                }
            }
        }
        guard silent.count < series.nodeCount else {
            throw Failure(
                code: 1,
                message: "\(data.input): no place has a reading in the last \(history) steps before the forecast; "
                    + "give newer data, or an earlier --origin.")
        }
        guard !silent.isEmpty else { return }
        let names = silent.prefix(10).map { series.places[$0].id }.joined(separator: ", ")
        Console.note(
            "warning: \(names)\(silent.count > 10 ? " and \(silent.count - 10) more" : "") "
                + "\(silent.count == 1 ? "has" : "have") no reading in the last \(history) steps; "
                + "\(silent.count == 1 ? "its" : "their") forecast rests on filled values alone")
    }

    /// Throws where what the student reads ahead is not known to the forecast's end.
    private func checkAhead(_ series: Series, origin: Int, _ shape: StudentShape) throws {
        let steps = origin - shape.history..<origin
        for channel in series.channelCount - shape.future..<series.channelCount {
            let last = steps.last { time in
                series.places.indices.contains { series.isObserved(time: time, node: $0, channel: channel) }
            }
            let lacking = origin - 1 - (last ?? steps.lowerBound - 1)
            guard lacking > 0 else { continue }
            let name = series.channels[channel].name
            let until = last.map { "until \(TimeText.stamp(series.times, $0 + shape.horizon))" } ?? "at no time of it"
            throw Failure(
                code: 1,
                message: "\(data.input): \"\(name)\" is known \(until), and the forecast goes to "
                    + "\(TimeText.stamp(series.times, origin - 1 + shape.horizon)): \(grouped(lacking)) "
                    + "step\(lacking == 1 ? "" : "s") short; give it further ahead, or an earlier --origin.")
        }
    }
}
