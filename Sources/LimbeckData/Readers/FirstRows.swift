import LimbeckSeries

/// What the first rows of a text file say of how its times are written.
struct FirstRows {
    /// Hours of a day are 1 to 23 and 0, which ends it.
    private(set) var endsDayWithZero = false
    private(set) var findings: [QualityReport.Finding] = []

    /// - Parameter start: before the first row.
    ///
    /// Throws `badTime` for years that begin in one calendar year and end in the next.
    init(_ header: CSVHeader, _ start: CSVScanner, _ times: TimeParser) throws {
        guard !header.times.isEmpty else { return }
        var scanner = start, record = CSVScanner.Record(), rows: [[String]] = []
        while rows.count < 100, try scanner.next(into: &record), header.times.allSatisfy(record.cells.indices.contains)
        {
            rows.append(header.times.map { scanner.text(record.cells[$0]) })
        }
        guard let first = rows.first else { return }
        if header.isUTC {
            findings.append(
                .init(
                    .timeColumns, .repair, count: 1,
                    message:
                        "times without an offset read as UTC, as the name \(quoted(header.names[header.times[0]])) says"
                ))
        }
        let stamp =
            first.count > 1
            ? CompositeTime.stamp(first, names: header.times.map { header.names[$0] }, times) : times.stamp(first[0])
        if let stamp, CompositeTime.hasShortYear(first) {
            findings.append(ShortYear.finding(first.joined(separator: " "), stamp))
        }
        if first.count == 1 { try Self.check(rows.map { $0[0] }, header) }
        guard first.count == 2 else { return }
        // Nothing but a day that ends with it has a 0 behind its 23.
        endsDayWithZero =
            CompositeTime.isFirstHour(first[1])
            && zip(rows, rows.dropFirst()).contains {
                $0[0] == $1[0] && CompositeTime.isLastHour($0[1]) && CompositeTime.isMidnight($1[1])
            }
        if endsDayWithZero {
            findings.append(
                .init(
                    .timeColumns, .repair, count: 1,
                    message: "hour 0 stands behind hour 23 of the same day, so it is read as the day's end"))
        }
    }

    /// Throws for 2001-02, 2002-03, 2003-04: those are years, not months.
    private static func check(_ texts: [String], _ header: CSVHeader) throws {
        let name = CSVHeader.plain(header.names[header.times[0]])
        guard texts.count > 1, ["year", "jahr", "season", "saison"].contains(where: name.contains) else { return }
        let areTwo = texts.allSatisfy { text in
            let parts = text.split { "-/–".contains($0) }.compactMap { Int($0) }
            return parts.count == 2 && parts[0] > 1000 && parts[1] == (parts[0] + 1) % 100
        }
        guard areTwo else { return }
        throw DataError(
            .badTime,
            "\(header.title), column \(quoted(header.names[header.times[0]])): \(quoted(texts[0])) and those below it are "
                + "years that end in the next, not months; write the first year alone and say data.timeFormat: year.")
    }
}
