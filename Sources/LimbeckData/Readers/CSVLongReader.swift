import LimbeckSeries

/// A row per time and place: time, place, maybe latitude and longitude, one or more values.
public struct CSVLongReader: SeriesReader {
    public init() {}

    public func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries {
        var rows = try CSVRows(bytes, file: file, source: source)
        let header = rows.header
        guard header.time != nil else {
            throw CSVHeader.missing("time", "time", header.names, header.title)
        }
        guard header.place != nil else {
            throw CSVHeader.missing("place", "place", header.names, header.title)
        }
        var left: [Int] = []
        let columns = try valueColumns(header, rows, source, &left)
        var raw = RawRows(file: file, width: columns.count)
        var places = PlaceIndex()
        var moved: [String] = []
        while try rows.next() {
            raw.stamps.append(try rows.stamp())
            raw.lines.append(rows.record.line)
            for place in header.places where rows.record.cells[place].isEmpty {
                throw DataError(
                    .missingColumn,
                    "\(file), line \(rows.record.line), column \(quoted(header.names[place])): "
                        + "no place; name one in every row.")
            }
            let index = places.index(of: rows, header.places)
            raw.blocks.append(index)
            try rows.scanner.bytes.withUnsafeBufferPointer { text in
                for (number, column) in columns.enumerated() {
                    raw.append(try rows.number(column, text), to: index * columns.count + number)
                }
                if let latitude = header.latitude, let longitude = header.longitude {
                    let found = Coordinate(
                        latitude: try rows.angle(latitude, 90, text),
                        longitude: try rows.angle(longitude, 180, text))
                    if !places.places[index].stands(at: found) { moved.append("line \(rows.record.line)") }
                }
            }
        }
        raw.blockCount = max(1, places.places.count)
        var findings = try rows.filterFindings(kept: raw.count) + rows.findings + Self.left(left, header.names)
        raw.fractionLine = rows.fractionLine
        let source = rows.zoned(source, &findings)
        var loaded = try raw.series(
            places: places.places,
            channels: columns.map { column in
                let own = header.units.indices.contains(column) ? header.units[column] : ""
                return channel(header.names[column], source.unit.isEmpty ? own : source.unit)
            },
            isAbsolute: rows.isAbsolute ?? false, source: source, moved: moved, findings: findings
        ) { try Separation.find(bytes, rows.header, source) }
        loaded.decimal = rows.decimal
        return loaded
    }

    static func left(_ columns: [Int], _ names: [String]) -> [QualityReport.Finding] {
        guard !columns.isEmpty else { return [] }
        return [
            .init(
                .textColumns, .repair, count: columns.count,
                message: "\(counted(columns.count, "column")) of words or row numbers left out; data.value names the "
                    + "columns to read",
                examples: columns.prefix(QualityReport.Finding.exampleLimit).map {
                    names[$0].isEmpty ? "without a name" : names[$0]
                })
        ]
    }

    /// The columns named in `value`, or all others that hold numbers in the first rows.
    private func valueColumns(
        _ header: CSVHeader, _ rows: CSVRows, _ source: DataSource, _ left: inout [Int]
    ) throws -> [Int] {
        if let named = try header.valueColumns(source) { return named }
        let taken =
            header.times + header.places + header.filters.map(\.column)
            + [header.latitude, header.longitude, header.passed].compactMap(\.self)
        let others = header.names.indices.filter { !taken.contains($0) }
        var candidates = others
        var sample = rows
        var seen = 0
        let counting = try RowNumbers.columns(rows, among: others)
        while !candidates.isEmpty, seen < 100, try sample.next() {
            seen += 1
            candidates = candidates.filter { column in
                let cell = sample.record.cells[column]
                return sample.scanner.bytes.withUnsafeBufferPointer {
                    sample.parser.read($0[cell.start..<cell.end]) != .invalid
                }
            }
        }
        candidates = candidates.filter { !counting.contains($0) }
        left = others.filter { !candidates.contains($0) }
        guard !candidates.isEmpty else {
            throw DataError(
                .missingColumn,
                "\(header.file): no column holds only numbers besides time and place; name the "
                    + "value column in data.value (--set data.value=NAME), or list its spelling of \"not "
                    + "measured\" in data.missing.")
        }
        try header.checkNames(candidates)
        return candidates
    }
}

/// Places in order of appearance. Rows mostly come in cycles or runs, so the place after the last
/// one and the last one itself are tried before the table.
private struct PlaceIndex {
    var places: [Place] = []
    private var spelled: [[UInt8]] = []
    private var table: [[UInt8]: Int] = [:]
    private var last = 0

    /// The place that a row's `columns` name, together where there are several.
    mutating func index(of rows: CSVRows, _ columns: [Int]) -> Int {
        if columns.count == 1 {
            let cell = rows.record.cells[columns[0]]
            return index(of: rows.scanner.bytes[cell.start..<cell.end]) { rows.scanner.text(cell) }
        }
        let name = columns.map { rows.scanner.text(rows.record.cells[$0]) }.joined(separator: "/")
        return index(of: Array(name.utf8)[...]) { name }
    }

    private mutating func index(of text: ArraySlice<UInt8>, _ name: () -> String) -> Int {
        if !spelled.isEmpty {
            for guess in [last + 1 < spelled.count ? last + 1 : 0, last]
            where text.elementsEqual(spelled[guess]) {
                last = guess
                return guess
            }
        }
        let key = Array(text)
        if let known = table[key] {
            last = known
            return known
        }
        last = places.count
        places.append(Place(id: name()))
        spelled.append(key)
        table[key] = last
        return last
    }
}
