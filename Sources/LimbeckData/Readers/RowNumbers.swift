/// Columns that say nothing of their own: row numbers, and parts of the time beside the time.
enum RowNumbers {
    private static let names: Set = [
        "", "no", "nr", "row", "rowid", "rownumber", "index", "unnamed0", "number", "lfdnr", "id", "recordid", "seq",
    ]
    private static let partsOfTime: Set = [
        "year", "jahr", "month", "monat", "day", "tag", "hour", "stunde", "minute", "weekday", "dayofweek", "dow",
        "wochentag", "week", "weekofyear", "weeknumber", "dayofyear", "quarter", "isweekend",
    ]

    /// Those of `columns` that are called like row numbers and grow by one with each of the first rows.
    static func columns(_ rows: CSVRows, among columns: [Int]) throws -> Set<Int> {
        let candidates = columns.filter { names.contains(CSVHeader.plain(rows.header.names[$0])) }
        guard !candidates.isEmpty else { return [] }
        var sample = rows, counters = candidates.map { RowCounter(column: $0) }
        while counters.contains(where: \.isCounting), counters[0].rows < 100, try sample.next() {
            for index in counters.indices { counters[index].note(sample.record, sample.scanner) }
        }
        return Set(counters.filter { $0.isCounting && $0.rows > 1 }.map(\.column))
    }

    /// Those of `columns` that tell a part of the time again, where a time is told.
    static func partsOfTime(_ header: CSVHeader, among columns: [Int]) -> Set<Int> {
        guard !header.times.isEmpty else { return [] }
        return Set(columns.filter { partsOfTime.contains(CSVHeader.plain(header.names[$0])) })
    }

    /// Does what is called a place count rows that go on in time? Places come again with every time.
    static func isNoPlace(_ place: Int, time: Int, _ start: CSVScanner) throws -> Bool {
        var scanner = start, record = CSVScanner.Record()
        var counter = RowCounter(column: place), changes = 0, last = ""
        while counter.rows < 1000, counter.isCounting, try scanner.next(into: &record) {
            guard record.cells.indices.contains(place), record.cells.indices.contains(time) else { return false }
            let own = scanner.text(record.cells[time])
            if counter.rows > 0, own != last { changes += 1 }
            last = own
            counter.note(record, scanner)
        }
        return counter.isCounting && counter.rows > 2 && changes > 1
    }
}

/// Follows one column down the rows.
private struct RowCounter {
    let column: Int
    private(set) var isCounting = true
    private(set) var rows = 0
    private var last = 0.0

    init(column: Int) { self.column = column }

    mutating func note(_ record: CSVScanner.Record, _ scanner: CSVScanner) {
        guard record.cells.indices.contains(column), let value = Double(scanner.text(record.cells[column])),
            rows == 0 || value == last + 1
        else {
            isCounting = false
            return
        }
        (last, rows) = (value, rows + 1)
    }
}
