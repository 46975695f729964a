import LimbeckSeries

/// Files of the same kind of data joined to one series: a file a place, a file a month, a file a channel.
///
/// Places are those of all files, times the union of theirs. What a file is, is told from its content where it can be,
/// and asked for where it cannot.
struct SeriesJoin {
    typealias Part = (file: String, loaded: LoadedSeries)

    private let parts: [Part]
    private let files: DataSource.Files
    private let fileCount: Int

    /// - Parameters:
    ///   - parts: at least one.
    ///   - files: what each is.
    init(_ parts: [Part], as files: DataSource.Files = .auto) throws {
        self.files = files
        fileCount = parts.count
        guard files != .parts else {
            try Self.checkParts(parts)
            self.parts = parts
            return
        }
        let (parts, names) = try Self.joiningPeriods(parts)
        switch files {
        case .auto, .parts: self.parts = try Self.told(parts, names)
        case .places: self.parts = try zip(parts, names).map { try ($0.file, Self.asPlace($0, $1)) }
        case .channels: self.parts = try zip(parts, names).map { try ($0.file, Self.asChannel($0, $1)) }
        }
    }

    /// Files called alike but for times, of which each is a part, joined; with the names that are left: "north" of
    /// "north_2024-01" and "north_2024-02".
    private static func joiningPeriods(_ parts: [Part]) throws -> (parts: [Part], names: [String]) {
        let names = FileName.distinct(parts.map(\.file))
        let plain = zip(parts, names).map { part, name in
            let times = part.loaded.series.times
            return FileName.withoutPeriod(name, times.localSeconds(0)...times.localSeconds(times.count - 1))
        }
        let groups = Dictionary(grouping: parts.indices) { plain[$0] }.sorted { $0.value[0] < $1.value[0] }
        guard groups.count < parts.count else {
            // Times that tell nothing apart are left in names, unless names are nothing else.
            return (parts, plain.contains("") ? names : plain)
        }
        let joined = try groups.map { name, members -> Part in
            let own = members.map { parts[$0] }
            guard own.count > 1 else { return own[0] }
            return (own[0].file, try SeriesJoin(own, as: .parts).joined(name))
        }
        return (joined, groups.map(\.key))
    }

    private static func checkParts(_ parts: [Part]) throws {
        guard let clash = clash(parts) else { return }
        throw DataError(
            .badFormat,
            "\(clash.text), though they are parts of one table; remove one of the two rows, or where each file is a place or "
                + "a channel of its own say data.files: places or channels.")
    }

    // MARK: What a file is

    /// As they are; where one place of one name differs from file to file, with places called after the files. Throws
    /// where neither is sure.
    private static func told(_ parts: [Part], _ names: [String]) throws -> [Part] {
        let ids = Set(parts.map { $0.loaded.series.places.map(\.id) })
        if let clash = clash(parts) {
            guard ids.count == 1, parts.allSatisfy({ $0.loaded.series.nodeCount == 1 }) else {
                throw DataError(
                    .badFormat,
                    "\(clash.text), so each is a place or a channel of its own; say data.files: places (columns are "
                        + "channels) or data.files: channels (columns are places), or read files that belong together.")
            }
            return zip(parts, names).map { part, name in
                var part = part
                part.loaded.series.places[0].id = name
                return part
            }
        }
        // Files of one header, one after the other in time, would be parts of one table if they were called after times.
        let spans = parts.map(\.loaded.series.times).map { $0.instant(0)...$0.instant($0.count - 1) }
            .sorted { $0.lowerBound < $1.lowerBound }
        let follow = zip(spans, spans.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
        let isPlain = parts.allSatisfy { $0.loaded.series.channels.map(\.name) == ["value"] }
        guard parts.count > 1, ids.count == 1, follow, isPlain else { return parts }
        let shown = parts.prefix(2).map { fileName($0.file) }.joined(separator: " and ")
        throw DataError(
            .badFormat,
            "\(shown) have the same columns (\(ids.first?.prefix(3).map { quoted($0) }.joined(separator: ", ") ?? "")) at "
                + "times that follow each other, so they may be parts of one table or places; say data.files: parts, or "
                + "data.files: places (columns are channels).")
    }

    /// The columns of a file as channels of the place that it is.
    private static func asPlace(_ part: Part, _ name: String) throws -> LoadedSeries {
        var loaded = part.loaded
        let unit = loaded.series.channels[0].unit
        if loaded.series.nodeCount == 1, loaded.series.channelCount > 1 {
            loaded.series.places[0].id = name
            return loaded
        }
        guard loaded.series.channelCount == 1 else {
            throw DataError(
                .badConfiguration,
                "data.files: places needs files of one place each, but \(part.file) names "
                    + "\(loaded.series.nodeCount) in a column; leave it out.")
        }
        loaded.series.channels = loaded.series.places.map { channel($0.id, unit) }
        loaded.series.places = [Place(id: name)]
        return loaded
    }

    /// The one channel of a file, called after it.
    private static func asChannel(_ part: Part, _ name: String) throws -> LoadedSeries {
        var loaded = part.loaded
        guard loaded.series.channelCount == 1 else {
            throw DataError(
                .badConfiguration,
                "data.files: channels needs files of one channel each, but \(part.file) has "
                    + "\(loaded.series.channels.map(\.name).joined(separator: ", ")); choose one with data.value.")
        }
        loaded.series.channels[0].name = name
        return loaded
    }

    /// Where two files say different things of one place and step, in words.
    private static func clash(_ parts: [Part]) -> (text: String, place: String)? {
        var holders: [String: [(part: Int, node: Int)]] = [:]
        for (number, part) in parts.enumerated() {
            for (node, place) in part.loaded.series.places.enumerated() {
                holders[place.id, default: []].append((number, node))
            }
        }
        for (place, files) in holders.sorted(by: { $0.key < $1.key }) where files.count > 1 {
            for (number, other) in files.enumerated() {
                for one in files[..<number] {
                    guard
                        let time = differs(
                            parts[one.part].loaded.series, one.node, parts[other.part].loaded.series, other.node)
                    else { continue }
                    let (first, second) = (parts[one.part].file, parts[other.part].file)
                    let isAlike = fileName(first) == fileName(second)
                    return (
                        "\(isAlike ? first : fileName(first)) and \(isAlike ? second : fileName(second)) say different "
                            + "things of \(quoted(place)) at \(time)", place
                    )
                }
            }
        }
        return nil
    }

    /// The first step at which two places differ, both observed.
    private static func differs(_ a: Series, _ node: Int, _ b: Series, _ other: Int) -> String? {
        guard a.channelCount == b.channelCount, a.times.instant(0) <= b.times.instant(b.times.count - 1),
            b.times.instant(0) <= a.times.instant(a.times.count - 1)
        else { return nil }
        for time in 0..<b.times.count {
            guard let same = a.times.index(of: b.times.instant(time)), (0..<a.times.count).contains(same) else {
                continue
            }
            for channel in 0..<a.channelCount
            where a.isObserved(time: same, node: node, channel: channel)
                && b.isObserved(time: time, node: other, channel: channel)
                && a[same, node, channel] != b[time, other, channel]
            {
                return TimeText.stamp(b.times, time)
            }
        }
        return nil
    }

    // MARK: The series

    func joined(_ name: String) throws -> LoadedSeries {
        let first = parts[0].loaded.series
        if parts.count == 1 {
            var loaded = parts[0].loaded
            loaded.series.name = name
            loaded.quality.name = name
            return loaded
        }
        let grid = try grid()
        var places: [Place] = [], index: [String: Int] = [:]
        for part in parts {
            for place in part.loaded.series.places where index[place.id] == nil {
                index[place.id] = places.count
                places.append(place)
            }
        }
        var channels = first.channels
        for part in parts where files == .channels {
            channels += part.loaded.series.channels.filter { own in !channels.contains { $0.name == own.name } }
        }
        let width = channels.count
        let (cells, overflow) = grid.count.multipliedReportingOverflow(by: places.count * width)
        guard !overflow, cells < 1 << 31 else {
            throw DataError(
                .irregularTimes,
                "\(name): \(grouped(grid.count)) steps × \(grouped(places.count)) places of \(parts.count) files are too "
                    + "many; read fewer files.")
        }
        var values = [Float](repeating: .nan, count: cells), observed = [Bool](repeating: false, count: cells)
        for part in parts {
            let series = part.loaded.series
            let shift = files == .channels ? channels.firstIndex { $0.name == series.channels[0].name } ?? 0 : 0
            let steps = try Self.steps(of: series.times, in: grid, part.file)
            for (node, place) in series.places.enumerated() {
                let target = index[place.id] ?? 0
                for time in 0..<series.times.count where steps[time] >= 0 {
                    let to = (steps[time] * places.count + target) * width + shift,
                        from = series.offset(time: time, node: node)
                    for channel in 0..<series.channelCount
                    where series.observed[from + channel] && !observed[to + channel] {
                        values[to + channel] = series.values[from + channel]
                        observed[to + channel] = true
                    }
                }
            }
        }
        var series = first
        series.name = name
        series.times = grid
        series.places = places
        series.channels = channels
        series.values = values
        series.observed = observed
        let own: Set<QualityReport.Finding.Kind> = [
            .missingCells, .emptySteps, .silentPlace, .constantPlace, .outliers, .negativeCounts, .notMeasured, .stuck,
            .calendar, .gap, .files,
        ]
        var findings = parts.flatMap { $0.loaded.quality.findings }.filter { !own.contains($0.kind) }
        var told: Set<String> = []
        findings = findings.filter { told.insert($0.message).inserted }
        findings.insert(
            .init(
                .files, .repair, count: fileCount,
                message: "\(counted(fileCount, "file")) joined: \(counted(places.count, "place")), "
                    + "\(TimeText.stamp(grid, 0)) to \(TimeText.stamp(grid, grid.count - 1))",
                examples: parts.prefix(QualityReport.Finding.exampleLimit).map { fileName($0.file) }), at: 0)
        return LoadedSeries(
            series: series, quality: QualityCheck.report(series, findings + CalendarFindings.of(grid)))
    }

    // MARK: Times

    /// From the first of all steps to the last; where rows are the steps, all that any file has.
    private func grid() throws -> TimeGrid {
        for part in parts.dropFirst() { try checkFit(part) }
        let all = parts.map(\.loaded.series.times)
        var grid = all.min { $0.start < $1.start } ?? all[0]
        let end = all.map { $0.instant($0.count - 1) }.max() ?? grid.start
        if grid.clock == .utc, !grid.zone.isEmpty {
            grid.offsets = try Zone(grid.zone).offsets(start: grid.start, end: end)
        }
        guard all.contains(where: { !$0.rows.isEmpty }) else {
            grid.count = (grid.index(of: end) ?? Int((end - grid.start) / grid.step)) + 1
            return grid
        }
        let rows = Set(parts.flatMap { Self.observedRows($0.loaded.series) }).sorted()
        let isOne = Set(all.map(\.spacing)).count == 1
        // Files that are open at different times have the calendar that all of them make.
        let local = rows.map { LocalTime.seconds(at: $0, offsets: grid.offsets) }
        let week = isOne ? nil : StampPattern.week(local, step: grid.step, isLoose: false)
        if let week { grid.step = week.step }
        if week == nil, !isOne, rows.allSatisfy({ ($0 - rows[0]) % grid.step == 0 }) {
            return TimeGrid(
                start: rows[0], step: grid.step, count: Int((end - rows[0]) / grid.step) + 1, zone: grid.zone,
                clock: grid.clock, offsets: grid.offsets)
        }
        (grid.start, grid.rows, grid.count) = (rows[0], rows, rows.count)
        grid.spacing = isOne ? all[0].spacing : week?.spacing ?? .regular
        return grid
    }

    /// Throws where a file cannot stand beside the first.
    private func checkFit(_ part: Part) throws {
        let first = parts[0], own = part.loaded.series, other = first.loaded.series
        func differs(_ what: String, _ a: String, _ b: String, _ remedy: String) -> DataError {
            DataError(
                .irregularTimes,
                "\(part.file) has \(what) \(a), \(first.file) \(b); \(remedy), or name files that belong together.")
        }
        let (times, others) = (own.times, other.times)
        guard times.step == others.step else {
            throw differs("steps of", TimeText.step(times), TimeText.step(others), "state data.step")
        }
        guard times.clock == others.clock else {
            func word(_ times: TimeGrid) -> String { times.clock == .utc ? "absolute" : "local" }
            throw differs("times that are", word(times), word(others), "write them one way")
        }
        guard !times.isRegular || !others.isRegular || (times.start - others.start) % times.step == 0 else {
            throw differs(
                "steps that begin at", TimeText.stamp(times.start), TimeText.stamp(others.start),
                "no step of one is a step of the other")
        }
        let names = own.channels.map(\.name), wanted = other.channels.map(\.name)
        guard names == wanted || files == .channels else {
            throw differs(
                "the channels", names.joined(separator: ", "), wanted.joined(separator: ", "), "choose with data.value")
        }
        for (a, b) in zip(own.channels, other.channels) where files != .channels && a.unit != b.unit {
            func word(_ unit: String) -> String { unit.isEmpty ? "none" : unit }
            throw differs(
                "the unit", word(a.unit), word(b.unit),
                "write them in one, say data.files: channels where each is a channel, or state data.unit")
        }
    }

    /// The instants of a series at which anything was observed.
    private static func observedRows(_ series: Series) -> [Int64] {
        if !series.times.rows.isEmpty { return series.times.rows }
        let size = series.stepSize
        return (0..<series.times.count).filter { series.observed[$0 * size..<($0 + 1) * size].contains(true) }
            .map(series.times.instant)
    }

    /// Which step of `grid` each of `times` is; -1 where none, of a step without a row.
    private static func steps(of times: TimeGrid, in grid: TimeGrid, _ file: String) throws -> [Int] {
        try (0..<times.count).map { time in
            if let index = grid.index(of: times.instant(time)), (0..<grid.count).contains(index) { return index }
            guard grid.rows.isEmpty else { return -1 }
            throw DataError(
                .irregularTimes,
                "\(file): \(TimeText.stamp(times, time)) is no step of the files before it, which have one every "
                    + "\(TimeText.step(grid)); name files that belong together.")
        }
    }
}
