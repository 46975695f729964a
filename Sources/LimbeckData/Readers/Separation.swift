/// The columns, not read, that tell rows of one time and place apart: a parameter, an hour, a row and a column.
struct Separation {
    let columns: [String]
    /// What the first of them holds in the first row.
    let example: String
    /// They hold hours beside a date.
    let isClock: Bool
    /// Places are named already, by these columns.
    let places: [String]
    let times: [String]

    /// How many rows are looked at.
    static let mostRows = 100_000

    static func candidates(_ header: CSVHeader) -> [Int] {
        header.names.indices.filter { !header.times.contains($0) && !header.places.contains($0) }
    }

    /// Of a CSV; nil where no columns tell its rows apart.
    static func find(_ bytes: [UInt8], _ header: CSVHeader, _ source: DataSource) throws -> Separation? {
        var rows = try CSVRows(bytes, file: header.file, source: source)
        let candidates = candidates(header)
        var keys: [Int] = []
        var cells = [[Int]](repeating: [], count: candidates.count)
        var first: [String] = []
        while keys.count < mostRows, try rows.next() {
            if first.isEmpty { first = candidates.map { rows.scanner.text(rows.record.cells[$0]) } }
            func hash(_ columns: [Int]) -> Int {
                var hasher = Hasher()
                for column in columns {
                    let cell = rows.record.cells[column]
                    hasher.combine(rows.scanner.bytes[cell.start..<cell.end])
                }
                return hasher.finalize()
            }
            keys.append(hash(header.times + header.places))
            for (index, column) in candidates.enumerated() { cells[index].append(hash([column])) }
        }
        return Separation(header, candidates, keys: keys, cells: cells, first: first)
    }

    /// The fewest columns, of the fewest different cells, with which nearly every row stands alone; nil for none.
    ///
    /// - Parameters:
    ///   - keys: of each row, what its time and place hash to.
    ///   - cells: of each candidate, what its cells hash to.
    ///   - first: of each candidate, its first cell.
    init?(_ header: CSVHeader, _ candidates: [Int], keys: [Int], cells: [[Int]], first: [String]) {
        // Something must be left to forecast.
        guard let chosen = Self.fewest(keys, cells), chosen.count < candidates.count else { return nil }
        columns = chosen.map { header.names[candidates[$0]] }
        example = first[chosen[0]]
        let plain = CSVHeader.plain(columns[0])
        let hours: Set = ["hr", "stunde", "uhrzeit", "heure", "hora", "clock", "time"]
        isClock =
            chosen.count == 1 && (hours.contains(plain) || plain.hasPrefix("hour"))
            && CompositeTime.stamp(["2024-01-01", example], names: ["", ""], TimeParser()) != nil
        places = header.places.map { header.names[$0] }
        times = header.times.map { header.names[$0] }
    }

    /// Indices into `cells` of one or two columns.
    private static func fewest(_ keys: [Int], _ cells: [[Int]]) -> [Int]? {
        let variety = cells.map { Set($0).count }
        // What is different in nearly every row separates everything and means nothing.
        let usable = cells.indices.filter { variety[$0] > 1 && 2 * variety[$0] <= keys.count }
        func separates(_ chosen: [Int]) -> Bool {
            var seen: Set<[Int]> = []
            for row in keys.indices { seen.insert([keys[row]] + chosen.map { cells[$0][row] }) }
            return Double(seen.count) >= 0.98 * Double(keys.count)
        }
        let order = usable.sorted { (variety[$0], $0) < (variety[$1], $1) }
        if let one = order.first(where: { separates([$0]) }) { return [one] }
        let few = order.prefix(12).map(\.self)
        var pairs: [[Int]] = []
        for (position, first) in few.enumerated() {
            for second in few[(position + 1)...] { pairs.append([first, second].sorted()) }
        }
        pairs.sort { variety[$0[0]] * variety[$0[1]] < variety[$1[0]] * variety[$1[1]] }
        return pairs.first(where: separates)
    }

    /// The error for rows that repeat a time, and a place, and disagree.
    static func refusal(_ rows: RawRows, _ disagreeing: [Int], _ found: Separation?) -> DataError {
        let row = disagreeing.first ?? 0
        let what =
            "\(rows.file), \(rows.place(row)): \(grouped(disagreeing.count)) of \(counted(rows.count, "row")) repeat a "
            + "time\(rows.blocks.isEmpty ? "" : " and place") already seen with other values "
            + "(\(TimeText.stamp(rows.stamps[row])) first)"
        guard let found else {
            return DataError(
                .irregularTimes, "\(what), and no column tells them apart; remove one of each, or average them first.")
        }
        let names = found.columns.map { quoted($0) }.joined(separator: " and ")
        let apart =
            "\(what); column\(found.columns.count > 1 ? "s" : "") \(names) tell\(found.columns.count > 1 ? "" : "s") them apart"
        if found.isClock {
            return DataError(
                .irregularTimes,
                "\(apart): say data.time: \((found.times + found.columns).joined(separator: ",")) to read both as the time."
            )
        }
        var remedies = [
            "data.place: \((found.places + found.columns).joined(separator: ",")) to make each a place of its own"
        ]
        if found.columns.count == 1 {
            remedies.insert("data.filter: [\"\(found.columns[0]) = \(found.example)\"] to keep one", at: 0)
        }
        return DataError(.irregularTimes, "\(apart): say \(remedies.joined(separator: ", or ")).")
    }
}
