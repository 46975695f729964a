import Foundation
import LimbeckSeries

/// What is known of each place for good, as CSV: a row per place, an id column, and columns of numbers or words.
///
/// Numbers are standardised over the places. A column of words becomes a 0 or 1 for each word, standardised too.
struct PlaceTable {
    private let file: String
    private let table: CSVRecords
    private let parser: CellParser

    /// Words of one column, at the most: a column of names tells places apart and no more.
    static let wordLimit = 16

    /// - Parameter missing: spellings of "not known" besides the usual ones.
    ///
    /// Throws `emptyFile`, `raggedRow`.
    init(
        _ bytes: [UInt8], file: String, missing: [String] = [], delimiter: UInt8? = nil,
        decimal: DataSource.Decimal = .auto
    ) throws {
        parser = CellParser(missing: missing, decimal: decimal == .comma ? Byte.comma : Byte.point)
        table = try CSVRecords(bytes, file: file, delimiter: delimiter, needs: "an id and what is known of it")
        self.file = file
    }

    /// What the table says of `places`, and what was found.
    ///
    /// - Parameters:
    ///   - id: the column of ids; empty: the one that holds most of the places.
    ///   - wanted: columns by name or pattern; empty: all but the ids.
    ///
    /// Throws `mismatchedCoordinates` where no place is named, `missingColumn`, `nothingObserved` where no column tells
    /// places apart.
    func facts(
        of places: [Place], id: String, columns wanted: [String]
    ) throws -> (facts: PlaceFacts, finding: QualityReport.Finding) {
        let key = try idColumn(places, id)
        var own: [String: Int] = [:]
        for (row, line) in zip(table.rows.indices, table.lines) {
            guard let before = own.updateValue(row, forKey: table.rows[row][key]) else { continue }
            guard table.rows[before] == table.rows[row] else {
                throw DataError(
                    .mismatchedCoordinates,
                    "\(file), line \(line): says other things of \(quoted(table.rows[row][key])) than line \(table.lines[before]); "
                        + "keep one.")
            }
        }
        let found = places.map { own[$0.id] }
        guard found.contains(where: { $0 != nil }) else {
            throw DataError(
                .mismatchedCoordinates,
                "\(file): names none of the \(places.count) places (the data's first is "
                    + "\(quoted(places.first?.id ?? "")), the file's first is \(quoted(table.rows.first?[key] ?? ""))); use the "
                    + "same ids in both.")
        }
        var facts = PlaceFacts(), plain: [String] = [], gaps = 0
        for column in try columns(wanted, except: key) {
            let cells = found.map { row in row.map { read(table.rows[$0][column]) } ?? .missing }
            gaps += cells.count { $0 == .missing }
            let before = facts.names.count
            try add(cells, found, column, to: &facts)
            if facts.names.count == before { plain.append(table.names[column]) }
        }
        guard !facts.names.isEmpty else {
            throw DataError(
                .nothingObserved,
                "\(file): no column says what places have in common and what not (\(plain.joined(separator: ", "))); give one of "
                    + "numbers, or of words that several places share.")
        }
        var told = ["\(counted(found.count { $0 != nil }, "place")) of \(places.count) matched"]
        if !plain.isEmpty {
            told.append("\(plain.joined(separator: ", ")) left out, the same everywhere or a name of each place")
        }
        if gaps > 0 { told.append("\(counted(gaps, "cell")) missing, taken as the mean") }
        return (
            facts,
            .init(
                .joined, .repair, count: found.count { $0 != nil },
                message: "\(fileName(file)) joined as \(counted(facts.names.count, "static covariate")): "
                    + told.joined(separator: "; "),
                examples: Array(
                    zip(places, found).filter { $1 == nil }.prefix(QualityReport.Finding.exampleLimit)
                        .map { "\($0.0.id) without" }))
        )
    }

    private func idColumn(_ places: [Place], _ id: String) throws -> Int {
        if !id.isEmpty {
            guard let column = table.names.firstIndex(of: id) else {
                throw CSVHeader.missing("place", "place", table.names, "\(file), line 1")
            }
            return column
        }
        let ids = Set(places.map(\.id))
        let matches = table.names.indices.map { column in table.rows.count { ids.contains($0[column]) } }
        return matches.indices.max { (matches[$0], -$0) < (matches[$1], -$1) } ?? 0
    }

    private func columns(_ wanted: [String], except key: Int) throws -> [Int] {
        guard !wanted.isEmpty else { return table.names.indices.filter { $0 != key } }
        return try wanted.flatMap { pattern in
            let found = table.names.indices.filter {
                (table.names[$0] == pattern || fnmatch(pattern, table.names[$0], 0) == 0) && $0 != key
            }
            guard !found.isEmpty else { throw CSVHeader.missing(pattern, "columns", table.names, "\(file), line 1") }
            return found
        }
    }

    private func read(_ text: String) -> CellParser.Reading {
        var text = text
        return text.withUTF8 { parser.read($0[...]) }
    }

    /// A column of numbers as it is, of words one for each; nothing where it is the same everywhere.
    private func add(
        _ cells: [CellParser.Reading], _ found: [Int?], _ column: Int, to facts: inout PlaceFacts
    ) throws {
        let name = table.names[column]
        let numbers = cells.map { cell in if case .value(let number) = cell { number } else { Double?.none } }
        let known = cells.count { $0 != .missing }
        let bad = cells.indices.filter { cells[$0] == .invalid || cells[$0] == .infinite }
        guard let first = bad.first else { return facts.add(numbers, named: name) }
        // One word in a column of numbers is a slip, not a category.
        guard 2 * bad.count > known else {
            let row = found[first] ?? 0
            throw DataError(
                .badNumber,
                "\(file), line \(table.lines[row]), column \(quoted(name)): \(quoted(table.rows[row][column])) is no number, as the "
                    + "others are; leave the cell empty where it is not known.")
        }
        let texts = zip(cells, found).map { cell, row in cell == .missing ? nil : row.map { table.rows[$0][column] } }
        let words = Set(texts.compactMap(\.self)).sorted()
        // Names, which say no more than the place itself.
        guard words.count < known else { return }
        guard words.count <= Self.wordLimit else {
            throw DataError(
                .badFormat,
                "\(file), column \(quoted(name)): \(words.count) different words are too many to tell places by, at most "
                    + "\(Self.wordLimit); name the columns to read in data.columns.")
        }
        for word in words { facts.add(texts.map { $0.map { $0 == word ? 1 : 0 } }, named: "\(name)=\(word)") }
    }
}

extension PlaceFacts {
    /// Standardised over the places; what is missing is the mean. A column that is the same everywhere is not added.
    fileprivate mutating func add(_ column: [Double?], named name: String) {
        let known = column.compactMap(\.self)
        guard let first = known.first, known.contains(where: { $0 != first }) else { return }
        let mean = known.reduce(0, +) / Double(known.count)
        let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
        let spread = variance.squareRoot()
        guard spread > 0, spread.isFinite else { return }
        let width = names.count
        var values: [Float] = []
        values.reserveCapacity(column.count * (width + 1))
        for (place, value) in column.enumerated() {
            values += self.values[place * width..<(place + 1) * width]
            values.append(value.map { Float(($0 - mean) / spread) } ?? 0)
        }
        names.append(name)
        self.values = values
    }
}
