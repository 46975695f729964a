import LimbeckFiles
public import LimbeckSeries

/// Labelled intervals as CSV: a row each, with the place, the start, the end (exclusive) and maybe the kind.
///
/// Columns are found by their usual names: `place`, `sensor`, `station`, …; `start`, `begin`, `from`; `end`, `until`, `to`;
/// `kind`, `type`, `label`. A file without places tells of all of them. Times are spelt as those of the data are.
public enum AnomalyFile {
    /// Intervals in the order of the file, and how many lie outside the series.
    ///
    /// Throws `missingColumn`, `raggedRow`, `badTime`, or `unknownName` for a place that is none of the series'.
    public static func read(_ path: String, of series: Series) throws -> (anomalies: [Anomaly], outside: Int) {
        try parse(TextFile(FileBytes.readDecompressed(path), file: path).bytes, file: path, of: series)
    }

    static func parse(
        _ bytes: [UInt8], file: String, of series: Series
    ) throws -> (anomalies: [Anomaly], outside: Int) {
        let table = try CSVRecords(bytes, file: file, needs: "place, start, end")
        let plain = table.names.map(CSVHeader.plain)
        func column(_ names: [String]) -> Int? {
            names.lazy.compactMap { plain.firstIndex(of: $0) }.first
        }
        func needed(_ names: [String]) throws -> Int {
            if let found = column(names) { return found }
            throw DataError(
                .missingColumn,
                "\(file), line 1: there is no column \(quoted(names[0])); the file has "
                    + "\(table.names.map { quoted($0) }.joined(separator: ", ")), and needs start and end, and place where there "
                    + "are several.")
        }
        let start = try needed(["start", "begin", "from", "starttime"])
        let end = try needed(["end", "until", "to", "stop", "endtime"])
        let kind = column(["kind", "type", "label", "class"])
        let place = plain.indices.first { CSVHeader.placeNames.contains(plain[$0]) }
        let nodes = Dictionary(
            series.places.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var anomalies: [Anomaly] = [], outside = 0
        for (row, line) in zip(table.rows, table.lines) {
            func instant(_ column: Int) throws -> Int64 {
                let title = "\(file), line \(line), column \(quoted(table.names[column]))"
                return try Self.instant(row[column], series.times, title)
            }
            let (first, last) = (try instant(start), try instant(end))
            guard first < last else {
                throw DataError(
                    .badTime, "\(file), line \(line): ends at \(quoted(row[end])), which is not after its start.")
            }
            var own = Array(series.places.indices)
            if let place {
                guard let node = nodes[row[place]] else {
                    throw DataError(
                        .unknownName,
                        "\(file), line \(line): there is no place \(quoted(row[place])); the data has "
                            + "\(series.places.prefix(5).map { quoted($0.id) }.joined(separator: ", "))"
                            + (series.nodeCount > 5 ? ", …." : "."))
                }
                own = [node]
            }
            let steps = steps(from: first, to: last, series.times)
            if steps.isEmpty { outside += 1 }
            for node in own where !steps.isEmpty {
                anomalies.append(Anomaly(node: node, steps: steps, kind: kind.map { row[$0] } ?? ""))
            }
        }
        return (anomalies, outside)
    }

    /// On the series' clock.
    private static func instant(_ text: String, _ times: TimeGrid, _ title: String) throws -> Int64 {
        guard let stamp = Timestamp(text) else {
            throw DataError(.badTime, "\(title): \(quoted(text)) is no time; write it as \(TimeText.stamp(times, 0)).")
        }
        if stamp.isAbsolute == (times.clock == .utc) { return stamp.seconds }
        guard times.clock == .utc else {
            throw DataError(
                .badTime,
                "\(title): \(quoted(text)) has an offset from UTC, and the data's times have none; write it as "
                    + "\(TimeText.stamp(times, 0)).")
        }
        return times.zone.isEmpty ? stamp.seconds : times.instant(local: stamp.seconds)
    }

    /// Those that begin within, or the one that all of it lies in; empty outside the series.
    private static func steps(from start: Int64, to end: Int64, _ times: TimeGrid) -> Range<Int> {
        /// The first step that begins at or after.
        func first(_ instant: Int64) -> Int {
            var low = 0, high = times.count
            while low < high {
                let middle = (low + high) / 2
                if times.instant(middle) < instant { low = middle + 1 } else { high = middle }
            }
            return low
        }
        guard times.count > 0, end > times.instant(0), start < times.instant(times.count) else { return 0..<0 }
        let steps = first(start)..<max(first(start), first(end))
        return steps.isEmpty ? steps.lowerBound - 1..<steps.lowerBound : steps
    }
}
