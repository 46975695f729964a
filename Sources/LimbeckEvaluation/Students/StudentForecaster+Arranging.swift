public import LimbeckSeries

extension StudentForecaster {
    /// `series` with the student's places, in its order, and its channel names and units.
    ///
    /// Places are matched by name; others are left out. A file that names no unit or channel of its
    /// own takes the student's. Throws `incomparable` naming every missing place.
    public func arranged(_ series: Series) throws -> Series {
        guard !names.places.isEmpty else { return series }
        var index: [String: Int] = [:]
        for (node, place) in series.places.enumerated() { index[place.id] = node }
        let missing = names.places.filter { index[$0] == nil }
        guard missing.isEmpty else {
            let listed = missing.prefix(5).map { "\"\($0)\"" }.joined(separator: ", ")
            throw EvaluationError(
                .incomparable,
                "\(series.name) lacks \(missing.count) of the student's \(names.places.count) places: \(listed)\(missing.count > 5 ? ", …" : ""); name its columns as the student's places (limbeck describe shows them)"
            )
        }
        guard series.channelCount == shape.channels else {
            throw EvaluationError(
                .incomparable,
                "\(series.name) has \(series.channelCount) channels, the student reads \(shape.channels); choose columns with --set data.value=NAME"
            )
        }
        let nodes = names.places.compactMap { index[$0] }
        var values: [Float] = [], observed: [Bool] = []
        values.reserveCapacity(series.times.count * nodes.count * series.channelCount)
        for time in 0..<series.times.count {
            for node in nodes {
                for channel in 0..<series.channelCount {
                    let offset = series.offset(time: time, node: node, channel: channel)
                    values.append(series.values[offset])
                    observed.append(series.observed[offset])
                }
            }
        }
        var channels = series.channels
        for channel in channels.indices {
            if channel < names.channels.count { channels[channel].name = names.channels[channel] }
            if channel < names.units.count, channels[channel].unit.isEmpty {
                channels[channel].unit = names.units[channel]
            }
        }
        return Series(
            name: series.name, times: series.times, places: nodes.map { series.places[$0] },
            channels: channels, values: values, observed: observed, licence: series.licence)
    }
}
