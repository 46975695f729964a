import LimbeckSeries

/// An entry of `data.channels`: `speed`, `speed [km/h]`, or `speed [km/h] = channel2` (also by its number, `= 2`).
struct ChannelChoice {
    var name: String
    var unit: String?
    /// What the file calls it; nil where the name is its own, or its place in the list tells.
    var source: String?

    init(_ text: String) throws {
        func trimmed(_ text: Substring) -> String {
            String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        name = trimmed(parts[0])
        source = parts.count == 2 ? trimmed(parts[1]) : nil
        if name.hasSuffix("]"), let open = name.lastIndex(of: "[") {
            unit = trimmed(name[name.index(after: open)...].dropLast())
            name = trimmed(name[..<open])
        }
        guard !name.isEmpty, source != "" else {
            throw DataError(
                .badConfiguration,
                "data.channels: \(quoted(text)) names no channel; write speed, speed [km/h], or "
                    + "speed [km/h] = channel2.")
        }
    }

    /// Keeps what `entries` name, as they name it; all of it where there are none.
    static func apply(_ entries: [String], to series: inout Series) throws {
        guard !entries.isEmpty else { return }
        let choices = try entries.map(ChannelChoice.init)
        for index in choices.indices where choices[..<index].contains(where: { $0.name == choices[index].name }) {
            throw DataError(
                .badConfiguration,
                "data.channels: two channels are called \(quoted(choices[index].name)); rename one.")
        }
        let kept = try sources(of: choices, in: series)
        series = series.keeping(channels: kept)
        for (index, choice) in choices.enumerated() {
            let unit = choice.unit ?? series.channels[index].unit
            series.channels[index] = channel(choice.name, unit)
        }
    }

    /// The number of each choice's channel.
    private static func sources(of choices: [ChannelChoice], in series: Series) throws -> [Int] {
        let known = series.channels.map(\.name)
        // As many new names as there are channels are theirs, in order.
        if choices.count == known.count, choices.allSatisfy({ $0.source == nil && !known.contains($0.name) }) {
            return Array(known.indices)
        }
        var kept: [Int] = []
        for choice in choices {
            let wanted = choice.source ?? choice.name
            guard
                let found = known.firstIndex(of: wanted)
                    ?? Int(wanted).flatMap({ known.indices.contains($0) ? $0 : nil })
            else {
                let list = known.enumerated().map { "\($0) \(quoted($1))" }.joined(separator: ", ")
                throw DataError(
                    .missingColumn,
                    "data.channels: \(series.name) has no channel \(quoted(wanted)) but \(list); name these, or all of "
                        + "them anew in their order.")
            }
            guard !kept.contains(found) else {
                throw DataError(
                    .badConfiguration, "data.channels: \(quoted(known[found])) is named twice; name it once.")
            }
            kept.append(found)
        }
        return kept
    }
}
