public import LimbeckSeries

/// Looks a series over: what is missing, constant, silent, far out or impossible.
public enum QualityCheck {
    /// Robust z beyond which a value counts as far out: `|x − median| / (1.4826 · MAD)`.
    public static let outlierLimit: Float = 10

    /// The report on `series`; `repairs` are the findings of the reader that made it.
    public static func report(
        _ series: Series, _ repairs: [QualityReport.Finding] = []
    ) -> QualityReport {
        let check = Check(series)
        let grid = series.times
        return QualityReport(
            name: series.name, timeCount: grid.count, nodeCount: series.nodeCount,
            channelCount: series.channelCount,
            first: TimeText.stamp(grid, 0), last: TimeText.stamp(grid, max(0, grid.count - 1)),
            step: grid.step, spacing: grid.isRegular ? "" : TimeText.step(grid), zone: grid.zone,
            places: series.places.map(\.id),
            missingByPlace: check.missing, findings: repairs + check.findings)
    }
}

private struct Check {
    let series: Series
    var missing: [Int]
    var findings: [QualityReport.Finding] = []
    private let limit = QualityReport.Finding.exampleLimit

    init(_ series: Series) {
        self.series = series
        missing = [Int](repeating: 0, count: series.nodeCount)
        missingCells()
        emptySteps()
        columns()
    }

    private mutating func missingCells() {
        let channels = series.channelCount
        var offset = 0
        for _ in 0..<series.times.count {
            for node in missing.indices {
                for _ in 0..<channels {
                    if !series.observed[offset] { missing[node] += 1 }
                    offset += 1
                }
            }
        }
        let total = missing.reduce(0, +)
        guard total > 0 else { return }
        let places = missing.indices.filter { missing[$0] > 0 }
        let worst = places.sorted { (missing[$1], $0) < (missing[$0], $1) }
        let most = missing[worst[0]]
        let spread =
            places.count == missing.count && places.allSatisfy { missing[$0] == most }
            ? ", \(grouped(most)) at every place"
            : " at \(places.count) of \(missing.count) places"
        add(
            .missingCells, .warning, total,
            "\(counted(total, "cell")) missing "
                + "(\(percent(Double(total) / Double(series.values.count))))\(spread)",
            spread.hasSuffix("every place")
                ? [] : worst.map { "\(series.places[$0].id) (\(grouped(missing[$0])))" })
    }

    private mutating func emptySteps() {
        let size = series.stepSize
        guard size > 0, missing.contains(where: { $0 > 0 }) else { return }
        let empty = (0..<series.times.count).filter { step in
            !series.observed[step * size..<(step + 1) * size].contains(true)
        }
        guard !empty.isEmpty else { return }
        add(
            .emptySteps, .warning, empty.count,
            "\(counted(empty.count, "step")) without a value at any place",
            empty.map { TimeText.stamp(series.times, $0) }, shown: 10)
    }

    /// Silent, constant, far out and negative, column by column.
    private mutating func columns() {
        var silent: [String] = []
        var constant: [String] = []
        var outliers: [(name: String, count: Int)] = []
        var negative: [(name: String, count: Int)] = []
        var suspects = SuspectValues()
        var values: [Float] = []
        values.reserveCapacity(series.times.count)
        // Of text and events most steps have none, which is no fault of a sensor.
        for channel in 0..<series.channelCount where series.channels[channel].kind != .event {
            for node in 0..<series.nodeCount {
                values.removeAll(keepingCapacity: true)
                var offset = series.offset(time: 0, node: node, channel: channel)
                var least = Float.infinity
                var most = -Float.infinity
                var belowZero = 0
                for _ in 0..<series.times.count {
                    if series.observed[offset] {
                        let value = series.values[offset]
                        values.append(value)
                        least = min(least, value)
                        most = max(most, value)
                        if value < 0 { belowZero += 1 }
                    }
                    offset += series.stepSize
                }
                let name = label(node, channel)
                if values.isEmpty {
                    silent.append(name)
                    continue
                }
                if least == most {
                    if values.count > 1 { constant.append("\(name) (always \(least))") }
                    continue
                }
                if belowZero > 0, series.channels[channel].kind == .count {
                    negative.append((name, belowZero))
                }
                suspects.look(at: values, name)
                let far = farOut(&values)
                if far > 0 { outliers.append((name, far)) }
            }
        }
        if !silent.isEmpty {
            add(
                .silentPlace, .warning, silent.count,
                "\(counted(silent.count, "column")) without a single value", silent)
        }
        if !constant.isEmpty {
            add(
                .constantPlace, .warning, constant.count,
                "\(counted(constant.count, "column")) that never change", constant)
        }
        suspected(suspects)
        tally(.negativeCounts, negative, "negative value", "where counts are expected")
        let sigma = Int(QualityCheck.outlierLimit)
        tally(
            .outliers, outliers, "value",
            "more than \(sigma) robust deviations from the median of their column; kept")
    }

    /// What looks like "not measured", with the line that says so.
    private mutating func suspected(_ suspects: SuspectValues) {
        let zeros = suspects.zeros.reduce(0) { $0 + $1.count }
        if zeros > 0 {
            tally(
                .notMeasured, suspects.zeros, "exact zero",
                "(\(percent(Double(zeros) / Double(suspects.amongst)))) among values that are never small look like "
                    + "\"not measured\"; if so, set data.missing: [0]")
        }
        for (mark, found) in suspects.marks.sorted(by: { $0.key < $1.key }) {
            tally(
                .notMeasured, found, "value",
                "of \(mark), far from all others, look like \"not measured\"; if so, set data.missing: [\(mark)]")
        }
        tally(
            .stuck, suspects.stuck, "value",
            "repeated \(SuspectValues.still) times or more where others never stand still look like a stuck sensor; if so, "
                + "leave them empty in the file")
    }

    /// How many values lie beyond the limit; reorders them.
    private func farOut(_ values: inout [Float]) -> Int {
        guard let median = Selection.median(&values) else { return 0 }
        for index in values.indices { values[index] = abs(values[index] - median) }
        guard let deviation = Selection.median(&values), deviation > 0 else { return 0 }
        let limit = QualityCheck.outlierLimit * 1.4826 * deviation
        return values.count { $0 > limit }
    }

    private func label(_ node: Int, _ channel: Int) -> String {
        let id = series.places[node].id
        return series.channelCount == 1 ? id : "\(id), \(series.channels[channel].name)"
    }

    private mutating func tally(
        _ kind: QualityReport.Finding.Kind, _ found: [(name: String, count: Int)],
        _ what: String, _ tail: String
    ) {
        let total = found.reduce(0) { $0 + $1.count }
        guard total > 0 else { return }
        let worst = found.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        add(
            kind, .warning, total, "\(counted(total, what)) \(tail)",
            worst.map { "\($0.name) (\(grouped($0.count)))" })
    }

    private mutating func add(
        _ kind: QualityReport.Finding.Kind, _ severity: QualityReport.Finding.Severity,
        _ count: Int, _ message: String, _ examples: [String], shown: Int? = nil
    ) {
        findings.append(
            .init(
                kind, severity, count: count, message: message,
                examples: Array(examples.prefix(shown ?? limit))))
    }
}
