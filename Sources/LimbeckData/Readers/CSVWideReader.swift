import Foundation
import LimbeckSeries

/// A time column, then one column per place; without a time column, `start` and `step` tell.
public struct CSVWideReader: SeriesReader {
    public init() {}

    public func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries {
        var rows = try CSVRows(bytes, file: file, source: source)
        let names = rows.header.names
        let ramp = try rows.header.times.isEmpty ? UniformTimes(source, file: file, rows) : nil
        let passed = Set(
            rows.header.times + rows.header.filters.map(\.column) + [rows.header.passed].compactMap(\.self))
        let candidates = names.indices.filter { !passed.contains($0) }
        let dull = try RowNumbers.columns(rows, among: candidates)
            .union(PartOfTime.columns(rows, among: candidates))
        let others = dull.count < candidates.count ? candidates.filter { !dull.contains($0) } : candidates
        try rows.header.checkNames(others)
        let texts = try Self.texts(rows, others)
        let columns = try Self.chosen(others.filter { !texts.contains($0) }, rows.header, source)
        guard !columns.isEmpty else {
            throw DataError(
                .missingColumn,
                "\(file), line 1: no columns of numbers besides the time; add one per place. "
                    + "(Words are read as covariates: text: { hashed: 16 } in data.sources.)")
        }

        var raw = RawRows(file: file, width: columns.count)
        let expected = bytes.count / max(8, 4 * names.count)
        raw.reserve(min(expected, 1 << 24) * columns.count)
        while try rows.next() {
            raw.stamps.append(try ramp?.stamp(raw.count) ?? rows.stamp())
            raw.lines.append(rows.record.line)
            try rows.scanner.bytes.withUnsafeBufferPointer { text in
                for (number, column) in columns.enumerated() { raw.append(try rows.number(column, text), to: number) }
            }
        }
        if ramp != nil, source.header == .auto { try Self.checkHeader(rows, columns, raw) }
        raw.fractionLine = rows.fractionLine
        var findings = try rows.filterFindings(kept: raw.count) + rows.findings + Self.left(texts, names)
        if others.count < candidates.count {
            findings.append(
                .init(
                    .textColumns, .repair, count: dull.count,
                    message: "\(counted(dull.count, "column")) of row numbers or parts of the time left out",
                    examples: dull.sorted().map { names[$0].isEmpty ? "without a name" : names[$0] }))
        }
        let source = rows.zoned(source, &findings)
        if let warning = Self.unfolded(columns.map { names[$0] }) { findings.append(warning) }
        var places = Self.placeNames(rows.header, columns).map { Place(id: $0) }
        var channels = [
            channel(source.value.isEmpty ? "value" : source.value, Self.unit(rows.header, columns, source))
        ]
        if let quantities = Self.quantities(rows.header, columns, source) {
            places = [Place(id: FileName.stem(file))]
            channels = quantities
            if source.columnsAre == .auto {
                findings.append(
                    .init(
                        .units, .repair, count: channels.count,
                        message: "columns have different units, so they are \(channels.count) channels of one place, "
                            + "\(quoted(places[0].id)); data.columnsAre: places says otherwise"))
            }
        }
        var loaded = try raw.series(
            places: places, channels: channels,
            isAbsolute: ramp?.isAbsolute ?? rows.isAbsolute ?? false, source: source, findings: findings
        ) { try Separation.find(bytes, rows.header, source) }
        loaded.decimal = rows.decimal
        return loaded
    }

    /// The columns' names, without a unit that each has behind it, where they still differ.
    private static func placeNames(_ header: CSVHeader, _ columns: [Int]) -> [String] {
        let names = columns.map { header.names[$0] }
        let plain = HeaderRows.split(names).compactMap { $0?.name }
        return plain.count == names.count && Set(plain).count == plain.count ? plain : names
    }

    /// The stated unit, or the one that all columns have.
    private static func unit(_ header: CSVHeader, _ columns: [Int], _ source: DataSource) -> String {
        guard source.unit.isEmpty else { return source.unit }
        let own = Set(
            header.units.isEmpty
                ? HeaderRows.split(columns.map { header.names[$0] }).map { $0?.unit ?? "" }
                : columns.map { header.units[$0] })
        return own.count == 1 ? own.first ?? "" : ""
    }

    /// The columns that `data.columns` names, by name or pattern.
    private static func chosen(_ columns: [Int], _ header: CSVHeader, _ source: DataSource) throws -> [Int] {
        guard !source.columns.isEmpty else { return columns }
        let lists = try source.columns.map { wanted in
            let found = columns.filter { header.names[$0] == wanted || fnmatch(wanted, header.names[$0], 0) == 0 }
            guard !found.isEmpty else {
                throw CSVHeader.missing(wanted, "columns", columns.map { header.names[$0] }, header.title)
            }
            return found
        }
        let wanted = Set(lists.flatMap { $0 })
        return columns.filter(wanted.contains)
    }

    /// The columns as channels, where their units differ and nothing was said of them: one place's quantities.
    private static func quantities(_ header: CSVHeader, _ columns: [Int], _ source: DataSource) -> [Channel]? {
        let isStated = source.columnsAre == .channels
        guard isStated || source.columnsAre == .auto && source.value.isEmpty && source.unit.isEmpty else { return nil }
        if header.units.isEmpty {
            let split = HeaderRows.split(columns.map { header.names[$0] })
            guard isStated || Set(split.compactMap { $0?.unit }).count > 1 else { return nil }
            // Two quantities of one name keep their units in it.
            let plain = zip(columns, split).map { $1?.name ?? header.names[$0] }
            return zip(columns, split).enumerated().map { index, pair in
                let isOne = plain.count { $0 == plain[index] } == 1
                return channel(isOne ? plain[index] : header.names[pair.0], pair.1?.unit ?? "")
            }
        }
        guard isStated || Set(columns.map { header.units[$0] }.filter { !$0.isEmpty }).count > 1 else { return nil }
        return columns.map { channel(header.names[$0], header.units[$0]) }
    }

    /// Columns that hold words in every one of the first rows, and no number.
    private static func texts(_ rows: CSVRows, _ columns: [Int]) throws -> [Int] {
        var sample = rows
        var hasText: Set<Int> = []
        var candidates = columns
        var seen = 0
        while !candidates.isEmpty, seen < 100, try sample.next() {
            seen += 1
            candidates = candidates.filter { column in
                let cell = sample.record.cells[column]
                let text = sample.scanner.bytes[cell.start..<cell.end]
                let reading = sample.scanner.bytes.withUnsafeBufferPointer {
                    sample.parser.read($0[cell.start..<cell.end])
                }
                guard reading == .invalid else { return reading == .missing }
                // A number in another spelling is to be refused, not passed over.
                guard text.contains(where: { $0 | 32 >= 97 && $0 | 32 <= 122 }) || isTime(text) else { return false }
                hasText.insert(column)
                return true
            }
        }
        return seen > 1 ? candidates.filter(hasText.contains) : []
    }

    /// Columns called after all hours of a day, or all months: most likely one series, a row a day or a year.
    private static func unfolded(_ names: [String]) -> QualityReport.Finding? {
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let plain = names.map { $0.lowercased() }
        let hours = plain.compactMap { name in
            let digits = name.drop { "h ".contains($0) }.prefix { $0.isNumber }
            return digits.count <= 2 && name.contains(where: { "h:".contains($0) }) ? Int(digits) : nil
        }
        let areHours = hours == Array(0..<24) || hours == Array(1...24)
        guard plain.map({ String($0.prefix(3)) }) == months || areHours && names.count == 24 else { return nil }
        return .init(
            .textColumns, .warning, count: names.count,
            message: "the columns are called after \(areHours ? "the hours of a day" : "months"), and read as "
                + "\(names.count) places; if they are one series, write a row for each")
    }

    /// Another column of times, or of times of day.
    private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: text, as: UTF8.self)
        return CSVHeader.isMoment(text) || CompositeTime.isClock(text)
    }

    private static func left(_ texts: [Int], _ names: [String]) -> [QualityReport.Finding] {
        guard !texts.isEmpty else { return [] }
        return [
            .init(
                .textColumns, .repair, count: texts.count,
                message:
                    "\(counted(texts.count, "column")) of words or further times left out; name it in data.place if it tells "
                    + "places apart",
                examples: texts.prefix(QualityReport.Finding.exampleLimit).map { names[$0] })
        ]
    }

    /// Throws where the header is numbers that fit their columns: then it is most likely the first row.
    private static func checkHeader(_ rows: CSVRows, _ columns: [Int], _ raw: RawRows) throws {
        let numbers = columns.compactMap { Double(rows.header.names[$0]) }
        guard numbers.count == columns.count, raw.count > 1 else { return }
        // 0, 1, 2, … and 1, 2, 3, … are names.
        let isCount = numbers.indices.allSatisfy { numbers[$0] == numbers[0] + Double($0) } && numbers[0] <= 1
        guard !isCount || numbers.count == 1 else { return }
        for (index, number) in numbers.enumerated() {
            var least = Double.infinity, most = -Double.infinity
            for row in 0..<raw.count {
                let value = Double(raw.values[row * columns.count + index])
                guard !value.isNaN else { continue }
                (least, most) = (min(least, value), max(most, value))
            }
            let room = most - least
            guard number >= least - room, number <= most + room else { return }
        }
        let shown = numbers.prefix(4).map { quoted(rows.header.names[columns[numbers.firstIndex(of: $0) ?? 0]]) }
        throw DataError(
            .badConfiguration,
            "\(rows.header.title): every name is a number that fits its column (\(shown.joined(separator: ", "))"
                + "\(numbers.count > 4 ? ", …" : "")), so the file seems to begin with values and its first row would be "
                + "lost; say data.header: none (columns are then numbered from 0), or data.header: first if these are "
                + "names.")
    }
}

/// `start + row × step`, for files without times.
struct UniformTimes {
    /// Of one step; those after it follow.
    private let grid: TimeGrid

    var isAbsolute: Bool { grid.clock == .utc }

    /// - Parameter rows: the file, where a column of it might hold the times after all.
    init(_ source: DataSource, file: String, _ rows: CSVRows? = nil) throws {
        guard let stamp = try source.startStamp(), let step = try source.statedStep() else {
            let hint = try rows.flatMap(Self.likelyTimes)
            throw DataError(
                .badConfiguration,
                "\(file): has no times\(hint ?? ""); give data.start (such as 2024-03-01T00:00) and data.step "
                    + "(such as 5min), or name the column in data.time.")
        }
        grid = Self.grid(stamp, step, source.zone.isEmpty ? nil : try Zone(source.zone))
    }

    private static func grid(_ start: Timestamp, _ step: StatedStep, _ zone: Zone?) -> TimeGrid {
        let clock: TimeGrid.Clock = start.isAbsolute ? .utc : .local
        switch step {
        case .seconds(let seconds):
            return TimeGrid(start: start.seconds, step: seconds, count: 1, clock: clock)
        case .months(let count):
            let offsets =
                start.isAbsolute ? zone?.offsets(start: start.seconds, end: start.seconds + century) ?? [] : []
            let fields = CalendarFields(LocalTime.seconds(at: start.seconds, offsets: offsets))
            let isLast = fields.day == CalendarFields.length(ofMonth: fields.month, year: fields.year)
            return TimeGrid(
                start: start.seconds, step: Int64(count) * TimeGrid.monthSeconds, count: 1, clock: clock,
                offsets: offsets, spacing: .months(count, day: isLast ? 31 : fields.day))
        }
    }

    private static let century: Int64 = 1200 * TimeGrid.monthSeconds

    func stamp(_ row: Int) -> Int64 { grid.instant(row) }

    /// The grid of so many rows, in a zone.
    func grid(_ count: Int, zone: String) throws -> TimeGrid {
        var grid = grid
        (grid.count, grid.zone) = (count, zone)
        if isAbsolute, !zone.isEmpty {
            grid.offsets = try Zone(zone).offsets(start: grid.start, end: grid.instant(count - 1))
        }
        return grid
    }

    /// The column that looks like times and is not read as such.
    private static func likelyTimes(_ rows: CSVRows) throws -> String? {
        var rows = rows
        guard try rows.next() else { return nil }
        let words = [
            "time", "date", "datum", "zeit", "fecha", "hora", "jour", "heure", "data", "day", "year", "stamp", "month",
            "week", "quarter", "monat", "woche",
        ]
        let texts = rows.record.cells.map(rows.scanner.text)
        let plain = rows.header.names.map(CSVHeader.plain)
        let parts = ["year", "month", "day", "hour", "minute"].prefix { plain.contains($0) }
        if parts.count >= 2 {
            let names = parts.compactMap { part in plain.firstIndex(of: part).map { rows.header.names[$0] } }
            return " in one column; \(names.joined(separator: ", ")) may make them: say data.time: "
                + names.joined(separator: ",")
        }
        func looks(_ text: String) -> Bool {
            let marks = text.utf8.dropFirst().count { "-/.:".utf8.contains($0) }
            return marks >= 2 && text.utf8.count { $0 &- 48 < 10 } >= 4
        }
        let column =
            texts.firstIndex(where: looks)
            ?? rows.header.names.firstIndex { name in words.contains { name.lowercased().contains($0) } }
        return column.map { column in
            var text = texts[column]
            let start = " that are understood; column \(quoted(rows.header.names[column])) looks like one "
            guard let number = text.withUTF8({ TimeNumber($0) }) else {
                return start + "(\(quoted(text)); write times as 2024-03-01T06:00)"
            }
            return start + "and \(quoted(text)) may be \(number.guesses)"
        }
    }
}

/// A channel; units that count something make it a count.
func channel(_ name: String, _ unit: String) -> Channel {
    let words = unit.lowercased().split { !$0.isLetter }
    let isCount = words.contains("count") || words.contains("counts")
    return Channel(name: name, unit: unit, kind: isCount ? .count : .continuous)
}

/// "flow" of "data/flow.csv.gz".
func fileName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "data")
}
