import LimbeckFiles
public import LimbeckSeries

/// Places and where they are, as CSV: an id column, latitude and longitude in degrees.
public enum CoordinatesFile {
    /// Coordinate by id, in WGS 84 degrees.
    ///
    /// Columns are found by their usual names (`id`, `sensor_id`, `station`, `Address`, …; `lat`,
    /// `latitude`; `lon`, `lng`, `longitude`). Throws `missingColumn`, `raggedRow`, `badNumber`.
    public static func read(_ path: String) throws -> [String: Coordinate] {
        try parse(TextFile(FileBytes.readDecompressed(path), file: path).bytes, file: path).coordinates
    }

    struct Table {
        var coordinates: [String: Coordinate]
        /// Every text column's ids, so that a file whose id is not the first guess still fits.
        var order: [String]
    }

    /// - Parameter wanted: ids that occur in the data; the column that holds most of them is the
    ///   id column, when the usual names leave a choice.
    static func parse(
        _ bytes: [UInt8], file: String, wanted: Set<String> = []
    ) throws -> Table {
        let records = try CSVRecords(bytes, file: file, needs: "id, latitude, longitude")
        let (names, rows, lines) = (records.names, records.rows, records.lines)
        let plain = names.map(CSVHeader.plain)
        // "lat" and "lon" win over "Latitude" and "Longitude" only if the latter are no numbers.
        func column(_ known: Set<String>, _ what: String) throws -> [Int] {
            let found = plain.indices.filter { known.contains(plain[$0]) }
            guard !found.isEmpty else {
                throw CSVHeader.missing(what, "coordinates", names, "\(file), line 1")
            }
            return found
        }
        let latitudes = try column(CSVHeader.latitudeNames, "latitude")
        let longitudes = try column(CSVHeader.longitudeNames, "longitude")
        let taken = Set(latitudes + longitudes)
        var candidates = plain.indices.filter { !taken.contains($0) }
        if wanted.isEmpty {
            candidates = candidates.filter { CSVHeader.placeNames.contains(plain[$0]) } + candidates
        }
        let matches = candidates.map { column in
            rows.count { wanted.contains($0[column]) }
        }
        guard let best = matches.max(), let choice = matches.firstIndex(of: best) else {
            throw CSVHeader.missing("id", "coordinates", names, "\(file), line 1")
        }
        let id = candidates[choice]
        let latitude = numeric(latitudes, rows)
        let longitude = numeric(longitudes, rows)
        var table = Table(coordinates: [:], order: [])
        for (row, line) in zip(rows, lines) {
            let pair = (try degrees(row, latitude, 90), try degrees(row, longitude, 180))
            let coordinate = Coordinate(latitude: pair.0, longitude: pair.1)
            if let held = table.coordinates.updateValue(coordinate, forKey: row[id]) {
                guard held == coordinate else {
                    throw DataError(
                        .mismatchedCoordinates,
                        "\(file), line \(line): gives \(quoted(row[id])) another position than a "
                            + "line before; keep one.")
                }
                continue
            }
            table.order.append(row[id])

            func degrees(_ row: [String], _ column: Int, _ limit: Double) throws -> Double {
                guard let value = Double(row[column]), abs(value) <= limit else {
                    throw DataError(
                        .badNumber,
                        "\(file), line \(line), column \(quoted(names[column])): "
                            + "\(quoted(row[column])) is no angle within ±\(Int(limit))°; write "
                            + "degrees as a decimal number.")
                }
                return value
            }
        }
        return table
    }

    /// Sets the coordinates of the places; places the file does not name stay without and are
    /// listed. Throws `mismatchedCoordinates` when it names none of them.
    static func attach(_ path: String, to loaded: inout LoadedSeries) throws {
        let bytes = try TextFile(FileBytes.readDecompressed(path), file: path).bytes
        let ids = Set(loaded.series.places.map(\.id))
        let table = try parse(bytes, file: path, wanted: ids)
        try attach(table, file: path, to: &loaded)
    }

    static func attach(_ table: Table, file: String, to loaded: inout LoadedSeries) throws {
        var without: [String] = []
        for index in loaded.series.places.indices {
            let id = loaded.series.places[index].id
            if let coordinate = table.coordinates[id] {
                loaded.series.places[index].coordinate = coordinate
            } else if loaded.series.places[index].coordinate == nil {
                without.append(id)
            }
        }
        guard without.count < loaded.series.nodeCount else {
            throw DataError(
                .mismatchedCoordinates,
                "\(file): names none of the \(loaded.series.nodeCount) places (the data's first "
                    + "is \(quoted(loaded.series.places.first?.id ?? "")), the file's first is "
                    + "\(quoted(table.order.first ?? ""))); use the same ids in both.")
        }
        guard !without.isEmpty else { return }
        // Whoever misspelled a place wants to see how.
        let ids = Set(loaded.series.places.map(\.id))
        let strays = table.order.filter { !ids.contains($0) }
        let names = strays.prefix(3).map { quoted($0) }.joined(separator: ", ")
        let stray =
            strays.isEmpty ? "" : " (which names \(names)\(strays.count > 3 ? ", …" : "") that the data lacks)"
        loaded.quality.findings.append(
            .init(
                .noCoordinates, .warning, count: without.count,
                message: "\(counted(without.count, "place")) without coordinates in \(file)\(stray)",
                examples: Array(without.prefix(QualityReport.Finding.exampleLimit))))
    }

    /// The first column whose cells are all numbers, else the first.
    private static func numeric(_ columns: [Int], _ rows: [[String]]) -> Int {
        columns.first { column in rows.allSatisfy { Double($0[column]) != nil } } ?? columns[0]
    }
}
