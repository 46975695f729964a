/// The first record of a data CSV, or the names of another table's columns, and the part each plays.
struct CSVHeader {
    let names: [String]
    let time, place, latitude, longitude: Int?
    let file: String
    /// Where the names stand: "counts.csv, line 1".
    let title: String

    static let timeNames: Set = [
        "timestamp", "time", "datetime", "date", "ts", "utc", "localtime", "timeutc", "utctime",
        "timelocal", "instant", "period", "observedat", "recordedat", "dateutc", "datetimeutc",
    ]
    static let placeNames: Set = [
        "place", "placeid", "node", "nodeid", "sensor", "sensorid", "station", "stationid", "site",
        "siteid", "location", "locationid", "detector", "detectorid", "counter", "counterid", "id",
        "name", "segment", "segmentid", "road", "roadid", "address", "region", "zone",
    ]
    static let latitudeNames: Set = ["lat", "latitude", "y", "ycoord"]
    static let longitudeNames: Set = ["lon", "lng", "long", "longitude", "x", "xcoord"]

    /// A name without case, blanks and punctuation: "Sensor ID" and "sensor_id" are the same.
    static func plain(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// A long file has a place column; "name", "region" and the like count only beside a time.
    var isLong: Bool { place != nil && time != nil }

    init(_ bytes: [UInt8], file: String, source: DataSource) throws {
        var scanner = CSVScanner(bytes, file: file, delimiter: source.delimiter.byte)
        var record = CSVScanner.Record()
        guard try scanner.next(into: &record) else {
            throw DataError(.emptyFile, "\(file): holds no rows; it needs a header and rows.")
        }
        let header = record.cells.map(scanner.text)
        let hasRow = try scanner.next(into: &record)
        let firstRow = hasRow ? record.cells.map(scanner.text) : []
        try self.init(names: header, firstRow: firstRow, file: file, title: "\(file), line 1", source: source)
    }

    init(names: [String], firstRow: [String], file: String, title: String, source: DataSource) throws {
        self.names = names
        self.file = file
        self.title = title
        func find(_ wanted: String, _ key: String) throws -> Int? {
            guard !wanted.isEmpty else { return nil }
            if let exact = names.firstIndex(of: wanted) { return exact }
            throw Self.missing(wanted, key, names, title)
        }
        func guess(_ known: Set<String>) -> Int? {
            names.firstIndex { known.contains(Self.plain($0)) }
        }
        var time = try find(source.time, "time") ?? guess(Self.timeNames)
        if time == nil, source.start.isEmpty, let first = firstRow.first {
            // An index column without a name, or one whose cells read as civil times.
            let isNamed = !(names.first ?? "").isEmpty
            if let stamp = Timestamp(first), !isNamed || !stamp.isAbsolute || first.contains(":") {
                time = 0
            }
        }
        self.time = time
        let place = try find(source.place, "place")
        let guessed =
            source.format == .csvWide ? nil : guess(Self.placeNames.subtracting(["zone", "road"]))
        self.place = place ?? guessed.flatMap { $0 == time ? nil : $0 }
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
        return try source.value.split(separator: ",").map { part in
            let name = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            guard let column = names.firstIndex(of: String(name)) else {
                throw Self.missing(String(name), "value", names, title)
            }
            return column
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
