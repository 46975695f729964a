/// Columns that number the rows.
enum RowNumbers {
    private static let names: Set = [
        "", "no", "nr", "row", "rowid", "rownumber", "unnamed0", "lfdnr", "id", "recordid", "seq", "record",
    ]
    /// What may be a quantity too, unless it begins with 0 or 1.
    private static let looseNames: Set = ["index", "number"]

    /// Those of `columns` that are called like row numbers and rise or fall by one with each of the first rows.
    static func columns(_ rows: CSVRows, among columns: [Int]) throws -> Set<Int> {
        var counters = columns.compactMap { column -> RowCounter? in
            let name = CSVHeader.plain(rows.header.names[column])
            guard names.contains(name) || looseNames.contains(name) else { return nil }
            return RowCounter(column: column, isLoose: looseNames.contains(name))
        }
        guard !counters.isEmpty else { return [] }
        var sample = rows, seen = 0
        while counters.contains(where: \.isCounting), seen < 100, try sample.next() {
            seen += 1
            for index in counters.indices { counters[index].note(sample.record, sample.scanner) }
        }
        return Set(counters.filter { $0.isCounting && $0.rows > 1 }.map(\.column))
    }

    /// Is what is called a place another in every row, while time goes on? Places come again with every time.
    static func isNoPlace(_ place: Int, time: Int, _ start: CSVScanner) throws -> Bool {
        var scanner = start, record = CSVScanner.Record()
        var counter = RowCounter(column: place), changes = 0, last = "", seen: Set<String> = []
        while seen.count < mostRows, try scanner.next(into: &record) {
            guard record.cells.indices.contains(place), record.cells.indices.contains(time) else { return false }
            let own = scanner.text(record.cells[time])
            if !seen.isEmpty, own != last { changes += 1 }
            last = own
            guard seen.insert(scanner.text(record.cells[place])).inserted else { return false }
            counter.note(record, scanner)
        }
        return changes > 1 && (seen.count >= 10 || counter.isCounting && seen.count > 2)
    }

    private static let mostRows = 100_000
}

/// Follows one column down the rows.
private struct RowCounter {
    let column: Int
    private(set) var isCounting = true
    private(set) var rows = 0
    /// Must it begin with 0 or 1?
    private let isLoose: Bool
    private var last = 0.0, step = 0.0

    init(column: Int, isLoose: Bool = false) {
        self.column = column
        self.isLoose = isLoose
    }

    mutating func note(_ record: CSVScanner.Record, _ scanner: CSVScanner) {
        guard isCounting, record.cells.indices.contains(column),
            let value = Double(scanner.text(record.cells[column])), follows(value)
        else {
            isCounting = false
            return
        }
        if rows == 1 { step = value - last }
        (last, rows) = (value, rows + 1)
    }

    private func follows(_ value: Double) -> Bool {
        switch rows {
        case 0: !isLoose || value == 0 || value == 1
        case 1: abs(value - last) == 1
        default: value == last + step
        }
    }
}
