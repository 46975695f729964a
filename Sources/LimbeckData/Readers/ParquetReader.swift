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
        let columns = table.names.indices.filter { $0 != header.time }
        try header.checkNames(columns)
        guard !columns.isEmpty, table.nestedNames.isEmpty else {
            throw DataError(
                .missingColumn,
                columns.isEmpty
                    ? "\(table.file): no columns besides the time; add one per place."
                    : "\(table.file): column \(quoted(table.nestedNames[0])) is nested; write one column per place.")
        }
        var raw = RawRows(table, width: columns.count)
        let isAbsolute: Bool
        if let time = header.time {
            let times = try table.column(named: table.names[time]).times(file: table.file)
            (raw.stamps, isAbsolute) = (times.seconds, times.isAbsolute)
        } else {
            let ramp = try UniformTimes(source, file: table.file)
            (raw.stamps, isAbsolute) = ((0..<table.rowCount).map(ramp.stamp), ramp.isAbsolute)
        }
        try raw.fill(table, columns, source)
        return try raw.series(
            places: columns.map { Place(id: table.names[$0]) },
            channels: [channel(source.value.isEmpty ? "value" : source.value, source.unit)],
            isAbsolute: isAbsolute, source: source)
    }

    private func readLong(_ table: ParquetFile, _ header: CSVHeader, _ source: DataSource) throws -> LoadedSeries {
        guard let time = header.time, let place = header.place else {
            throw CSVHeader.missing("time", "time", header.names, header.title)
        }
        let taken = [time, place, header.latitude, header.longitude]
        let columns =
            try header.valueColumns(source)
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
        let times = try table.column(named: table.names[time]).times(file: table.file)
        let labels = try table.column(named: table.names[place]).labels(file: table.file, what: "place")
        var places = labels.names.map { Place(id: $0) }
        var moved: [String] = []
        if let latitude = header.latitude, let longitude = header.longitude {
            let north = try table.column(named: table.names[latitude]).angles(90, file: table.file)
            let east = try table.column(named: table.names[longitude]).angles(180, file: table.file)
            for (row, number) in labels.numbers.enumerated() {
                let found = Coordinate(latitude: north[row], longitude: east[row])
                if !places[Int(number)].stands(at: found) { moved.append("row \(row + 1)") }
            }
        }
        var raw = RawRows(table, width: columns.count)
        raw.stamps = times.seconds
        raw.blocks = labels.numbers.map { Int($0) }
        raw.blockCount = max(1, places.count)
        try raw.fill(table, columns, source)
        return try raw.series(
            places: places, channels: columns.map { channel(header.names[$0], source.unit) },
            isAbsolute: times.isAbsolute, source: source, moved: moved)
    }
}

extension RawRows {
    fileprivate init(_ table: ParquetFile, width: Int) {
        self.init(file: table.file, width: width)
        countsRows = true
        lines = Array(1...max(1, table.rowCount))
    }

    /// The values of `columns`, side by side.
    fileprivate mutating func fill(_ table: ParquetFile, _ columns: [Int], _ source: DataSource) throws {
        let parser = CellParser(missing: source.missing)
        let (size, overflow) = width.multipliedReportingOverflow(by: table.rowCount)
        guard !overflow, size <= 1 << 31 else {
            throw DataError(
                .irregularTimes,
                "\(file): \(grouped(table.rowCount)) rows × \(grouped(width)) columns are too many; split the file.")
        }
        for (place, column) in columns.enumerated() {
            let numbers = try table.column(named: table.names[column]).numbers(file: file, parser: parser)
            // Only what was read makes room for as many more.
            if values.isEmpty { values = [Float](repeating: .nan, count: size) }
            for (row, number) in numbers.enumerated() { values[row * width + place] = number }
        }
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
            angles = try numbers(file: file).map { Double($0) }
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
