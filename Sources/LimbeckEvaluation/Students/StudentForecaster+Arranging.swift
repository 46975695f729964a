public import LimbeckSeries

extension StudentForecaster {
    /// `series` with the student's places and channels, in its order, and its units.
    ///
    /// Places are matched by name, and so are channels where the student reads several; others are left out. A file that
    /// names no unit or channel of its own takes the student's. Throws `incomparable` naming what is missing.
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
        let series = try withOwnChannels(series)
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

    /// The channels that the student reads, in its order.
    private func withOwnChannels(_ series: Series) throws -> Series {
        let own = names.channels, there = series.channels.map(\.name)
        let found = own.compactMap(there.firstIndex(of:))
        if own.count == shape.channels, found.count == own.count { return series.keeping(channels: found) }
        // A single channel needs no name, and none is known of a file without names.
        if series.channelCount == shape.channels, shape.channels == 1 || own.isEmpty || found.isEmpty { return series }
        let missing = own.filter { !there.contains($0) }
        throw EvaluationError(
            .incomparable,
            "\(series.name) has the channels \(there.joined(separator: ", ")), and the student reads "
                + (missing.isEmpty ? "\(shape.channels)" : "\(missing.joined(separator: ", ")) besides")
                + "; choose them with --set data.value=NAME, or name them with data.channels")
    }
}
