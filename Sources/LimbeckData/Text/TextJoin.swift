import LimbeckSeries

/// Messages by time, and place where they name one, as further channels of a series: of each step the sum of the vectors
/// of those that came within it (``TextHash``).
///
/// A message is known from its stamp on. Before the first and after the last of the file nothing is known; between them a
/// step without one is 0.
struct TextJoin {
    private let main: Series
    private let file, title: String
    private let width: Int
    private let ahead: Int?
    private let messages: [Message]
    private let unmatched: [String: Int]

    private struct Message {
        var stamp: Int64
        /// Nil for all places.
        var node: Int?
        var vector: [Float]
    }

    /// - Parameter ahead: how many steps before its time a message is told; nil for what is known only afterwards.
    ///
    /// Throws as a CSV of rows does, `missingColumn` where it is not clear which column is text, `nothingObserved` for a
    /// file without messages, `mismatchedCoordinates` where no place is one of the series.
    init(
        _ main: Series, _ bytes: [UInt8], source: DataSource, file: String, title: String, ahead: Int?
    ) throws {
        (self.main, self.file, self.title, self.width, self.ahead) = (main, file, title, source.text.hashed, ahead)
        let (cells, overflow) = main.values.count.addingReportingOverflow(main.times.count * main.nodeCount * width)
        guard !overflow, 5 * cells <= (try source.limitBytes()) else {
            throw DataError(
                .badConfiguration,
                "\(file): \(grouped(main.times.count)) steps × \(grouped(main.nodeCount)) places × \(width) numbers of text take "
                    + "more than data.limit (\(source.limit)); lower data.text.hashed or raise that.")
        }
        var rows = try CSVRows(bytes, file: file, source: source)
        let header = rows.header
        guard !header.times.isEmpty else {
            throw CSVHeader.missing("time", "time", header.names, "\(file), line 1")
        }
        let place = header.places.first
        let column = try Self.textColumn(header, source.text.column, place, file)
        let nodes = Dictionary(main.places.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var messages: [Message] = [], unmatched: [String: Int] = [:]
        while try rows.next() {
            let text = rows.scanner.text(rows.record.cells[column])
            var node: Int?
            if let place {
                let id = rows.scanner.text(rows.record.cells[place])
                // A message without a place is one to all.
                if !id.isEmpty {
                    guard let known = nodes[id] else {
                        unmatched[id, default: 0] += 1
                        continue
                    }
                    node = known
                }
            }
            messages.append(
                Message(stamp: try rows.stamp(), node: node, vector: TextHash.vector(text, width: source.text.hashed)))
        }
        guard !messages.isEmpty else {
            let first = unmatched.keys.min()
            throw DataError(
                first == nil ? .nothingObserved : .mismatchedCoordinates,
                first.map {
                    "\(file): none of its places (the first is \(quoted($0))) is one of \(main.name)'s (the first is "
                        + "\(quoted(main.places.first?.id ?? ""))); use the same ids in both."
                } ?? "\(file): holds no messages; give a file with rows of time and text.")
        }
        guard rows.isAbsolute == (main.times.clock == .utc) else {
            throw DataError(
                .badFormat,
                "\(file) has \(rows.isAbsolute == true ? "absolute" : "local") times and \(main.name) "
                    + "\(main.times.clock == .utc ? "absolute" : "local") ones, so they cannot be joined; data.zone with "
                    + "data.clock leads local times to UTC.")
        }
        self.messages = messages.sorted { $0.stamp < $1.stamp }
        self.unmatched = unmatched
    }

    /// The one named, else the only column that is neither time nor place.
    private static func textColumn(
        _ header: CSVHeader, _ name: String, _ place: Int?, _ file: String
    ) throws -> Int {
        if !name.isEmpty {
            guard let column = header.names.firstIndex(of: name) else {
                throw CSVHeader.missing(name, "text.column", header.names, "\(file), line 1")
            }
            return column
        }
        let others = header.names.indices.filter { !header.times.contains($0) && $0 != place }
        guard others.count == 1 else {
            let named = others.map { quoted(header.names[$0]) }.joined(separator: ", ")
            throw DataError(
                .missingColumn,
                "\(file), line 1: \(others.isEmpty ? "no column is left for text" : "any of \(named) may be the text"); name "
                    + "it in data.text.column.")
        }
        return others[0]
    }

    /// The series with a channel for each number of a vector behind its own, and what was done.
    func joined() -> (series: Series, finding: QualityReport.Finding) {
        let count = main.times.count, nodes = main.nodeCount, lead = ahead ?? 0, own = main.channelCount
        let known = messages[0].stamp...messages[messages.count - 1].stamp
        var values: [Float] = [], observed: [Bool] = []
        values.reserveCapacity(count * nodes * (own + width))
        observed.reserveCapacity(values.capacity)
        var next = 0, used = 0, covered = 0
        var sums = [Float](repeating: 0, count: nodes * width)
        for step in 0..<count {
            let start = main.times.instant(step + lead), end = max(start + 1, main.times.instant(step + lead + 1))
            for index in sums.indices { sums[index] = 0 }
            while next < messages.count, messages[next].stamp < end {
                let message = messages[next]
                next += 1
                guard message.stamp >= start else { continue }
                used += 1
                for node in message.node.map({ $0..<$0 + 1 }) ?? 0..<nodes {
                    for (index, value) in message.vector.enumerated() { sums[node * width + index] += value }
                }
            }
            let isKnown = end > known.lowerBound && start <= known.upperBound
            if isKnown { covered += 1 }
            for node in 0..<nodes {
                let base = main.offset(time: step, node: node)
                values += main.values[base..<base + own]
                observed += main.observed[base..<base + own]
                for index in 0..<width {
                    values.append(isKnown ? sums[node * width + index] : .nan)
                    observed.append(isKnown)
                }
            }
        }
        var series = main
        series.channels += (0..<width).map { Channel(name: "\(title).\($0)", kind: .event) }
        series.values = values
        series.observed = observed
        var told = ["\(counted(used, "message")) as \(counted(width, "number")) each"]
        if messages.count > used { told.append("\(grouped(messages.count - used)) before or after the data") }
        if !unmatched.isEmpty {
            told.append(
                "\(grouped(unmatched.values.reduce(0, +))) of \(counted(unmatched.count, "place")) that the data lacks")
        }
        told.append("\(grouped(covered)) of \(counted(count, "step")) covered")
        return (
            series,
            .init(
                .joined, .repair, count: used,
                message:
                    "\(fileName(file)) joined as \(ahead == nil ? "past" : "future") covariates of text: "
                    + told.joined(separator: "; "),
                examples: unmatched.keys.sorted().prefix(QualityReport.Finding.exampleLimit).map { "no \(quoted($0))" })
        )
    }
}
