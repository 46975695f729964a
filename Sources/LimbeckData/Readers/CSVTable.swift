import LimbeckFiles

/// A CSV of one time column and columns of numbers, rows as they stand: features beside labels.
///
/// For tables that are no series: several rows may share a time, and nothing is put on a grid.
public struct CSVTable: Sendable {
    /// As named in errors.
    public let file: String
    /// Of the number columns, in their order.
    public let names: [String]
    /// Seconds since 1970, one a row.
    public private(set) var times: [Int64] = []
    /// Row-major `[rows, names.count]`; NaN where a cell is empty or spells "not measured".
    public private(set) var values: [Float] = []
    /// The line of the file each row began on, from 1.
    public private(set) var lines: [Int] = []

    /// Reads a file, gunzipped where it is gzip.
    ///
    /// - Parameter time: the time column; empty: found by its usual names.
    ///
    /// Throws `DataError` naming file, line and column.
    public init(path: String, time: String = "") throws {
        try self.init(try TextFile(FileBytes.readDecompressed(path), file: path).bytes, file: path, time: time)
    }

    /// Reads text that is named `file` in errors.
    public init(_ bytes: [UInt8], file: String, time: String = "") throws {
        var source = DataSource()
        source.format = "csvWide"
        source.time = time
        var rows = try CSVRows(bytes, file: file, source: source)
        let header = rows.header
        guard let time = header.time else {
            throw DataError(
                .missingColumn,
                "\(file), line 1: no column of times; name one \"timestamp\".")
        }
        try header.checkNames(Array(header.names.indices))
        let columns = header.names.indices.filter { $0 != time }
        self.file = file
        names = columns.map { header.names[$0] }
        while try rows.next() {
            times.append(try rows.stamp(time))
            lines.append(rows.record.line)
            try rows.scanner.bytes.withUnsafeBufferPointer { text in
                for column in columns { values.append(Float(try rows.number(column, text))) }
            }
        }
        guard !times.isEmpty else {
            throw DataError(.tooFewRows, "\(file): a header and no rows; it needs rows.")
        }
    }

    public var count: Int { times.count }
}
