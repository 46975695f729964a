/// The first record of a data CSV, or the names of another table's columns, and the part each plays.
struct CSVHeader {
    let names: [String]
    /// Of each column, from a row of units below the names; empty where there is none.
    private(set) var units: [String] = []
    /// Records before the first row of values.
    private(set) var rowCount = 1
    /// What was taken for header beside the first record.
    private(set) var findings: [QualityReport.Finding] = []
    /// The columns that make a time, and those that name a place, together.
    let times, places: [Int]
    let latitude, longitude: Int?
    /// `data.filter`: what cells of a column must hold.
    let filters: [(column: Int, text: String)]
    /// A column called like places that names none.
    let passed: Int?
    let file: String
    /// Where the names stand: "counts.csv, line 1".
    let title: String

    static let timeNames: Set = [
        "timestamp", "time", "datetime", "date", "ts", "utc", "localtime", "timeutc", "utctime",
        "timelocal", "instant", "period", "observedat", "recordedat", "dateutc", "datetimeutc",
    ]
    static let placeNames = Set([
        "place", "placeid", "node", "nodeid", "sensor", "sensorid", "station", "stationid", "site",
        "siteid", "location", "locationid", "detector", "detectorid", "counter", "counterid", "id",
        "name", "segment", "segmentid", "road", "roadid", "address", "region", "zone", "stn", "store", "device", "buoy",
    ]).union(
        [
            "site", "station", "stn", "sensor", "device", "meter", "gauge", "gage", "store", "buoy", "detector",
            "counter",
        ]
        .flatMap { base in ["id", "no", "nr", "number", "code", "name"].map { base + $0 } })
    private static let hourNames: Set = ["hour", "hr", "he", "hourending", "stunde", "hora", "heure"]
    private static let clockNames = timeNames.union(["clock", "timeofday", "uhrzeit", "zeit"])
    static let latitudeNames: Set = ["lat", "latitude", "y", "ycoord"]
    static let longitudeNames: Set = ["lon", "lng", "long", "longitude", "x", "xcoord"]

    /// A name without case, blanks and punctuation: "Sensor ID" and "sensor_id" are the same.
    static func plain(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Does the name of the times say that they are of UTC? "UTC+1" is not.
    var isUTC: Bool {
        guard let time else { return false }
        let name = names[time].lowercased()
        return name.split { !$0.isLetter }.contains { word in
            let rest = name[word.endIndex...].drop { $0 == " " }
            let isShifted = rest.first.map { "+-−±".contains($0) } == true && rest.dropFirst().first?.isNumber == true
            return ["utc", "gmt"].contains(word) && !isShifted
        }
    }

    var time: Int? { times.first }
    var place: Int? { places.first }

    /// A long file has a place column; "name", "region" and the like count only beside a time.
    var isLong: Bool { place != nil && time != nil }

    init(_ bytes: [UInt8], file: String, source: DataSource) throws {
        var scanner = CSVScanner(bytes, file: file, delimiter: source.delimiter.byte)
        var record = CSVScanner.Record()
        guard try scanner.next(into: &record) else {
            throw DataError(.emptyFile, "\(file): holds no rows; it needs a header and rows.")
        }
        var header = record.cells.map(scanner.text)
        let line = record.line
        // Names in a comment.
        let isComment = header[0].hasPrefix("#")
        if isComment { header[0] = String(header[0].drop { $0 == "#" || $0 == " " }) }
        var firstRow = header
        var more: [[String]] = []
        if source.header == .none {
            let time = header.firstIndex { Self.isMoment($0) && Double($0) == nil }
            var number = -1
            header = header.indices.map { column in
                if column == time { return "time" }
                number += 1
                return String(number)
            }
        } else {
            firstRow = try scanner.next(into: &record) ? record.cells.map(scanner.text) : []
            // Rows of words above the first row with a number or a time belong to the header.
            while more.count < 4, firstRow.count == header.count {
                // Units behind a mark of comments.
                let isMarked = isComment && firstRow[0].hasPrefix("#")
                if isMarked { firstRow[0] = "" }
                guard isMarked || Self.isHeading(firstRow) else { break }
                more.append(firstRow)
                firstRow = try scanner.next(into: &record) ? record.cells.map(scanner.text) : []
            }
            if firstRow.isEmpty || !firstRow.contains(where: Self.isValue) {
                if let second = more.first { firstRow = second }
                more = []
            }
        }
        let rows = HeaderRows(header, more)
        try self.init(names: rows.names, firstRow: firstRow, file: file, title: "\(file), line \(line)", source: source)
        rowCount = source.header == .none ? 0 : 1 + more.count
        if source.place.isEmpty, let place, let time {
            var first = CSVScanner(bytes, file: file, delimiter: source.delimiter.byte)
            for _ in 0..<rowCount { _ = try first.next(into: &record) }
            if try RowNumbers.isNoPlace(place, time: time, first) {
                try self.init(
                    names: rows.names, firstRow: firstRow, file: file, title: "\(file), line \(line)", source: source,
                    passing: place)
                findings.append(
                    .init(
                        .textColumns, .repair, count: 1,
                        message:
                            "the column \(quoted(rows.names[place])) is another in every row, as row numbers are, so it "
                            + "names no places; data.place: \(rows.names[place]) says that it does"))
            }
        }
        if isComment, source.header != .none {
            let shown = rows.names.prefix(4).joined(separator: ", ")
            findings.append(
                .init(
                    .headerLines, .repair, count: 1,
                    message:
                        "names are those of the line that begins with # (\(shown)\(rows.names.count > 4 ? ", …" : "")); "
                        + "remove it where it is a remark"))
        }
        units = rows.units
        // The word for them above the times.
        for time in times where units.indices.contains(time) { units[time] = "" }
        findings += HeaderRows.findings(rows, units)
        if scanner.preamble > 0 {
            findings.append(
                .init(
                    .headerLines, .repair, count: scanner.preamble,
                    message: "\(counted(scanner.preamble, "line")) above the names passed over"))
        }
        if source.header == .auto, let time, Self.isMoment(header[time]) {
            throw DataError(
                .badConfiguration,
                "\(title): \(quoted(header[time])) stands where the time column has its name, so the file seems to "
                    + "begin with values; give it a line of names, or say data.header: none (columns are then "
                    + "numbered from 0).")
        }
    }

    /// Columns called year and month, with day, hour and minute where they are there too, or year and week or quarter;
    /// empty without two of them.
    private static func civil(_ names: [String]) -> [Int] {
        let plain = names.map(plain)
        let parts = [
            ["year", "yr", "jahr"], ["month", "mon", "mo", "monat"], ["day", "dy", "dayofmonth", "tag"],
            ["hour", "hr", "stunde"], ["minute", "min"], ["second", "sec", "sekunde"],
        ]
        let found = parts.map { words in plain.firstIndex { words.contains($0) } }.prefix { $0 != nil }.compactMap(
            \.self)
        if found.count >= 2 { return found }
        let part = plain.firstIndex { CompositeTime.weekNames.contains($0) || CompositeTime.quarterNames.contains($0) }
        return found.count == 1 ? part.map { [found[0], $0] } ?? [] : []
    }

    static func isMoment(_ text: String) -> Bool { Timestamp(text) != nil || DateText.isDate(text) }

    /// A number, in whatever spelling, or a time.
    private static func isValue(_ text: String) -> Bool {
        guard text.utf8.contains(where: { $0 &- 48 < 10 }) else { return false }
        return isMoment(text) || text.allSatisfy { $0.isNumber || "+-.,eE ".contains($0) }
    }

    /// Words, or nothing: none of the cells is a value, or one that was not measured.
    private static func isHeading(_ cells: [String]) -> Bool {
        let missing = Set(CellParser.standardMissing.map { $0.lowercased() })
        guard cells.allSatisfy({ !isValue($0) && ($0.isEmpty || !missing.contains($0.lowercased())) }) else {
            return false
        }
        let words = cells.filter { !$0.isEmpty }
        // A row that says something in its first cell alone names the times, or is one of values that were not measured.
        if words.count == 1, !cells[0].isEmpty { return timeNames.contains(plain(cells[0])) }
        // One word for all columns is said of values (closed, closed), if it is no unit.
        return words.count == 1 || Set(words).count > 1 || cells[0].isEmpty || HeaderRows.areUnits(cells)
    }

    init(
        names: [String], firstRow: [String], file: String, title: String, source: DataSource, passing passed: Int? = nil
    ) throws {
        self.names = names
        self.file = file
        self.title = title
        self.passed = passed
        /// One column by its whole name, or several separated by commas.
        func find(_ wanted: String, _ key: String) throws -> [Int] {
            guard !wanted.isEmpty else { return [] }
            if let exact = names.firstIndex(of: wanted) { return [exact] }
            return try Self.parts(wanted, ",").map { part in
                guard let column = names.firstIndex(of: part) else {
                    throw Self.missing(part, key, names, title)
                }
                return column
            }
        }
        func guess(_ known: Set<String>) -> Int? {
            names.indices.first { $0 != passed && known.contains(Self.plain(names[$0])) }
        }
        var times = try find(source.time, "time")
        if times.isEmpty {
            // One with a time of day in it before one that is a date, and that before one that is neither.
            let called = names.indices.filter { $0 != passed && Self.timeNames.contains(Self.plain(names[$0])) }
            func cell(_ column: Int) -> String { firstRow.indices.contains(column) ? firstRow[column] : "" }
            let moments = called.filter { Self.isMoment(cell($0)) }
            times = (moments.first { cell($0).contains(":") } ?? moments.first ?? called.first).map { [$0] } ?? []
        }
        if times.isEmpty {
            times = Self.civil(names)
            if !times.isEmpty {
                findings.append(
                    .init(
                        .timeColumns, .repair, count: times.count,
                        message:
                            "times made of the columns \(times.map { names[$0] }.joined(separator: ", ")); data.time "
                            + "names others"))
            }
        }
        if times.isEmpty, source.timeFormat != .auto, source.timeFormat != .index, !names.isEmpty { times = [0] }
        if times.isEmpty, source.start.isEmpty, let first = firstRow.first {
            // An index column without a name, or one whose cells read as civil times.
            let isNamed = !(names.first ?? "").isEmpty
            if let stamp = Timestamp(first), !isNamed || !stamp.isAbsolute || first.contains(":") {
                times = [0]
            } else if let column = firstRow.firstIndex(where: {
                DateText.isDate($0) || $0.contains(":") && Timestamp($0) != nil
            }),
                names.indices.contains(column)
            {
                times = [column]
            }
        }
        // A date with its hour beside it.
        if source.time.isEmpty, times.count == 1,
            let date = firstRow.indices.contains(times[0]) ? firstRow[times[0]] : nil,
            Self.isMoment(date), !date.contains(":"),
            let hour = zip(names, firstRow).enumerated().first(where: { column, pair in
                let name = Self.plain(pair.0)
                return column != times[0]
                    && (Self.hourNames.contains(name) && CompositeTime.isHour(pair.1)
                        || Self.clockNames.contains(name) && CompositeTime.isClock(pair.1))
            })?.offset
        {
            times.append(hour)
            findings.append(
                .init(
                    .timeColumns, .repair, count: 2,
                    message: "times made of the columns \(names[times[0]]), \(names[hour]); data.time names others"))
        }
        self.times = times
        let places = try find(source.place, "place")
        let guessed =
            source.format == "csvWide" ? nil : guess(Self.placeNames.subtracting(["zone", "road"]))
        self.places = places.isEmpty ? guessed.flatMap { times.contains($0) ? nil : [$0] } ?? [] : places
        filters = try source.filter.map { line in
            let sides = Self.parts(line, "=")
            guard sides.count == 2 else {
                throw DataError(
                    .badConfiguration,
                    "data.filter: \(quoted(line)) is no condition; write a column, = and what it holds, such as "
                        + "\"parameter = pm25\".")
            }
            guard let column = names.firstIndex(of: sides[0]) else {
                throw Self.missing(sides[0], "filter", names, title)
            }
            return (column, sides[1])
        }
        let latitude = guess(Self.latitudeNames)
        let longitude = guess(Self.longitudeNames)
        let isPair = latitude != nil && longitude != nil
        self.latitude = isPair ? latitude : nil
        self.longitude = isPair ? longitude : nil
    }

    /// The columns named in `data.value`, separated by commas; nil where it names none.
    func valueColumns(_ source: DataSource) throws -> [Int]? {
        guard !source.value.isEmpty else { return nil }
        if let whole = names.firstIndex(of: source.value) { return [whole] }
        return try Self.parts(source.value, ",").map { name in
            guard let column = names.firstIndex(of: name) else {
                throw Self.missing(name, "value", names, title)
            }
            return column
        }
    }

    /// The parts between `separator`, without blanks around them.
    private static func parts(_ text: String, _ separator: Character) -> [String] {
        text.split(separator: separator, omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// Throws for a name that is empty or appears twice, among `columns`.
    func checkNames(_ columns: [Int]) throws {
        var seen: [String: Int] = [:]
        for column in columns {
            let name = names[column]
            guard !name.isEmpty else {
                throw DataError(
                    .missingColumn,
                    "\(title): column \(column + 1) has no name; name it or remove it.")
            }
            if let earlier = seen.updateValue(column, forKey: name) {
                throw DataError(
                    .duplicateColumn,
                    "\(title): \(quoted(name)) names both column \(earlier + 1) and "
                        + "column \(column + 1); rename one.")
            }
        }
    }

    static func missing(
        _ wanted: String, _ key: String, _ names: [String], _ title: String
    ) -> DataError {
        let shown = names.prefix(12).map { quoted($0) }.joined(separator: ", ")
        return DataError(
            .missingColumn,
            "\(title): there is no column \(quoted(wanted)) (data.\(key)); the file has "
                + "\(shown)\(names.count > 12 ? ", …" : "").")
    }
}
