import LimbeckSeries

extension RawRows {
    /// The rows as a series on its grid, with what had to be repaired.
    ///
    /// - Parameter moved: rows that put a place elsewhere than rows before.
    func series(
        places: [Place], channels: [Channel], isAbsolute: Bool, source: DataSource, moved: [String] = []
    ) throws -> LoadedSeries {
        let grid = try GridAssembly(
            self, isAbsolute: isAbsolute, zone: source.zone, statedStep: try source.stepSeconds())
        let series = Series(
            name: fileName(file), times: grid.times, places: places, channels: channels, values: grid.values)
        var findings = grid.findings
        if !moved.isEmpty {
            findings.append(
                .init(
                    .movedPlaces, .warning, count: moved.count,
                    message: "\(counted(moved.count, "row")) give a place other coordinates than "
                        + "before; the first were kept",
                    examples: Array(moved.prefix(QualityReport.Finding.exampleLimit))))
        }
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
