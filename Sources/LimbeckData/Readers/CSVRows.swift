/// What the CSV readers share: checks of one record, with errors that name line and column.
struct CSVRows {
    let header: CSVHeader
    let parser: CellParser
    var scanner: CSVScanner
    var record = CSVScanner.Record()
    private(set) var isAbsolute: Bool?
    private var lastTime: ArraySlice<UInt8> = []
    private var lastStamp: Int64 = 0

    /// Opens the text and reads its header.
    init(_ bytes: [UInt8], file: String, source: DataSource) throws {
        header = try CSVHeader(bytes, file: file, source: source)
        scanner = CSVScanner(bytes, file: file, delimiter: source.delimiter.byte)
        parser = CellParser(
            missing: source.missing, decimalComma: scanner.delimiter == Byte.semicolon)
        _ = try scanner.next(into: &record)
    }

    var file: String { header.file }

    /// The next row; false at the end. Throws `raggedRow`.
    mutating func next() throws -> Bool {
        guard try scanner.next(into: &record) else { return false }
        guard record.count == header.names.count else {
            throw DataError(
                .raggedRow,
                "\(file), line \(record.line): \(counted(record.count, "cell")) where the header "
                    + "has \(header.names.count); add or remove cells, or quote those that hold "
                    + "a delimiter.")
        }
        return true
    }

    /// The time in `column`. Throws `badTime`, also when some times have an offset and others
    /// have none.
    mutating func stamp(_ column: Int) throws -> Int64 {
        let cell = record.cells[column]
        let text = scanner.bytes[cell.start..<cell.end]
        if text.elementsEqual(lastTime), isAbsolute != nil { return lastStamp }
        let parsed = scanner.bytes.withUnsafeBufferPointer {
            Timestamp(UnsafeBufferPointer(rebasing: $0[cell.start..<cell.end]))
        }
        guard let stamp = parsed else {
            throw DataError(
                .badTime,
                "\(place(column)): \(quoted(text)) is no time; write times as 2024-03-01T06:00 "
                    + "or as seconds since 1970.")
        }
        guard isAbsolute == nil || isAbsolute == stamp.isAbsolute else {
            throw DataError(
                .badTime,
                "\(place(column)): \(quoted(text)) \(stamp.isAbsolute ? "has" : "lacks") an "
                    + "offset from UTC, unlike the times before; write all times one way.")
        }
        isAbsolute = stamp.isAbsolute
        lastTime = text
        lastStamp = stamp.seconds
        return stamp.seconds
    }

    /// The number in `column`, NaN where missing. Throws `badNumber` or `infinite`.
    func number(_ column: Int, _ bytes: UnsafeBufferPointer<UInt8>) throws -> Float {
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
            throw DataError(
                .badNumber,
                "\(place(column)): \(quoted(bytes[cell.start..<cell.end])) is not a number; "
                    + "correct it, or list it under data.missing if it means \"not measured\".")
        }
    }

    /// Degrees in `column`, NaN where missing. Throws `badNumber` beyond `limit`.
    func angle(_ column: Int, _ limit: Double, _ bytes: UnsafeBufferPointer<UInt8>) throws -> Double {
        let cell = record.cells[column]
        if let value = parser.number(UnsafeBufferPointer(rebasing: bytes[cell.start..<cell.end])) {
            if abs(value) <= limit { return value }
        } else if case .missing = parser.read(bytes[cell.start..<cell.end]) {
            return .nan
        }
        throw DataError(
            .badNumber,
            "\(place(column)): \(quoted(bytes[cell.start..<cell.end])) is no angle within "
                + "±\(Int(limit))°; write degrees as a decimal number.")
    }

    /// "data.csv, line 17, column "45 Queen Street"".
    private func place(_ column: Int) -> String {
        "\(file), line \(record.line), column \(quoted(header.names[column]))"
    }
}
