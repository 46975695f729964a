import LimbeckSeries

/// A table of typed columns: wide, with times and a column per place, or long, a row per time and place.
///
/// Roles of columns are found as in CSV; without a usual name, the first column of timestamps holds the times.
/// Long is what has a place column of text or whole numbers.
public struct ParquetReader: SeriesReader {
    public init() {}

    public func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries {
        let table = try ParquetFile(bytes, file: file)
        guard table.rowCount > 0 else { throw DataError(.emptyFile, "\(file): holds no rows; it needs rows.") }
        var source = source
        var header = try CSVHeader(names: table.names, firstRow: [], file: file, title: file, source: source)
        if header.time == nil, let times = table.names.first(where: { table.kind(of: $0) == .moment }) {
            source.time = times
            header = try CSVHeader(names: table.names, firstRow: [], file: file, title: file, source: source)
        }
        let holdsPlaces = header.place.map { [.text, .integer].contains(table.kind(of: table.names[$0])) } ?? false
        return header.isLong && (holdsPlaces || !source.place.isEmpty)
            ? try readLong(table, header, source) : try readWide(table, header, source)
    }

    private func readWide(_ table: ParquetFile, _ header: CSVHeader, _ source: DataSource) throws -> LoadedSeries {
        let passed = Set(header.times + header.filters.map(\.column))
        let columns = table.names.indices.filter { !passed.contains($0) }
        try header.checkNames(columns)
        guard !columns.isEmpty, table.nestedNames.isEmpty else {
            throw DataError(
                .missingColumn,
                columns.isEmpty
                    ? "\(table.file): no columns besides the time; add one per place."
                    : "\(table.file): column \(quoted(table.nestedNames[0])) is nested; write one column per place.")
        }
        let rows = try ParquetRows(table, header, source)
        return try rows.series(
            columns, places: columns.map { Place(id: table.names[$0]) }, blocks: nil,
            channels: [channel(source.value.isEmpty ? "value" : source.value, source.unit)], moved: [])
    }

    private func readLong(_ table: ParquetFile, _ header: CSVHeader, _ source: DataSource) throws -> LoadedSeries {
        guard header.time != nil, header.place != nil else {
            throw CSVHeader.missing("time", "time", header.names, header.title)
        }
        let taken =
            header.times + header.places + header.filters.map(\.column)
            + [header.latitude, header.longitude].compactMap(\.self)
        let named = try header.valueColumns(source)
        let columns =
            named
            ?? table.names.indices.filter {
                !taken.contains($0) && [.integer, .real].contains(table.kind(of: table.names[$0]))
            }
        guard !columns.isEmpty else {
            throw DataError(
                .missingColumn,
                "\(table.file): no column holds numbers besides time and place; name the value column in data.value "
                    + "(--set data.value=NAME).")
        }
        try header.checkNames(columns)
        let rows = try ParquetRows(table, header, source)
        let labels = try rows.labels()
        var places = labels.names.map { Place(id: $0) }
        var moved: [String] = []
        if let latitude = header.latitude, let longitude = header.longitude {
            let north = try table.column(named: table.names[latitude]).angles(90, file: table.file)
            let east = try table.column(named: table.names[longitude]).angles(180, file: table.file)
            for (row, number) in zip(rows.kept, labels.numbers) {
                let found = Coordinate(latitude: north[row], longitude: east[row])
                if !places[number].stands(at: found) { moved.append("row \(row + 1)") }
            }
        }
        return try rows.series(
            columns, places: places, blocks: labels.numbers,
            channels: columns.map { channel(header.names[$0], source.unit) }, moved: moved,
            findings: CSVLongReader.left(
                named != nil ? [] : table.names.indices.filter { !taken.contains($0) && !columns.contains($0) },
                table.names))
    }
}

/// The rows of a table that the filter keeps: their times, places and values.
private struct ParquetRows {
    let table: ParquetFile
    let header: CSVHeader
    let source: DataSource
    /// Rows from 0, ascending.
    let kept: [Int]

    init(_ table: ParquetFile, _ header: CSVHeader, _ source: DataSource) throws {
        self.table = table
        self.header = header
        self.source = source
        var kept = Array(0..<table.rowCount)
        for filter in header.filters {
            let column = try table.column(named: table.names[filter.column])
            kept = kept.filter { column.text($0) == filter.text }
        }
        guard !kept.isEmpty else {
            throw DataError(
                .nothingObserved,
                "\(table.file): no row has \(source.filter.joined(separator: ", ")) (data.filter); all "
                    + "\(grouped(table.rowCount)) rows were left out.")
        }
        self.kept = kept
    }

    /// The place of each kept row, as a number among the names in order of appearance.
    func labels() throws -> (names: [String], numbers: [Int]) {
        let columns = try header.places.map {
            try table.column(named: table.names[$0]).labels(file: table.file, what: "place")
        }
        var names: [String] = [], numbers: [Int] = [], known: [[Int32]: Int] = [:]
        numbers.reserveCapacity(kept.count)
        for row in kept {
            let key = columns.map { $0.numbers[row] }
            let number = known[key] ?? names.count
            if number == names.count {
                known[key] = number
                names.append(columns.map { $0.names[Int($0.numbers[row])] }.joined(separator: "/"))
            }
            numbers.append(number)
        }
        return (names, numbers)
    }

    private func times(_ raw: inout RawRows) throws -> Bool {
        switch header.times.count {
        case 0:
            let ramp = try UniformTimes(source, file: table.file)
            raw.stamps = kept.indices.map(ramp.stamp)
            return ramp.isAbsolute
        case 1:
            let name = table.names[header.times[0]], column = try table.column(named: name)
            var order = DateText.Order?.none
            if table.kind(of: name) == .text {
                var row = -1
                order = try DateOrder(source.timeFormat, title: "column \(quoted(name))") {
                    row += 1
                    return row < table.rowCount ? (column.text(row), "\(table.file), row \(row + 1)") : nil
                }.order
            }
            let parser = try TimeParser(source, file: table.file, order: order)
            let times = try column.times(file: table.file, parser: parser)
            raw.stamps = kept.map { times.seconds[$0] }
            raw.fractionLine = times.fractionRow
            return times.isAbsolute
        default:
            let columns = try header.times.map { try table.column(named: table.names[$0]) }
            let parser = try TimeParser(source, file: table.file), names = header.times.map { header.names[$0] }
            raw.stamps = try kept.map { row in
                let texts = columns.map { $0.text(row) }
                guard let stamp = CompositeTime.stamp(texts, names: names, parser) else {
                    throw DataError(
                        .badTime,
                        "\(table.file), row \(row + 1): \(texts.map { quoted($0) }.joined(separator: ", ")) in the "
                            + "columns of data.time make no time.")
                }
                return stamp.seconds
            }
            return false
        }
    }

    func series(
        _ columns: [Int], places: [Place], blocks: [Int]?, channels: [Channel], moved: [String],
        findings left: [QualityReport.Finding] = []
    ) throws -> LoadedSeries {
        var raw = RawRows(file: table.file, width: columns.count)
        raw.countsRows = true
        raw.lines = kept.map { $0 + 1 }
        let isAbsolute = try times(&raw)
        if let blocks {
            raw.blocks = blocks
            raw.blockCount = max(1, places.count)
        }
        let (size, overflow) = columns.count.multipliedReportingOverflow(by: kept.count)
        guard !overflow, size <= 1 << 31 else {
            throw DataError(
                .irregularTimes,
                "\(table.file): \(grouped(kept.count)) rows × \(grouped(columns.count)) columns are too many; split "
                    + "the file.")
        }
        let parser = CellParser(missing: source.missing)
        var values: [Float] = [], precision = PrecisionTally()
        for (number, column) in columns.enumerated() {
            let numbers = try table.column(named: table.names[column]).numbers(file: table.file, parser: parser)
            // Only what was read makes room for as many more.
            if values.isEmpty { values = [Float](repeating: .nan, count: size) }
            for (index, row) in kept.enumerated() {
                let block = blocks?[index] ?? 0
                values[index * columns.count + number] = precision.note(numbers[row], block * columns.count + number)
            }
        }
        raw.take(values, precision)
        var findings = header.findings + left
        if kept.count < table.rowCount {
            findings.append(
                .init(
                    .filteredRows, .repair, count: table.rowCount - kept.count,
                    message: "\(counted(table.rowCount - kept.count, "row")) of \(grouped(table.rowCount)) left out by "
                        + "data.filter (\(source.filter.joined(separator: ", ")))"))
        }
        return try raw.series(
            places: places, channels: channels, isAbsolute: isAbsolute, source: source, moved: moved, findings: findings
        ) { try separation() }
    }

    private func separation() throws -> Separation? {
        let kept = kept.prefix(Separation.mostRows)
        func hashes(_ columns: [Int]) throws -> [Int] {
            let columns = try columns.map { try table.column(named: table.names[$0]) }
            return kept.map { row in
                var hasher = Hasher()
                for column in columns { hasher.combine(column.text(row)) }
                return hasher.finalize()
            }
        }
        let candidates = Separation.candidates(header).filter { !table.nestedNames.contains(table.names[$0]) }
        return Separation(
            header, candidates, keys: try hashes(header.times + header.places),
            cells: try candidates.map { try hashes([$0]) },
            first: try candidates.map { try table.column(named: table.names[$0]).text(kept.first ?? 0) })
    }
}

extension ParquetColumn {
    /// Degrees, NaN where missing.
    fileprivate func angles(_ limit: Double, file: String) throws -> [Double] {
        let angles: [Double]
        // Coordinates keep the digits that single precision would cut.
        if case .doubles(let doubles) = values {
            angles = doubles.indices.map { isPresent.isEmpty || isPresent[$0] ? doubles[$0] : .nan }
        } else {
            angles = try numbers(file: file)
        }
        if let row = angles.firstIndex(where: { $0.magnitude > limit }) {
            throw DataError(
                .badNumber,
                "\(file), row \(row + 1), column \(quoted(name)): \(angles[row]) is no angle within ±\(Int(limit))°; write "
                    + "degrees as a decimal number.")
        }
        return angles
    }
}
