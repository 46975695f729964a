import LimbeckRuntime

extension ONNXExport {
    /// Names, calendar and card as text, lists as JSON; keys are written once each.
    static func metadata(_ content: StudentContent) -> [(key: String, value: String)] {
        let names = content.names
        let windowing = content.windowing
        var entries: [(key: String, value: String)] = [
            ("limbeck.task", content.shape.task == .forecast ? "forecast" : "classify"),
            ("limbeck.step", "\(windowing.step)"),
            ("limbeck.clock", windowing.time.clock.rawValue),
            ("limbeck.zone", windowing.time.zone),
            ("limbeck.places", list(names.places)),
            ("limbeck.latitudes", "[\(names.latitudes.map { "\($0)" }.joined(separator: ","))]"),
            ("limbeck.longitudes", "[\(names.longitudes.map { "\($0)" }.joined(separator: ","))]"),
            ("limbeck.channels", list(names.channels)),
            ("limbeck.units", list(names.units)),
            ("limbeck.labels", list(names.labels)),
            ("limbeck.anomalyThresholds", "[\(content.anomalyThresholds.map { "\($0)" }.joined(separator: ","))]"),
        ].filter { !$0.1.isEmpty && $0.1 != "[]" }
        for card in content.card {
            let key = "card.\(card.key)"
            if let index = entries.firstIndex(where: { $0.key == key }) {
                entries[index].value += "\n\(card.value)"
            } else {
                entries.append((key, card.value))
            }
        }
        return entries
    }

    private static func list(_ texts: [String]) -> String {
        "[\(texts.map(JSONText.quoted).joined(separator: ","))]"
    }
}
