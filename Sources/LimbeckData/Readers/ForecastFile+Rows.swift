/// A row a number, from CSV or Parquet: gathered, then put into one array.
extension ForecastFile {
    static let columns = ["origin", "step", "place", "value"]

    /// Columns `origin`, `step`, `place`, `value` of a CSV, and maybe `channel`.
    mutating func readRows(_ bytes: [UInt8]) throws {
        var source = DataSource()
        source.format = "csvWide"
        var rows = try CSVRows(bytes, file: path, source: source)
        let names = rows.header.names.map(CSVHeader.plain)
        let found = try Self.columns.map { name in
            guard let index = names.firstIndex(of: name) else { throw missingColumn(name, "\(path), line 1") }
            return index
        }
        let (origin, step, place, value) = (found[0], found[1], found[2], found[3])
        let channel = names.firstIndex(of: "channel")
        var gathered = ForecastRows(unit: "line")
        var placeIndex: [String: Int32] = [:], channelIndex: [String: Int32] = [:]
        var isCount = true
        func number(_ key: String, _ index: inout [String: Int32], _ list: inout [String]) -> Int32 {
            if let known = index[key] { return known }
            let new = Int32(truncatingIfNeeded: list.count)
            index[key] = new
            list.append(key)
            return new
        }
        while try rows.next() {
            let line = rows.record.line
            let seconds = try rows.stamp(origin)
            isCount = isCount && Int64(rows.scanner.text(rows.record.cells[origin])) != nil
            let text = rows.scanner.text(rows.record.cells[step])
            guard let ahead = Int(text) else { throw noStep(quoted(text), "line \(line)") }
            let at = number(rows.scanner.text(rows.record.cells[place]), &placeIndex, &places)
            let which =
                channel.map { number(rows.scanner.text(rows.record.cells[$0]), &channelIndex, &channels) } ?? 0
            let found = Float(try rows.scanner.bytes.withUnsafeBufferPointer { try rows.number(value, $0) })
            try gather(&gathered, seconds, ahead, at, which, found, line)
        }
        isAbsolute = isCount ? nil : rows.isAbsolute
        try assemble(gathered)
    }

    /// The same columns of a Parquet file.
    mutating func readTable(_ table: ParquetFile) throws {
        let names = table.names.map(CSVHeader.plain)
        func column(_ name: String) throws -> ParquetColumn? {
            try names.firstIndex(of: name).map { try table.column(named: table.names[$0]) }
        }
        func needed(_ name: String) throws -> ParquetColumn {
            guard let found = try column(name) else { throw missingColumn(name, path) }
            return found
        }
        let times = try needed("origin").times(file: path)
        let steps = try needed("step").wholes(file: path, what: "step")
        let at = try needed("place").labels(file: path, what: "place")
        let which = try column("channel")?.labels(file: path, what: "channel")
        let numbers = try needed("value").numbers(file: path).map { Float($0) }
        (places, channels) = (at.names, which?.names ?? [])
        var gathered = ForecastRows(unit: "row")
        gathered.cells.reserveCapacity(numbers.count)
        for row in numbers.indices {
            try gather(
                &gathered, times.seconds[row], steps[row], at.numbers[row], which?.numbers[row] ?? 0, numbers[row],
                row + 1)
        }
        isAbsolute = times.isCount ? nil : times.isAbsolute
        try assemble(gathered)
    }

    private mutating func gather(
        _ rows: inout ForecastRows, _ origin: Int64, _ step: Int, _ place: Int32, _ channel: Int32, _ value: Float,
        _ line: Int
    ) throws {
        guard (1...100_000).contains(step) else { throw noStep("\(step)", "\(rows.unit) \(line)") }
        horizon = max(horizon, step)
        rows.cells.append(
            ForecastRows.Cell(
                origin: rows.number(origin, &origins), step: Int32(step - 1), place: place, channel: channel,
                line: Int32(clamping: line), value: value))
    }

    /// `values` from all rows. Throws where they are not every origin, step, place and channel, each once.
    private mutating func assemble(_ rows: ForecastRows) throws {
        guard let first = rows.cells.first else { throw DataError(.tooFewRows, "\(path): a header and no rows.") }
        (placeCount, channelCount) = (places.count, max(1, channels.count))
        let (one, isLarge) = (horizon * placeCount).multipliedReportingOverflow(by: channelCount)
        let (size, isLarger) = one.multipliedReportingOverflow(by: origins.count)
        // Every number has a row, so that a file of a few rows cannot ask for a large array.
        guard !isLarge, !isLarger, size <= 64 * rows.cells.count else {
            throw DataError(
                .badFormat,
                "\(path), \(rows.unit) \(first.line): \(rows.cells.count) rows for \(origins.count) origins, \(horizon) "
                    + "steps and \(placeCount) places; every origin needs all of them.")
        }
        values = [Float](repeating: .nan, count: size)
        var isKnown = [Bool](repeating: false, count: size)
        for cell in rows.cells {
            let index =
                ((Int(cell.origin) * horizon + Int(cell.step)) * placeCount + Int(cell.place)) * channelCount
                + Int(cell.channel)
            guard !isKnown[index] else {
                throw DataError(
                    .badFormat, "\(path), \(rows.unit) \(cell.line): this origin, step and place stand there twice.")
            }
            isKnown[index] = true
            values[index] = cell.value
        }
    }

    private func missingColumn(_ name: String, _ title: String) -> DataError {
        DataError(.missingColumn, "\(title): there is no column \"\(name)\"; it needs origin, step, place and value.")
    }

    private func noStep(_ shown: String, _ place: String) -> DataError {
        DataError(.badNumber, "\(path), \(place): the step \(shown) is none; the first step ahead is 1.")
    }
}

/// Where each number of such a file belongs, until all rows are known.
struct ForecastRows {
    struct Cell {
        var origin, step, place, channel, line: Int32
        var value: Float
    }

    /// "line" or "row", for messages.
    let unit: String
    var cells: [Cell] = []
    private var known: [Int64: Int32] = [:]
    private var last: (origin: Int64, number: Int32)?

    init(unit: String) { self.unit = unit }

    /// An origin's number in `origins`, which grows where it is new.
    mutating func number(_ origin: Int64, _ origins: inout [Int64]) -> Int32 {
        if let last, last.origin == origin { return last.number }
        let number = known[origin] ?? Int32(truncatingIfNeeded: origins.count)
        if known.updateValue(number, forKey: origin) == nil { origins.append(origin) }
        last = (origin, number)
        return number
    }
}
