import Foundation
import LimbeckData
import LimbeckEvaluation
import LimbeckSeries

/// What a student says as rows of time, place, channel or label, value and unit.
struct ForecastRows {
    struct Row: Encodable {
        var time, place, channel: String
        /// Of quantiles, which.
        var quantile: Double?
        var value: Float
        var unit: String
        /// Of labels: does the probability reach its threshold?
        var alarm: Int?
    }
    var rows: [Row] = []

    init(_ forecast: Forecast, series: Series, of student: StudentForecaster) {
        let levels = student.quantiles, thresholds = student.thresholds, labels = student.labelNames
        for (index, origin) in forecast.origins.enumerated() {
            for step in 0..<forecast.horizon {
                let time = TimeText.stamp(series.times, origin + step)
                for node in 0..<forecast.nodeCount {
                    for output in 0..<forecast.channelCount {
                        let value = forecast.values[
                            forecast.offset(origin: index, step: step, node: node, channel: output)]
                        var row = Row(
                            time: time, place: series.places[node].id, channel: "", value: value, unit: "")
                        if let labels {
                            (row.channel, row.unit) = (labels[output], "probability")
                            if thresholds.indices.contains(output) { row.alarm = value >= thresholds[output] ? 1 : 0 }
                        } else {
                            let channel = series.channels[student.shape.targets[output]]
                            (row.channel, row.unit) = (channel.name, channel.unit)
                            if !levels.isEmpty { row.quantile = levels[output % levels.count] }
                        }
                        rows.append(row)
                    }
                }
            }
        }
    }

    var csv: String {
        let hasQuantiles = rows.contains { $0.quantile != nil }, hasAlarms = rows.contains { $0.alarm != nil }
        let heading =
            ["time", "place", "channel"] + (hasQuantiles ? ["quantile"] : []) + ["value", "unit"]
            + (hasAlarms ? ["alarm"] : [])
        let lines = rows.map { row in
            var cells = [row.time, row.place, row.channel]
            if hasQuantiles { cells.append(row.quantile.map { "\($0)" } ?? "") }
            cells += ["\(row.value)", row.unit]
            if hasAlarms { cells.append(row.alarm.map { "\($0)" } ?? "") }
            return cells.map(Self.quoted).joined(separator: ",")
        }
        return ([heading.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }

    /// RFC 4180: quoted when it holds a comma, a quote or a line break.
    static func quoted(_ text: String) -> String {
        text.contains { ",\"\n\r".contains($0) }
            ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
    }
}
