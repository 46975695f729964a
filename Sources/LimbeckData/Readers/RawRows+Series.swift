import LimbeckSeries

extension RawRows {
    /// The rows as a series on its grid, with what had to be repaired.
    ///
    /// - Parameter moved: rows that put a place elsewhere than rows before.
    /// - Parameter findings: what the reader has to say already.
    /// - Parameter separation: finds the column that tells rows of one time and place apart, for the error.
    func series(
        places: [Place], channels: [Channel], isAbsolute: Bool, source: DataSource, moved: [String] = [],
        findings: [QualityReport.Finding] = [], separation: () throws -> Separation?
    ) throws -> LoadedSeries {
        if !isAbsolute, !source.zone.isEmpty, source.clock != .local,
            let local = LocalStamps(self, try Zone(source.zone)), source.clock == .utc || !local.repeatedHours.isEmpty
        {
            var rows = self
            rows.stamps = local.instants
            var findings = findings
            if !local.repeatedHours.isEmpty {
                findings.append(
                    .init(
                        .daylightSaving, .repair, count: local.repeatedHours.count,
                        message:
                            "\(counted(local.repeatedHours.count, "daylight-saving hour")) repeated in autumn, with "
                            + "rows for both; both were kept, told apart by their order, and times led to UTC "
                            + "(\(source.zone))",
                        examples: local.repeatedHours.prefix(QualityReport.Finding.exampleLimit).map {
                            TimeText.stamp($0)
                        }))
            }
            return try rows.series(
                places: places, channels: channels, isAbsolute: true, source: source, moved: moved, findings: findings,
                separation: separation)
        }
        let grid = try GridAssembly(
            self, isAbsolute: isAbsolute, zone: source.zone, statedStep: try source.statedStep(),
            calendar: source.calendar)
        if grid.disagreeing.count >= 3, Double(grid.disagreeing.count) > 0.1 * Double(count) {
            throw Separation.refusal(self, grid.disagreeing, try separation())
        }
        var series = Series(
            name: fileName(file), times: grid.times, places: places, channels: channels, values: grid.values)
        var findings = findings + grid.findings
        findings += precision.findings { column in
            let place = places[min(column / channels.count, places.count - 1)].id
            return channels.count == 1 ? place : "\(place), \(channels[column % channels.count].name)"
        }
        if !moved.isEmpty {
            findings.append(
                .init(
                    .movedPlaces, .warning, count: moved.count,
                    message: "\(counted(moved.count, "row")) give a place other coordinates than "
                        + "before; the first were kept",
                    examples: Array(moved.prefix(QualityReport.Finding.exampleLimit))))
        }
        try ChannelChoice.apply(source.channels, to: &series)
        return LoadedSeries(series: series, quality: QualityCheck.report(series, findings))
    }
}

extension Place {
    /// Takes a coordinate where none is known yet; false where another one is. NaN says nothing.
    mutating func stands(at found: Coordinate) -> Bool {
        guard found.latitude.isFinite, found.longitude.isFinite else { return true }
        if let held = coordinate { return held == found }
        coordinate = found
        return true
    }
}
