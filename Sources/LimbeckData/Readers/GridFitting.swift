import LimbeckSeries

/// Puts rows with arbitrary stamps on the regular grid they mean.
///
/// The step is the most common difference between neighbouring distinct stamps, the phase the
/// most common remainder. Stamps within a tenth of a step of the grid are moved onto it; others
/// are left out when they are at most 1 % of the rows, and an error otherwise.
struct GridFitting {
    let start, step: Int64
    let count: Int
    /// Grid index of each row; -1 where the row is left out.
    let index: [Int]
    let findings: [QualityReport.Finding]

    static let toleratedShare = 0.01
    /// From this step on, a fraction of a second is within the tenth of a step that is forgiven.
    static let shortestWithFractions: Int64 = 10

    init(_ rows: RawRows, clock: TimeGrid.Clock, statedStep: Int64?) throws {
        let distinct = Self.distinct(rows.stamps)
        let step = statedStep ?? Self.mostCommon(zip(distinct.dropFirst(), distinct).map { $0 - $1 })
        if let line = rows.fractionLine, step < Self.shortestWithFractions {
            throw DataError(
                .irregularTimes,
                "\(rows.file), \(rows.countsRows ? "row" : "line") \(line): the time has a fraction of a second, and "
                    + "rows are about \(TimeText.duration(step)) apart; times are kept in whole seconds, so average "
                    + "the rows to steps of 1 s or more, or write whole seconds.")
        }
        guard distinct.count >= 2, let low = distinct.first, let high = distinct.last else {
            throw DataError(
                .tooFewRows,
                "\(rows.file): \(counted(distinct.count, "distinct time")) in "
                    + "\(counted(rows.count, "row")); at least 2 are needed to know the step.")
        }
        let phase = Self.mostCommon(distinct.map { Self.remainder($0, step) })
        self.step = step

        // Where is each row, and how far off?
        var index: [Int] = []
        index.reserveCapacity(rows.count)
        var moved: [Int] = []
        var dropped: [Int] = []
        // A grid point at or before the earliest stamp.
        let origin = low - Self.remainder(low - phase, step)
        for row in 0..<rows.count {
            let distance = rows.stamps[row] - origin
            let rest = distance % step
            if rest == 0 {
                index.append(Int(distance / step))
            } else if min(rest, step - rest) * 10 <= step {
                moved.append(row)
                index.append(Int((distance + step / 2) / step))
            } else {
                dropped.append(row)
                index.append(-1)
            }
        }
        if Double(dropped.count) > Self.toleratedShare * Double(rows.count), let row = dropped.first {
            let share = "\(grouped(dropped.count)) of \(grouped(rows.count)) rows"
            let stamp = "\(rows.file), \(rows.place(row)): \(TimeText.stamp(rows.stamps[row]))"
            let grid = "the grid of \(TimeText.duration(step)) from \(TimeText.stamp(origin))"
            throw DataError(
                .irregularTimes,
                2 * dropped.count > rows.count
                    ? "\(stamp) and \(share) in all lie off \(grid), the most common step; no step fits these times: "
                        + "resample to a regular one first, or state another in data.step."
                    : "\(stamp) is off \(grid) that most rows follow, and so are \(share) in all; resample to a regular "
                        + "step first.")
        }
        let first = index.lazy.filter { $0 >= 0 }.min() ?? 0
        let last = index.lazy.filter { $0 >= 0 }.max() ?? 0
        let count = last - first + 1
        guard count <= 1000 + 20 * distinct.count else {
            throw DataError(
                .irregularTimes,
                "\(rows.file): \(grouped(distinct.count)) distinct times, but \(grouped(count)) "
                    + "steps of \(TimeText.duration(step)) lie between \(TimeText.stamp(low)) "
                    + "and \(TimeText.stamp(high)); check the first and last times for a "
                    + "mistyped year.")
        }
        start = origin + Int64(first) * step
        self.count = count
        self.index = first == 0 ? index : index.map { $0 < 0 ? $0 : $0 - first }

        func examples(_ chosen: [Int]) -> [String] {
            chosen.prefix(QualityReport.Finding.exampleLimit).map {
                "\(rows.place($0)) (\(TimeText.stamp(rows.stamps[$0])))"
            }
        }
        var findings: [QualityReport.Finding] = []
        if !moved.isEmpty {
            findings.append(
                .init(
                    .offGridStamps, .repair, count: moved.count,
                    message:
                        "\(counted(moved.count, "row")) moved onto the grid of "
                        + "\(TimeText.duration(step)) (less than a tenth of a step away)",
                    examples: examples(moved)))
        }
        if !dropped.isEmpty {
            findings.append(
                .init(
                    .offGridStamps, .repair, count: dropped.count,
                    message:
                        "\(counted(dropped.count, "row")) between the steps of "
                        + "\(TimeText.duration(step)) left out",
                    examples: examples(dropped)))
        }
        self.findings = findings
    }

    /// Ascending, each once; linear when already sorted.
    private static func distinct(_ stamps: [Int64]) -> [Int64] {
        var isSorted = true
        for row in stamps.indices.dropFirst() where stamps[row] < stamps[row - 1] {
            isSorted = false
            break
        }
        var result: [Int64] = []
        result.reserveCapacity(isSorted ? stamps.count : 0)
        for stamp in isSorted ? stamps : stamps.sorted() where result.last != stamp {
            result.append(stamp)
        }
        return result
    }

    /// The most frequent value; the smallest among equals.
    private static func mostCommon(_ values: [Int64]) -> Int64 {
        var counts: [Int64: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        var best = (value: Int64(1), count: 0)
        for (value, count) in counts
        where count > best.count || (count == best.count && value < best.value) {
            best = (value, count)
        }
        return best.value
    }

    private static func remainder(_ value: Int64, _ step: Int64) -> Int64 {
        let rest = value % step
        return rest < 0 ? rest + step : rest
    }
}
