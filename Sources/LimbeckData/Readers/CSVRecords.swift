/// A CSV of text cells with a header, whole: tables of places, which have no times.
struct CSVRecords {
    let names: [String]
    private(set) var rows: [[String]] = []
    /// The line of the file each row began on, from 1.
    private(set) var lines: [Int] = []

    /// - Parameter needs: what a file without any row is told to have.
    ///
    /// Throws `emptyFile`, `raggedRow`.
    init(_ bytes: [UInt8], file: String, delimiter: UInt8? = nil, needs: String) throws {
        var scanner = CSVScanner(bytes, file: file, delimiter: delimiter)
        var record = CSVScanner.Record()
        guard try scanner.next(into: &record) else {
            throw DataError(.emptyFile, "\(file): holds no rows; it needs \(needs).")
        }
        names = record.cells.map(scanner.text)
        while try scanner.next(into: &record) {
            guard record.count == names.count else {
                throw DataError(
                    .raggedRow,
                    "\(file), line \(record.line): \(counted(record.count, "cell")) where the header has "
                        + "\(names.count).")
            }
            rows.append(record.cells.map(scanner.text))
            lines.append(record.line)
        }
    }
}
