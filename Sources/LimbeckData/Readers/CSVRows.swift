/// What the CSV readers share: checks of one record, with errors that name line and column.
struct CSVRows {
    let header: CSVHeader
    let parser: CellParser
    /// What the file's decimal marks were taken for, where that is worth a word.
    let findings: [QualityReport.Finding]
    var scanner: CSVScanner
    var record = CSVScanner.Record()
    private(set) var isAbsolute: Bool?
    /// The first row whose time had a fraction of a second, by its line.
    private(set) var fractionLine: Int?
    /// Rows that `data.filter` left out.
    private(set) var filteredCount = 0
    /// Of absolute times.
    private(set) var offsets = StampOffsets()
    let decimal: (mark: UInt8, isSure: Bool)
    private let times: TimeParser
    /// Stamps without an offset are of UTC.
    private let isUTC: Bool
    /// Hours of a day are 1 to 23 and 0, which ends it.
    private let endsDayWithZero: Bool
    private var lastTime: ArraySlice<UInt8> = []
    private var lastStamp: Int64 = 0
    /// A first record that is no header waits to be read again.
    private var holdsFirst = false

    /// Opens the text and reads its header.
    init(_ bytes: [UInt8], file: String, source: DataSource) throws {
        header = try CSVHeader(bytes, file: file, source: source)
        isUTC = header.isUTC
        scanner = CSVScanner(bytes, file: file, delimiter: source.delimiter.byte)
        let order = try Self.order(header, scanner, source)
        times = try TimeParser(source, file: file, order: order.order, evidence: order.evidence)
        let marks = try NumberMarks(bytes, header: header, source: source)
        parser = CellParser(missing: source.missing, decimal: marks.decimal, thousands: marks.thousands)
        decimal = (marks.decimal, marks.isSure)
        for _ in 0..<max(1, header.rowCount) { _ = try scanner.next(into: &record) }
        holdsFirst = source.header == .none
        let first = try FirstRows(header, scanner, times)
        endsDayWithZero = first.endsDayWithZero
        findings = order.findings + first.findings + header.findings + marks.findings
    }

    /// From the first column of times.
    private static func order(_ header: CSVHeader, _ start: CSVScanner, _ source: DataSource) throws -> DateOrder {
        var scanner = start
        var record = CSVScanner.Record()
        for _ in 0..<header.rowCount { _ = try scanner.next(into: &record) }
        let column = header.time
        return try DateOrder(
            source.timeFormat, title: column.map { "column \(quoted(header.names[$0]))" } ?? "the file"
        ) {
            while let column, try scanner.next(into: &record) {
                guard record.cells.indices.contains(column), !record.cells[column].isEmpty else { continue }
                let place = "\(header.file), line \(record.line), column \(quoted(header.names[column]))"
                return (scanner.text(record.cells[column]), place)
            }
            return nil
        }
    }

    var file: String { header.file }

    /// The next row that the filter keeps; false at the end. Throws `raggedRow`.
    mutating func next() throws -> Bool {
        while try holdsFirst || scanner.next(into: &record) {
            holdsFirst = false
            guard record.count == header.names.count else {
                throw DataError(
                    .raggedRow,
                    "\(file), line \(record.line): \(counted(record.count, "cell")) where the header "
                        + "has \(header.names.count); add or remove cells, or quote those that hold "
                        + "a delimiter.")
            }
            if header.filters.allSatisfy({ scanner.text(record.cells[$0.column]) == $0.text }) { return true }
            filteredCount += 1
        }
        return false
    }

    /// The time in the header's time columns. Throws as `stamp` of one column does.
    mutating func stamp() throws -> Int64 {
        guard header.times.count > 1 else { return try stamp(header.times.first ?? 0) }
        var texts = header.times.map { scanner.text(record.cells[$0]) }
        if endsDayWithZero, CompositeTime.isMidnight(texts[1]) { texts[1] = "24" }
        guard var stamp = CompositeTime.stamp(texts, names: header.times.map { header.names[$0] }, times) else {
            throw DataError(
                .badTime,
                "\(file), line \(record.line): \(texts.map { quoted($0) }.joined(separator: ", ")) in the columns of "
                    + "data.time make no time; they should be a date, its hour and maybe its minute, or year, month, "
                    + "day and so on, in this order.")
        }
        if isUTC { stamp.isAbsolute = true }
        try note(stamp, "\(file), line \(record.line)", texts.joined(separator: " "))
        return stamp.seconds
    }

    /// The time in `column`. Throws `badTime`, also when some times have an offset and others
    /// have none.
    mutating func stamp(_ column: Int) throws -> Int64 {
        let cell = record.cells[column]
        let text = scanner.bytes[cell.start..<cell.end]
        if text.elementsEqual(lastTime), isAbsolute != nil { return lastStamp }
        let parsed = scanner.bytes.withUnsafeBufferPointer {
            times.stamp(UnsafeBufferPointer(rebasing: $0[cell.start..<cell.end]))
        }
        guard var stamp = parsed else {
            throw DataError(
                .badTime, "\(place(column)): \(times.refusal(of: String(decoding: text, as: UTF8.self))).")
        }
        if isUTC { stamp.isAbsolute = true }
        try note(stamp, place(column), String(decoding: text, as: UTF8.self))
        lastTime = text
        lastStamp = stamp.seconds
        return stamp.seconds
    }

    private mutating func note(_ stamp: Timestamp, _ place: String, _ text: String) throws {
        guard isAbsolute == nil || isAbsolute == stamp.isAbsolute else {
            throw DataError(
                .badTime,
                "\(place): \(quoted(text)) \(stamp.isAbsolute ? "has" : "lacks") an "
                    + "offset from UTC, unlike the times before; write all times one way.")
        }
        isAbsolute = stamp.isAbsolute
        if stamp.isAbsolute { offsets.note(text, stamp.seconds) }
        if stamp.hasFraction, fractionLine == nil { fractionLine = record.line }
    }

    /// `source` with the zone that changing offsets tell, where it names none.
    func zoned(_ source: DataSource, _ findings: inout [QualityReport.Finding]) -> DataSource {
        guard source.zone.isEmpty, isAbsolute == true, let zone = offsets.zone else { return source }
        findings.append(zone.finding)
        var source = source
        source.zone = zone.name
        return source
    }

    /// The number in `column`, NaN where missing. Throws `badNumber` or `infinite`.
    func number(_ column: Int, _ bytes: UnsafeBufferPointer<UInt8>) throws -> Double {
        let cell = record.cells[column]
        switch parser.read(bytes[cell.start..<cell.end]) {
        case .value(let value): return value
        case .missing: return .nan
        case .infinite:
            throw DataError(
                .infinite,
                "\(place(column)): \(quoted(bytes[cell.start..<cell.end])) is infinite or too "
                    + "large; leave the cell empty or correct it.")
        case .invalid:
            let text = bytes[cell.start..<cell.end]
            throw DataError(.badNumber, "\(place(column)): \(quoted(text)) is not a number; \(parser.advice(text)).")
        }
    }

    /// Degrees in `column`, NaN where missing. Throws `badNumber` beyond `limit`.
    func angle(_ column: Int, _ limit: Double, _ bytes: UnsafeBufferPointer<UInt8>) throws -> Double {
        let cell = record.cells[column]
        let text = bytes[cell.start..<cell.end]
        // Positions may be written with another mark than values; angles have no thousands.
        let plain = String(decoding: text.map { $0 == Byte.comma ? Byte.point : $0 }, as: UTF8.self)
        if let value = Double(plain), value.isFinite {
            if abs(value) <= limit { return value }
        } else if case .missing = parser.read(text) {
            return .nan
        }
        throw DataError(
            .badNumber,
            "\(place(column)): \(quoted(bytes[cell.start..<cell.end])) is no angle within "
                + "±\(Int(limit))°; write degrees as a decimal number.")
    }

    /// What the reader should say of rows that the filter left out. Throws `nothingObserved` when all were.
    func filterFindings(kept: Int) throws -> [QualityReport.Finding] {
        guard !header.filters.isEmpty else { return [] }
        let condition = header.filters.map { "\(header.names[$0.column]) = \($0.text)" }.joined(separator: ", ")
        guard kept > 0 else {
            throw DataError(
                .nothingObserved,
                "\(file): no row has \(condition) (data.filter); all \(grouped(filteredCount)) rows were left out.")
        }
        return [
            .init(
                .filteredRows, .repair, count: filteredCount,
                message: "\(counted(filteredCount, "row")) of \(grouped(filteredCount + kept)) left out by data.filter "
                    + "(\(condition))")
        ]
    }

    /// "data.csv, line 17, column "45 Queen Street"".
    private func place(_ column: Int) -> String {
        "\(file), line \(record.line), column \(quoted(header.names[column]))"
    }
}
