import LimbeckSeries

/// A time column, then one column per place; without a time column, `start` and `step` tell.
public struct CSVWideReader: SeriesReader {
    public init() {}

    public func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries {
        var rows = try CSVRows(bytes, file: file, source: source)
        let names = rows.header.names
        let time = rows.header.time
        let ramp = time == nil ? try UniformTimes(source, file: file) : nil
        let columns = names.indices.filter { $0 != time }
        try rows.header.checkNames(columns)
        guard !columns.isEmpty else {
            throw DataError(
                .missingColumn, "\(file), line 1: no columns besides the time; add one per place.")
        }

        var raw = RawRows(file: file, width: columns.count)
        let expected = bytes.count / max(8, 4 * names.count)
        raw.values.reserveCapacity(min(expected, 1 << 24) * columns.count)
        while try rows.next() {
            raw.stamps.append(try ramp?.stamp(raw.count) ?? rows.stamp(time ?? 0))
            raw.lines.append(rows.record.line)
            try rows.scanner.bytes.withUnsafeBufferPointer { text in
                for column in columns { raw.values.append(try rows.number(column, text)) }
            }
        }
        return try raw.series(
            places: columns.map { Place(id: names[$0]) },
            channels: [channel(source.value.isEmpty ? "value" : source.value, source.unit)],
            isAbsolute: ramp?.isAbsolute ?? rows.isAbsolute ?? false, source: source)
    }
}

/// `start + row × step`, for files without times.
struct UniformTimes {
    let start, step: Int64
    let isAbsolute: Bool

    init(_ source: DataSource, file: String) throws {
        guard let stamp = try source.startStamp(), let step = try source.stepSeconds() else {
            throw DataError(
                .badConfiguration,
                "\(file): has no times; give data.start (such as 2024-03-01T00:00) and data.step "
                    + "(such as 5min), or name the column in data.time.")
        }
        start = stamp.seconds
        isAbsolute = stamp.isAbsolute
        self.step = step
    }

    func stamp(_ row: Int) -> Int64 { start + Int64(row) * step }
}

/// A channel; units that count something make it a count.
func channel(_ name: String, _ unit: String) -> Channel {
    let words = unit.lowercased().split { !$0.isLetter }
    let isCount = words.contains("count") || words.contains("counts")
    return Channel(name: name, unit: unit, kind: isCount ? .count : .continuous)
}

/// "flow" of "data/flow.csv.gz".
func fileName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "data")
}
