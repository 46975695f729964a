public import LimbeckSeries

extension ForecastFile {
    /// The forecasts of some windows of a series, `[origins, horizon, N, C]`, by time and by place.
    ///
    /// Throws for the first that does not fit, with what was expected and what is there.
    public func values(for wanted: [Int], of series: Series, horizon: Int) throws -> [Float] {
        try checkAxes(series, horizon)
        let order = try placeOrder(series), channelOrder = try channelOrder(series)
        var rows: [Int64: Int] = [:]
        for (row, origin) in origins.enumerated() { rows[origin] = row }
        let size = horizon * placeCount * channelCount
        var result: [Float] = []
        result.reserveCapacity(wanted.count * size)
        for origin in wanted {
            let instant = series.times.instant(origin)
            guard let row = rows[instant] else { throw missing(instant, series, wanted) }
            for step in 0..<horizon {
                for (node, place) in order.enumerated() {
                    for channel in channelOrder {
                        let value = values[((row * horizon + step) * placeCount + place) * channelCount + channel]
                        guard value.isFinite else {
                            throw DataError(
                                .badNumber,
                                "\(path): there is no number for origin \(TimeText.stamp(instant)), step \(step + 1), place "
                                    + "\(quoted(series.places[node].id)); a teacher forecasts every place and step.")
                        }
                        result.append(value)
                    }
                }
            }
        }
        return result
    }

    /// Those of these windows that have a forecast.
    ///
    /// Throws where none has, or where all have one beside them: then times were written another way.
    public func covered(_ wanted: [Int], of series: Series) throws -> [Int] {
        let known = Set(origins)
        let found = wanted.filter { known.contains(series.times.instant($0)) }
        if found.count < wanted.count, found.isEmpty || shift(wanted, of: series) != nil {
            let first = wanted.first { !known.contains(series.times.instant($0)) } ?? wanted[0]
            throw missing(series.times.instant(first), series, wanted)
        }
        return found
    }

    /// How many of these windows have no forecast.
    public func uncovered(_ wanted: [Int], of series: Series) -> Int {
        let known = Set(origins)
        return wanted.count { !known.contains(series.times.instant($0)) }
    }

    /// "2024-01-01T00:00 to 2024-02-01T00:00", the origins that are there.
    public var span: String {
        guard let first = origins.min(), let last = origins.max() else { return "nothing" }
        return "\(TimeText.stamp(first)) to \(TimeText.stamp(last))"
    }

    /// Seconds by which all origins lie beside these windows, where one shift of at most a day brings them together.
    private func shift(_ wanted: [Int], of series: Series) -> Int64? {
        guard let first = wanted.first else { return nil }
        let known = Set(origins), from = series.times.instant(first)
        let near = origins.map { $0 - from }.filter { $0 != 0 && $0.magnitude <= 86_400 }
        return near.sorted { $0.magnitude < $1.magnitude }.prefix(100).first { shift in
            wanted.allSatisfy { known.contains(series.times.instant($0) + shift) }
        }
    }

    private func mismatch(_ what: String, _ expected: String, _ found: String, _ remedy: String) -> DataError {
        DataError(.badConfiguration, "\(path): \(what): expected \(expected), found \(found); \(remedy).")
    }

    private func checkAxes(_ series: Series, _ horizon: Int) throws {
        guard self.horizon == horizon else {
            throw mismatch(
                "steps ahead", "\(horizon) (task.horizon)", "\(self.horizon)", "forecast as many, or change the recipe")
        }
        guard channelCount == series.channelCount else {
            throw mismatch("channels", "\(series.channelCount)", "\(channelCount)", "forecast all channels of the data")
        }
        guard placeCount == series.nodeCount else {
            throw mismatch("places", "\(series.nodeCount)", "\(placeCount)", "forecast all places of the data")
        }
        guard isAbsolute.map({ $0 == (series.times.clock == .utc) }) ?? true else {
            let data = TimeText.stamp(series.times, 0), own = origins.first.map { TimeText.stamp($0) } ?? ""
            throw mismatch(
                "origins", "times written as in the data, such as \(data)",
                isAbsolute == true
                    ? "times with an offset from UTC, \(own)Z first" : "times without an offset, \(own) first",
                "write them one way")
        }
    }

    /// Where each place of the series stands in the file.
    private func placeOrder(_ series: Series) throws -> [Int] {
        guard !places.isEmpty else { return Array(0..<placeCount) }
        return try series.places.enumerated().map { node, place in
            if let index = places.firstIndex(of: place.id) { return index }
            throw mismatch(
                "place \(node + 1)", quoted(place.id), quoted(places[min(node, places.count - 1)]),
                "name the places as the data does")
        }
    }

    private func channelOrder(_ series: Series) throws -> [Int] {
        guard channels.count > 1 else { return Array(0..<channelCount) }
        return try series.channels.enumerated().map { number, channel in
            if let index = channels.firstIndex(of: channel.name) { return index }
            throw mismatch(
                "channel \(number + 1)", quoted(channel.name), quoted(channels[min(number, channels.count - 1)]),
                "name the channels as the data does")
        }
    }

    private func missing(_ instant: Int64, _ series: Series, _ wanted: [Int]) -> DataError {
        let nearest = origins.min { Swift.abs($0 - instant) < Swift.abs($1 - instant) }
        return mismatch(
            "origins", "one at \(TimeText.stamp(instant)), the first step that is forecast",
            nearest.map {
                "\(origins.count) from \(TimeText.stamp(origins.min() ?? 0)) to \(TimeText.stamp(origins.max() ?? 0)), the nearest at \(TimeText.stamp($0))"
            }
                ?? "none",
            shift(wanted, of: series).map { shift in
                "all windows are there \(TimeText.duration(abs(shift))) \(shift > 0 ? "later" : "earlier"): an origin is "
                    + "the time of the first step that is forecast"
            } ?? "forecast every window of the training part")
    }
}
