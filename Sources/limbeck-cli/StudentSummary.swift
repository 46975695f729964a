import Foundation
import LimbeckData
import LimbeckEvaluation
import LimbeckRuntime
import LimbeckSeries

/// What a student is, for people and machines.
struct StudentSummary: Encodable {
    var history, horizon, nodes, channels: Int
    /// The last of `channels`, to be known ahead.
    var future: Int
    var stepSeconds: Int64
    var zone, clock: String
    /// The policy for missing readings, and the same in words.
    var missing: String
    private var missingReadings: String
    private var ahead: String
    var places: [String]
    var channelNames, units: [String]
    /// Of the channels that are forecast; the others are covariates.
    var targets: [String]
    /// How steps follow each other where that is not every `stepSeconds`: "1 month"; empty where it is.
    var spacing: String
    var calendar: [String]
    private var calendarWords: [String]
    var parameters: Int
    var operations: Int64
    var card: [String: String]

    /// What JSON holds; the words are for people.
    private enum CodingKeys: String, CodingKey {
        case history, horizon, nodes, channels, future, stepSeconds, zone, clock, places, channelNames, units, targets,
            spacing,
            calendar,
            missing
        case parameters, operations, card
    }

    init(_ content: StudentContent) throws {
        let student = try Student(content)
        history = content.shape.history
        horizon = content.shape.horizon
        nodes = content.shape.nodes
        channels = content.shape.channels
        future = content.shape.future
        stepSeconds = content.windowing.step
        zone = content.windowing.time.zone
        clock = content.windowing.time.clock.rawValue
        missing = "\(content.windowing.missing)"
        missingReadings = content.windowing.missing.words
        places = content.names.places
        channelNames = content.names.channels
        units = content.names.units
        let names = content.names.channels
        targets = names.isEmpty ? [] : content.shape.targets.map { names[$0] }
        let grid = TimeGrid(start: 0, step: stepSeconds, count: 1, spacing: content.windowing.spacing)
        spacing = grid.isRegular ? "" : TimeText.step(grid)
        switch content.windowing.spacing {
        case .months(let count, _): ahead = "\(count * horizon) months"
        case .week: ahead = "\(horizon) open steps"
        case .regular: ahead = TimeText.duration(stepSeconds * Int64(horizon))
        }
        calendar = content.windowing.slots.map { "\($0.field) of steps \($0.first) ..< \($0.first + $0.count)" }
        let fields = Set(content.windowing.slots.map(\.field))
        calendarWords = fields.sorted { $0.rawValue < $1.rawValue }.map(Self.words)
        parameters = student.parameterCount
        operations = student.operations
        card = Dictionary(content.card.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    var text: String {
        func named(_ names: [String]) -> String {
            names.map { name in
                let unit =
                    channelNames.firstIndex(of: name).flatMap { units.indices.contains($0) ? units[$0] : nil } ?? ""
                return unit.isEmpty ? name : "\(name) in \(unit)"
            }.joined(separator: "; ")
        }
        let targets = targets.isEmpty ? channelNames : targets
        let known = channelNames.suffix(future), covariates = channelNames.filter { !targets.contains($0) }
        var lines = [
            "Forecasts \(horizon) steps, \(rhythm), \(ahead) ahead, from the last \(history), at \(nodes) "
                + "place\(nodes == 1 ? "" : "s"): \(named(targets))"
                + (covariates.isEmpty ? "" : "; reads besides: \(named(covariates))")
                + (known.isEmpty ? "" : "; to be known \(ahead) ahead: \(named(Array(known)))"),
            "\(Double(parameters).scaled) stored numbers, \(Double(operations).scaled) FLOP a forecast of all places",
        ]
        if !calendarWords.isEmpty { lines.append("Calendar: \(calendarWords.joined(separator: ", "))") }
        let times = clock == "local" ? "local, without offset" : "with their offset or Z"
        lines.append("Times: \(times)\(zone.isEmpty ? "" : " (\(zone))")")
        lines.append("Missing readings: \(missingReadings)")
        lines.append("Places: \(places.joined(separator: ", "))")
        lines += card.keys.sorted().compactMap { key in
            card[key].flatMap { $0.isEmpty ? nil : "\(key.prefix(1).uppercased())\(key.dropFirst()): \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    private var rhythm: String {
        if !spacing.isEmpty { return "every \(spacing)" }
        return switch stepSeconds {
        case 60: "every minute"
        case 3600: "hourly"
        case 86_400: "daily"
        case 604_800: "weekly"
        default: "every \(TimeText.duration(stepSeconds))"
        }
    }

    private static func words(_ field: CalendarSlot.Field) -> String {
        switch field {
        case .hourOfDay: "hour of the day"
        case .weekday: "day of the week"
        case .hourOfWeek: "hour of the week"
        case .month: "month"
        case .dayOfMonth: "day of the month"
        case .dayOfYear: "day of the year"
        case .weekOfYear: "week of the year"
        case .stepOfDay: "time of the day"
        case .stepOfWeek: "time of the week"
        }
    }
}
