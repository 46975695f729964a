import LimbeckFiles
public import LimbeckSeries

/// Graphs as CSV: an N×N matrix, with or without names, or edges `from,to,weight`.
///
/// A matrix with a header row or a column of ids is put in the order of the places. Edges name
/// places by id, or by index from 0 when no id fits; their weights stand in the column called `weight`
/// or the like, or in the only other one. A column called `cost`, `distance`, `length` or the like, also with a unit
/// (`distance (m)`), holds distances: weights are `exp(−d²/σ²)`, σ their standard deviation,
/// kept from 0.1 on, and every place is its own neighbour (as in DCRNN). A matrix with zeros on its diagonal and
/// values above 1 looks like distances and is refused until `kind` says what it is.
public enum AdjacencyFile {
    /// Throws `mismatchedAdjacency`, `raggedRow`, `badNumber`, `infinite`.
    public static func read(
        _ path: String, places: [Place], kind: DataSource.AdjacencyKind = .auto
    ) throws -> Graph {
        try parse(TextFile(FileBytes.readDecompressed(path), file: path).bytes, file: path, places: places, kind: kind)
    }

    static func parse(
        _ bytes: [UInt8], file: String, places: [Place], kind: DataSource.AdjacencyKind = .auto
    ) throws -> Graph {
        var scanner = CSVScanner(bytes, file: file)
        var record = CSVScanner.Record()
        var table = Table(file: file, places: places, kind: kind)
        while try scanner.next(into: &record) {
            table.rows.append(record.cells.map(scanner.text))
            table.lines.append(record.line)
        }
        guard let first = table.rows.first else {
            throw DataError(.emptyFile, "\(file): holds no rows; it needs a matrix or edges.")
        }
        for (row, line) in zip(table.rows, table.lines) where row.count != first.count {
            throw DataError(
                .raggedRow,
                "\(file), line \(line): \(counted(row.count, "cell")) where the first row has "
                    + "\(first.count).")
        }
        return try table.isEdgeList ? table.edges() : table.matrix()
    }
}

private struct Table {
    let file: String
    let places: [Place]
    let kind: DataSource.AdjacencyKind
    var rows: [[String]] = []
    var lines: [Int] = []

    init(file: String, places: [Place], kind: DataSource.AdjacencyKind) {
        self.file = file
        self.places = places
        self.kind = kind
    }

    private static let sources: Set = ["from", "source", "src", "start", "origin", "i"]
    private static let targets: Set = ["to", "target", "dst", "destination", "end", "j"]
    private static let weights: Set = ["weight", "weights", "w", "value", "similarity", "strength", "proximity"]
    private static let lengths: Set = [
        "cost", "costs", "distance", "distances", "dist", "length", "len", "meters", "metres", "km", "kilometers",
        "kilometres", "miles", "traveltime", "duration", "seconds", "minutes",
    ]

    /// "distance (m)", "distance_km" and "roadDistance" are lengths too.
    private static func isLength(_ name: String) -> Bool {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
        let plain = CSVHeader.plain(name)
        return lengths.contains(plain) || words.contains(where: lengths.contains) || plain.contains("distance")
            || plain.hasPrefix("traveltime")
    }

    private static func isWeight(_ name: String) -> Bool {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
        return weights.contains(CSVHeader.plain(name)) || words.contains("weight") || words.contains("weights")
    }

    private var size: Int { places.count }
    private var header: [String] { rows[0].map(CSVHeader.plain) }

    var isEdgeList: Bool {
        header.contains { Self.sources.contains($0) }
            && header.contains { Self.targets.contains($0) }
    }

    func edges() throws -> Graph {
        let header = header
        guard let from = header.firstIndex(where: Self.sources.contains),
            let to = header.firstIndex(where: Self.targets.contains)
        else { throw mismatch("has no columns from and to") }
        let weight = try weightColumn(header.indices.filter { $0 != from && $0 != to })
        let isLength = kind == .distances || kind == .auto && weight.map { Self.isLength(rows[0][$0]) } ?? false
        let index = try nodeIndex(Set(rows.dropFirst().flatMap { [$0[from], $0[to]] }))
        var edges: [Graph.Edge] = []
        for (row, line) in zip(rows, lines).dropFirst() {
            guard let source = index[row[from]], let target = index[row[to]] else { continue }
            let value = try weight.map { try number(row[$0], line, $0) } ?? 1
            edges.append(.init(source: source, target: target, weight: value))
        }
        if isLength, weight != nil { return kernel(edges) }
        return Graph(nodeCount: size, edges: merged(edges.filter { $0.weight != 0 }))
    }

    /// The column of weights or distances among those beside from and to; nil where there is none.
    private func weightColumn(_ spare: [Int]) throws -> Int? {
        // A table's row numbers, as pandas writes them, say nothing.
        let columns = spare.filter { column in
            guard ["", "index", "unnamed0"].contains(header[column]) else { return true }
            return !(1..<rows.count).allSatisfy { row in
                let number = Int(rows[row][column])
                return number == row || number == row - 1
            }
        }
        let found =
            kind == .distances
            ? columns.filter { Self.isLength(rows[0][$0]) } + columns.filter { Self.isWeight(rows[0][$0]) }
            : columns.filter { Self.isWeight(rows[0][$0]) }
                + (kind == .weights ? [] : columns.filter { Self.isLength(rows[0][$0]) })
        if let first = found.first { return first }
        guard columns.count > 1 else { return columns.first }
        let names = columns.map { quoted(rows[0][$0]) }.joined(separator: ", ")
        throw mismatch(
            "has the columns \(names) beside from and to, and none is called weight, cost or distance; name the one "
                + "that holds the weight, or remove the others")
    }

    /// Throws for a matrix that looks like distances, unless it was said what it is.
    private func checkKind(_ dense: [Float]) throws {
        guard kind == .auto, size > 1, (0..<size).allSatisfy({ dense[$0 * size + $0] == 0 }) else { return }
        let largest = dense.max() ?? 0
        guard largest > 1.5 else { return }
        throw mismatch(
            "has zeros on its diagonal and values up to \(largest), as distances have: taken as weights, the farthest "
                + "place would pull hardest; say data.adjacencyKind: distances (weights are then exp(−d²/σ²)), or "
                + "weights if the largest is the nearest")
    }

    /// The pairs of a matrix of distances. Where most pairs have 0, that means no edge.
    private func pairs(_ dense: [Float]) -> [Graph.Edge] {
        let zeros = dense.count { $0 == 0 } - size
        let isSparse = 2 * zeros > size * (size - 1)
        return (0..<size * size).compactMap { index in
            let (row, column) = (index / size, index % size)
            guard row != column, !isSparse || dense[index] > 0 else { return nil }
            return Graph.Edge(source: row, target: column, weight: dense[index])
        }
    }

    func matrix() throws -> Graph {
        let columns = rows[0].count
        // With as many rows as places there is no header; with one more, there is.
        let hasHeader = rows.count == size + 1
        let hasIDs = columns == size + 1
        // A matrix for one place more looks like one with names, but names none of the places.
        let ids = Set(places.map(\.id))
        let isLarger = hasHeader && hasIDs && !rows[0].contains(where: ids.contains)
        guard hasHeader || rows.count == size, hasIDs || columns == size, !isLarger else {
            throw mismatch(
                "is \(rows.count) × \(columns), the data has \(size) places: a matrix needs "
                    + "\(size) rows and columns (one more for names), edges need a header "
                    + "from,to,weight")
        }
        let names: [String]? =
            hasHeader ? Array(rows[0].suffix(size)) : hasIDs ? rows.map { $0[0] } : nil
        let order = try names.map { try permutation($0) } ?? Array(0..<size)
        let rowNames = hasHeader && hasIDs ? rows.dropFirst().map { $0[0] } : nil
        let rowOrder = try rowNames.map { try permutation($0) } ?? order
        var dense = [Float](repeating: 0, count: size * size)
        for (row, line) in zip(rows, lines).dropFirst(hasHeader ? 1 : 0).enumerated().map({
            ($0.offset, $0.element)
        }) {
            for column in 0..<size {
                let cell = column + (hasIDs ? 1 : 0)
                dense[rowOrder[row] * size + order[column]] = try number(line.0[cell], line.1, cell)
            }
        }
        try checkKind(dense)
        return kind == .distances ? kernel(pairs(dense)) : Graph(nodeCount: size, dense: dense)
    }

    /// Where each name's row or column belongs: its place's index, or its own position when the
    /// names are just 0 ..< N.
    private func permutation(_ names: [String]) throws -> [Int] {
        let index = try nodeIndex(Set(names))
        let order = names.compactMap { index[$0] }
        guard Set(order).count == size else {
            throw mismatch("names a place twice or leaves one out; name each of the \(size) once")
        }
        return order
    }

    /// Ids to indices; throws when one fits neither as id nor, all together, as index.
    private func nodeIndex(_ names: Set<String>) throws -> [String: Int] {
        let ids = Dictionary(
            places.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        let unknown = names.filter { ids[$0] == nil }
        if unknown.isEmpty { return ids }
        let indices = names.compactMap { name in
            Int(name).flatMap { (0..<size).contains($0) ? (name, $0) : nil }
        }
        if indices.count == names.count {
            return Dictionary(indices, uniquingKeysWith: { first, _ in first })
        }
        throw mismatch(
            "names \(quoted(unknown.min() ?? "")), which is no place of the data (its first is "
                + "\(quoted(places.first?.id ?? ""))); use the data's ids, or indices from 0 to "
                + "\(size - 1)")
    }

    private func number(_ text: String, _ line: Int, _ column: Int) throws -> Float {
        let place = "\(file), line \(line), column \(column + 1)"
        guard let value = Float(text) else {
            throw DataError(
                .badNumber,
                "\(place): \(quoted(text)) is not a number; write 0 for "
                    + "no edge.")
        }
        guard value.isFinite else {
            throw DataError(
                .infinite, "\(place): \(quoted(text)) is no weight; write 0 for no edge.")
        }
        guard value >= 0 else {
            throw DataError(
                .badNumber, "\(place): \(quoted(text)) is negative; weights are 0 or more.")
        }
        return value
    }

    /// Distances to weights.
    private func kernel(_ edges: [Graph.Edge]) -> Graph {
        let count = Float(max(1, edges.count))
        let mean = edges.reduce(0) { $0 + $1.weight } / count
        let variance = edges.reduce(0) { $0 + ($1.weight - mean) * ($1.weight - mean) } / count
        var weighted: [Graph.Edge] = edges.compactMap { edge in
            let exponent = variance > 0 ? -edge.weight * edge.weight / variance : 0
            let weight = Float(gaussian(Double(exponent)))
            return weight < 0.1
                ? nil : .init(source: edge.source, target: edge.target, weight: weight)
        }
        weighted += (0..<size).map { .init(source: $0, target: $0, weight: 1) }
        return Graph(nodeCount: size, edges: merged(weighted))
    }

    /// One edge a pair: the heaviest.
    private func merged(_ edges: [Graph.Edge]) -> [Graph.Edge] {
        var heaviest: [Int: Graph.Edge] = [:]
        for edge in edges {
            let key = edge.source * size + edge.target
            if (heaviest[key]?.weight ?? -1) < edge.weight { heaviest[key] = edge }
        }
        return Array(heaviest.values)
    }

    private func mismatch(_ what: String) -> DataError {
        DataError(.mismatchedAdjacency, "\(file): \(what).")
    }
}
