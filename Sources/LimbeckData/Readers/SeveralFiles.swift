import Foundation
import LimbeckFiles
import LimbeckSeries

/// The files that `data.path` names where it is a folder, a pattern such as `stations/*.csv`, or an archive.
enum SeveralFiles {
    /// Files of data by how their names end; others in a folder or an archive are passed over.
    private static let ends = ["csv", "tsv", "txt", "dat", "data", "parquet", "npy", "npz"]
    private static let packed = ["gz", "xz", "zst"]

    /// What lies beside data and is none.
    private static let papers: Set = [
        "readme", "license", "licence", "notice", "changelog", "changes", "copying", "sources",
    ]

    static func isData(_ name: String) -> Bool {
        var parts = name.lowercased().split(separator: "/").last?.split(separator: ".") ?? []
        // Hidden files, and what other systems leave beside each file.
        guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") || $0 == "__MACOSX" }) else {
            return false
        }
        if let first = parts.first, papers.contains(String(first)) { return false }
        if let last = parts.last, packed.contains(String(last)) { parts.removeLast() }
        return parts.count > 1 && ends.contains(String(parts[parts.count - 1]))
    }

    /// "north" of "stations/north.csv.gz".
    static func stem(_ path: String) -> String {
        fileName(path).split(separator: ".").first.map(String.init) ?? path
    }

    /// The files, sorted; nil where `path` is one file. Throws `missingFile` for a folder or pattern without any.
    static func paths(_ path: String) throws -> [String]? {
        var isFolder = ObjCBool(false)
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if exists, !isFolder.boolValue { return nil }
        if exists {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).filter(isData).sorted()
            guard !names.isEmpty else {
                throw DataError(
                    .emptyFile,
                    "\(path): is a folder without files of data (\(ends.joined(separator: ", "))); name a file in it, or a "
                        + "pattern such as \(path)/*.csv.")
            }
            return names.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
        }
        guard path.contains(where: { "*?[".contains($0) }) else { return nil }
        let found = matches(path)
        guard !found.isEmpty else {
            throw DataError(.emptyFile, "\(path): no file is called so; check the pattern.")
        }
        return found
    }

    private static func matches(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in
            result.gl_pathv[index].map { String(cString: $0) }
        }.filter { path in
            var isFolder = ObjCBool(false)
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }
}

/// Files of the same kind of data joined to one series: a file a place, a file a month, or both.
///
/// Places are those of all files, times the union of theirs. Where files hold the same place at the same times and
/// differ, they are of several places that have one name, and are called after their files.
struct SeriesJoin {
    private let parts: [(file: String, loaded: LoadedSeries)]
    private let files: DataSource.Files

    /// - Parameters:
    ///   - parts: at least one.
    ///   - files: what each is.
    init(_ parts: [(file: String, loaded: LoadedSeries)], as files: DataSource.Files = .auto) throws {
        self.files = files
        switch files {
        case .auto: self.parts = try Self.named(parts)
        case .places: self.parts = try parts.map { try ($0.file, Self.asPlace($0.loaded, $0.file)) }
        case .channels: self.parts = try parts.map { try ($0.file, Self.asChannel($0.loaded, $0.file)) }
        }
    }

    /// The columns of a file as channels of the place that it is.
    private static func asPlace(_ loaded: LoadedSeries, _ file: String) throws -> LoadedSeries {
        var loaded = loaded
        let unit = loaded.series.channels[0].unit
        if loaded.series.nodeCount == 1, loaded.series.channelCount > 1 {
            loaded.series.places[0].id = SeveralFiles.stem(file)
            return loaded
        }
        guard loaded.series.channelCount == 1 else {
            throw DataError(
                .badConfiguration,
                "data.files: places needs files of one place each, but \(file) names \(loaded.series.nodeCount) in a column; "
                    + "leave it out.")
        }
        loaded.series.channels = loaded.series.places.map { channel($0.id, unit) }
        loaded.series.places = [Place(id: SeveralFiles.stem(file))]
        return loaded
    }

    /// The one channel of a file, called after it.
    private static func asChannel(_ loaded: LoadedSeries, _ file: String) throws -> LoadedSeries {
        var loaded = loaded
        guard loaded.series.channelCount == 1 else {
            throw DataError(
                .badConfiguration,
                "data.files: channels needs files of one channel each, but \(file) has "
                    + "\(loaded.series.channels.map(\.name).joined(separator: ", ")); choose one with data.value.")
        }
        loaded.series.channels[0].name = SeveralFiles.stem(file)
        return loaded
    }

    func joined(_ name: String) throws -> LoadedSeries {
        let first = parts[0].loaded.series
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
        ]
        var findings = parts.flatMap { $0.loaded.quality.findings }.filter { !own.contains($0.kind) }
        var told: Set<String> = []
        findings = findings.filter { told.insert($0.message).inserted }
        findings.insert(
            .init(
                .files, .repair, count: parts.count,
                message: "\(counted(parts.count, "file")) joined: \(counted(places.count, "place")), "
                    + "\(TimeText.stamp(grid, 0)) to \(TimeText.stamp(grid, grid.count - 1))",
                examples: parts.prefix(QualityReport.Finding.exampleLimit).map { fileName($0.file) }), at: 0)
        return LoadedSeries(series: series, quality: QualityCheck.report(series, findings))
    }

    /// From the first of all steps to the last.
    private func grid() throws -> TimeGrid {
        let first = parts[0]
        var start = first.loaded.series.times.start
        var end = start
        for part in parts {
            let own = part.loaded.series.times, other = first.loaded.series.times
            func differs(_ what: String, _ a: String, _ b: String, _ remedy: String) -> DataError {
                DataError(
                    .irregularTimes,
                    "\(part.file) has \(what) \(a), \(first.file) \(b); \(remedy), or name files that belong together.")
            }
            guard own.step == other.step else {
                throw differs(
                    "steps of", TimeText.duration(own.step), TimeText.duration(other.step), "state data.step")
            }
            guard own.clock == other.clock else {
                throw differs(
                    "times that are", own.clock == .utc ? "absolute" : "local",
                    other.clock == .utc ? "absolute" : "local",
                    "write them one way")
            }
            guard !own.isRegular || !other.isRegular || (own.start - other.start) % own.step == 0 else {
                throw differs(
                    "steps that begin at", TimeText.stamp(own.start), TimeText.stamp(other.start),
                    "no step of one is a step of the other")
            }
            let names = part.loaded.series.channels.map(\.name), wanted = first.loaded.series.channels.map(\.name)
            guard names == wanted || files == .channels else {
                throw differs(
                    "the channels", names.joined(separator: ", "), wanted.joined(separator: ", "),
                    "choose with data.value")
            }
            start = min(start, own.start)
            end = max(end, own.instant(own.count - 1))
        }
        var grid = first.loaded.series.times
        let all = parts.map(\.loaded.series.times)
        if all.contains(where: { !$0.rows.isEmpty }) {
            // Rows are the steps: all that any file has.
            grid.rows = Set(parts.flatMap { Self.observedRows($0.loaded.series) }).sorted()
            (grid.start, grid.count) = (grid.rows[0], grid.rows.count)
            let known = Set(all.map(\.spacing)).subtracting([.regular])
            grid.spacing = known.count == 1 ? known.first ?? .regular : .regular
        } else if let earliest = all.min(by: { $0.start < $1.start }) {
            grid.start = earliest.start
            grid.count = (grid.index(of: end) ?? Int((end - start) / grid.step)) + 1
        }
        if grid.clock == .utc, !grid.zone.isEmpty { grid.offsets = try Zone(grid.zone).offsets(start: start, end: end) }
        return grid
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

    /// With places called after their files where one name stands for several.
    private static func named(
        _ parts: [(file: String, loaded: LoadedSeries)]
    ) throws -> [(file: String, loaded: LoadedSeries)] {
        let ids = Set(parts.map { $0.loaded.series.places.map(\.id) })
        guard parts.count > 1, let clash = clash(parts) else { return parts }
        guard ids.count == 1, parts.allSatisfy({ $0.loaded.series.nodeCount == 1 }) else {
            throw DataError(
                .badFormat,
                "\(clash.file) and \(clash.other) say different things of \(quoted(clash.place)) at \(clash.time), so each is "
                    + "a place or a channel of its own; say data.files: places (columns are channels) or data.files: "
                    + "channels (columns are places), or read files that belong together.")
        }
        return parts.map { part in
            var part = part
            part.loaded.series.places[0].id = SeveralFiles.stem(part.file)
            return part
        }
    }

    /// Where two files say different things of one place and step.
    private static func clash(
        _ parts: [(file: String, loaded: LoadedSeries)]
    ) -> (file: String, other: String, place: String, time: String)? {
        // The files that hold a place, each compared with the one that began before it.
        var holders: [String: [(part: Int, node: Int)]] = [:]
        for (number, part) in parts.enumerated() {
            for (node, place) in part.loaded.series.places.enumerated() {
                holders[place.id, default: []].append((number, node))
            }
        }
        for (place, files) in holders.sorted(by: { $0.key < $1.key }) where files.count > 1 {
            let sorted = files.sorted {
                parts[$0.part].loaded.series.times.start < parts[$1.part].loaded.series.times.start
            }
            for (one, other) in zip(sorted, sorted.dropFirst()) {
                let (a, b) = (parts[one.part].loaded.series, parts[other.part].loaded.series)
                guard a.times.step == b.times.step, a.channelCount == b.channelCount else { continue }
                for time in 0..<b.times.count {
                    guard let same = a.times.index(of: b.times.instant(time)), (0..<a.times.count).contains(same) else {
                        continue
                    }
                    for channel in 0..<a.channelCount
                    where a.isObserved(time: same, node: one.node, channel: channel)
                        && b.isObserved(time: time, node: other.node, channel: channel)
                        && a[same, one.node, channel] != b[time, other.node, channel]
                    {
                        return (
                            fileName(parts[one.part].file), fileName(parts[other.part].file), place,
                            TimeText.stamp(b.times, time)
                        )
                    }
                }
            }
        }
        return nil
    }
}
