import Foundation
import LimbeckRuntime

/// What a student is, for people and machines.
struct StudentSummary: Encodable {
    var history, horizon, nodes, channels: Int
    var stepSeconds: Int64
    var zone, clock: String
    var places: [String]
    var channelNames, units: [String]
    var calendar: [String]
    var parameters: Int
    var operations: Int64
    var card: [String: String]

    init(_ content: StudentContent) throws {
        let student = try Student(content)
        history = content.shape.history
        horizon = content.shape.horizon
        nodes = content.shape.nodes
        channels = content.shape.channels
        stepSeconds = content.windowing.step
        zone = content.windowing.time.zone
        clock = content.windowing.time.clock.rawValue
        places = content.names.places
        channelNames = content.names.channels
        units = content.names.units
        calendar = content.windowing.slots.map { "\($0.field) of steps \($0.first) ..< \($0.first + $0.count)" }
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
        """
        Forecasts \(horizon) steps of \(stepSeconds) s from the last \(history), at \(nodes) places, \(channels) channel\(channels == 1 ? "" : "s") (\(zip(channelNames, units).map { $1.isEmpty ? $0 : "\($0), \($1)" }.joined(separator: "; "))).
        \(parameters) stored numbers, \(operations) operations a forecast. Calendar: \(calendar.joined(separator: ", ")); \(clock) clock\(zone.isEmpty ? "" : ", \(zone)").
        Places: \(places.joined(separator: ", "))
        \(card.keys.sorted().map { "\($0): \(card[$0] ?? "")" }.joined(separator: "\n"))
        """
    }
}
