import LimbeckSeries

/// Rows on their grid: values, and what had to be repaired to get there.
struct GridAssembly {
    let times: TimeGrid
    /// Row-major `[T, blocks, width]`, NaN where nothing was measured.
    let values: [Float]
    let findings: [QualityReport.Finding]
    /// Rows that repeat a time and place already seen and say something else.
    let disagreeing: [Int]

    /// - Parameters:
    ///   - isAbsolute: do the stamps count from 1970 in UTC?
    ///   - statedStep: the step when the user gave one, else nil.
    init(
        _ rows: RawRows, isAbsolute: Bool, zone name: String, statedStep: StatedStep? = nil,
        calendar: DataSource.Calendar = .auto
    ) throws {
        let grid = try GridFitting(
            rows, isAbsolute: isAbsolute, zone: name, statedStep: statedStep, calendar: calendar)
        times = grid.times
        // Daylight saving shows only on a local clock, in steps shorter than a day, where every one is expected.
        let changes =
            isAbsolute || times.step >= 86_400 || !times.isRegular || name.isEmpty
            ? [] : try Zone(name).localChanges(in: times.start...times.instant(times.count - 1))

        let stepSize = rows.blockCount * rows.width
        let (cells, overflow) = times.count.multipliedReportingOverflow(by: stepSize)
        guard !overflow, cells <= 1 << 31 else {
            throw DataError(
                .irregularTimes,
                "\(rows.file): \(grouped(times.count)) steps × \(grouped(stepSize)) values are "
                    + "too many; check the times and the step.")
        }
        var values = [Float](repeating: .nan, count: cells)
        var filling = Filling(rows: rows, grid: grid, changes: changes)
        filling.run(into: &values)
        self.values = values
        disagreeing = filling.disagreeing
        findings =
            grid.findings + filling.findings
            + DaylightSaving.findings(changes, times, filling.rowsAtStep)
    }
}

/// Copies rows into place, the first observed value winning, and keeps the tally.
private struct Filling {
    let rows: RawRows
    let grid: GridFitting
    let changes: [Zone.Change]
    /// Rows that arrived at each step (per block, the largest): 0 is a gap.
    private(set) var rowsAtStep: [Int] = []
    private(set) var findings: [QualityReport.Finding] = []
    private(set) var disagreeing: [Int] = []

    init(rows: RawRows, grid: GridFitting, changes: [Zone.Change]) {
        self.rows = rows
        self.grid = grid
        self.changes = changes
    }

    mutating func run(into values: inout [Float]) {
        let width = rows.width
        let stepSize = rows.blockCount * width
        var seen = [UInt8](repeating: 0, count: grid.times.count * rows.blockCount)
        var previous = [Int64](repeating: .min, count: rows.blockCount)
        var duplicates: [Int] = []
        var unsorted: [Int] = []
        var conflicts = 0
        for row in 0..<rows.count {
            let stamp = rows.stamps[row]
            let block = rows.block(row)
            if stamp < previous[block], !isRepeatedHour(stamp) { unsorted.append(row) }
            previous[block] = stamp
            let step = grid.index[row]
            guard step >= 0 else { continue }
            let slot = step * rows.blockCount + block
            let isDuplicate = seen[slot] > 0
            seen[slot] = min(seen[slot], 254) + 1
            if isDuplicate, !isRepeatedHour(stamp) { duplicates.append(row) }
            let target = step * stepSize + block * width
            let before = conflicts
            for column in 0..<width {
                let value = rows.values[row * width + column]
                let held = values[target + column]
                if held.isNaN {
                    values[target + column] = value
                } else if !value.isNaN, value != held, !isRepeatedHour(stamp) {
                    conflicts += 1
                }
            }
            if conflicts > before { disagreeing.append(row) }
        }
        rowsAtStep = (0..<grid.times.count).map { step in
            let first = step * rows.blockCount
            return Int(seen[first..<first + rows.blockCount].max() ?? 0)
        }
        report(duplicates, conflicts, unsorted)
    }

    private func isRepeatedHour(_ stamp: Int64) -> Bool {
        changes.contains { !$0.isForward && $0.window.contains(stamp) }
    }

    private mutating func report(_ duplicates: [Int], _ conflicts: Int, _ unsorted: [Int]) {
        let limit = QualityReport.Finding.exampleLimit
        if !unsorted.isEmpty {
            findings.append(
                .init(
                    .unsortedStamps, .repair, count: unsorted.count,
                    message:
                        "\(counted(unsorted.count, "row")) earlier than the row before; rows "
                        + "were sorted by time",
                    examples: rows.examples(unsorted)))
        }
        if !duplicates.isEmpty {
            findings.append(
                .init(
                    .duplicateStamps, .repair, count: duplicates.count,
                    message:
                        "\(counted(duplicates.count, "row")) with a time already seen; the first "
                        + "value was kept (\(counted(conflicts, "cell")) disagreed)",
                    examples: rows.examples(duplicates)))
        }
        // Runs of steps without any row.
        var runs: [String] = []
        var missing = 0
        var runCount = 0
        var step = 0
        while step < grid.times.count {
            guard rowsAtStep[step] == 0 else {
                step += 1
                continue
            }
            let first = step
            while step < grid.times.count, rowsAtStep[step] == 0 { step += 1 }
            let local = grid.times.instant(first)
            let skipped = changes.contains {
                $0.isForward && $0.window.contains(local)
                    && $0.window.contains(grid.times.instant(step - 1))
            }
            if skipped { continue }
            missing += step - first
            runCount += 1
            if runs.count < limit {
                runs.append("\(TimeText.stamp(local)) (\(counted(step - first, "step")))")
            }
        }
        if missing > 0 {
            findings.append(
                .init(
                    .gap, .repair, count: runCount,
                    message:
                        "\(counted(runCount, "gap")) in the times; \(counted(missing, "step")) "
                        + "inserted as missing",
                    examples: runs))
        }
    }
}
