import LimbeckSeries

/// Puts rows with arbitrary stamps on the grid they mean.
///
/// Stamps of months, quarters or years make a grid of those. Rows that keep to the open times of a week, or that the user
/// calls the steps, are the steps. Else the step is the most common difference between neighbouring distinct stamps, the
/// phase the most common remainder; stamps within a tenth of a step of the grid are moved onto it, others
/// are left out when they are at most 1 % of the rows, and an error otherwise.
struct GridFitting {
    let times: TimeGrid
    /// Grid index of each row; -1 where the row is left out.
    let index: [Int]
    let findings: [QualityReport.Finding]

    static let toleratedShare = 0.01
    /// From this step on, a fraction of a second is within the tenth of a step that is forgiven.
    static let shortestWithFractions: Int64 = 10

    /// - Parameters:
    ///   - isAbsolute: do the stamps count from 1970 in UTC?
    ///   - zone: IANA name; empty when unknown.
    init(
        _ rows: RawRows, isAbsolute: Bool, zone: String, statedStep: StatedStep? = nil,
        calendar: DataSource.Calendar = .auto
    ) throws {
        let distinct = Self.distinct(rows.stamps)
        var step: Int64 = 1
        switch statedStep {
        case .seconds(let stated): step = stated
        case .months(let count): step = Int64(count) * TimeGrid.monthSeconds
        case nil: step = Self.mostCommon(zip(distinct.dropFirst(), distinct).map { $0 - $1 })
        }
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
        let offsets = isAbsolute && !zone.isEmpty ? try Zone(zone).offsets(start: low, end: high) : []
        let grid = TimeGrid(
            start: low, step: step, count: 1, zone: zone, clock: isAbsolute ? .utc : .local, offsets: offsets)
        let local = distinct.map { LocalTime.seconds(at: $0, offsets: offsets) }
        if case .months(let count) = statedStep {
            self = try Self(rows, distinct, local, monthly: grid, months: count)
        } else if statedStep == nil, calendar != .observed, let months = StampPattern.months(local) {
            self = try Self(rows, distinct, monthly: grid, months) { CalendarFindings.of($0) }
        } else if calendar == .regular {
            try self.init(rows, distinct, regular: grid)
        } else if let week = StampPattern.week(local, step: step, isLoose: calendar == .observed) {
            var open = grid
            (open.step, open.spacing) = (week.step, week.spacing)
            self.init(rows, distinct, observed: open, isStated: calendar == .observed)
        } else if calendar == .observed {
            self.init(rows, distinct, observed: grid, isStated: true)
        } else {
            try self.init(rows, distinct, regular: grid)
        }
    }

    private init(times: TimeGrid, index: [Int], findings: [QualityReport.Finding]) {
        self.times = times
        self.index = index
        self.findings = findings
    }

    // MARK: Months

    /// Stated months: on whatever days their stamps lie.
    private init(
        _ rows: RawRows, _ distinct: [Int64], _ local: [Int64], monthly grid: TimeGrid, months count: Int
    ) throws {
        let (day, isTheirs) = StampPattern.standingDay(local)
        self = try Self(rows, distinct, monthly: grid, .months(count, day: day)) { grid in
            guard !isTheirs else { return [] }
            return [
                .init(
                    .calendar, .repair, count: grid.count,
                    message:
                        "stamps lie on different days of their months; each stands for its \(TimeText.step(grid).dropFirst(2)), "
                        + "told as its \(day == 1 ? "first" : "last") day")
            ]
        }
    }

    private init(
        _ rows: RawRows, _ distinct: [Int64], monthly grid: TimeGrid, _ spacing: Spacing,
        _ findings: (TimeGrid) -> [QualityReport.Finding]
    ) throws {
        var grid = grid
        grid.spacing = spacing
        if case .months(let count, _) = spacing { grid.step = Int64(count) * TimeGrid.monthSeconds }
        let time = LocalTime(clock: grid.clock, zone: grid.zone, offsets: grid.offsets)
        func ordinal(_ stamp: Int64) -> Int64 { spacing.ordinal(local: time.seconds(at: stamp), step: grid.step) }
        let first = ordinal(distinct[0])
        // Two stamps of one month are two values for one step.
        for (stamp, before) in zip(distinct.dropFirst(), distinct) where ordinal(stamp) == ordinal(before) {
            throw DataError(
                .irregularTimes,
                "\(rows.file): \(TimeText.stamp(before)) and \(TimeText.stamp(stamp)) lie in one step of "
                    + "\(TimeText.step(grid)); sum or average rows to one a step, or state a shorter data.step.")
        }
        // The day that stands for the first month, at its stamp's time of the day.
        grid.start = time.instant(local: spacing.local(0, from: time.seconds(at: distinct[0]), step: grid.step))
        grid.count = Int(ordinal(distinct[distinct.count - 1]) - first) + 1
        try Self.check(rows, distinct, grid)
        self.init(times: grid, index: rows.stamps.map { Int(ordinal($0) - first) }, findings: findings(grid))
    }

    // MARK: Observed rows

    private init(_ rows: RawRows, _ distinct: [Int64], observed grid: TimeGrid, isStated: Bool) {
        var grid = grid
        (grid.rows, grid.count) = (distinct, distinct.count)
        var index: [Int] = [], last = 0
        index.reserveCapacity(rows.count)
        for stamp in rows.stamps {
            // Rows are mostly in order: the step of the row before, or the next.
            if distinct[last] != stamp {
                last = last + 1 < distinct.count && distinct[last + 1] == stamp ? last + 1 : grid.index(of: stamp) ?? 0
            }
            index.append(last)
        }
        self.init(times: grid, index: index, findings: CalendarFindings.of(grid, isStated: isStated))
    }

    // MARK: Regular steps

    private init(_ rows: RawRows, _ distinct: [Int64], regular times: TimeGrid) throws {
        let step = times.step, low = distinct[0]
        let phase = Self.mostCommon(distinct.map { StampPattern.remainder($0, step) })
        // Where is each row, and how far off?
        var index: [Int] = []
        index.reserveCapacity(rows.count)
        var moved: [Int] = []
        var dropped: [Int] = []
        // A grid point at or before the earliest stamp.
        let origin = low - StampPattern.remainder(low - phase, step)
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
            let resample =
                StampPattern.isOncePerMonth(distinct.map { LocalTime.seconds(at: $0, offsets: times.offsets) })
                ? "there is one row a month: say data.step: 1mo"
                : "resample to a regular step first\(2 * dropped.count > rows.count ? ", state another in data.step" : ""), "
                    + "or let the rows be the steps with data.calendar: observed"
            throw DataError(
                .irregularTimes,
                2 * dropped.count > rows.count
                    ? "\(stamp) and \(share) in all lie off \(grid), the most common step; no step fits these times: "
                        + "\(resample)."
                    : "\(stamp) is off \(grid) that most rows follow, and so are \(share) in all; \(resample).")
        }
        let first = index.lazy.filter { $0 >= 0 }.min() ?? 0
        let last = index.lazy.filter { $0 >= 0 }.max() ?? 0
        var grid = times
        grid.start = origin + Int64(first) * step
        grid.count = last - first + 1
        try Self.check(rows, distinct, grid)
        if grid.clock == .utc, !grid.zone.isEmpty {
            grid.offsets = try Zone(grid.zone).offsets(start: grid.start, end: grid.instant(grid.count - 1))
        }

        var findings: [QualityReport.Finding] = []
        if !moved.isEmpty {
            findings.append(
                .init(
                    .offGridStamps, .repair, count: moved.count,
                    message:
                        "\(counted(moved.count, "row")) moved onto the grid of "
                        + "\(TimeText.duration(step)) (less than a tenth of a step away)",
                    examples: rows.examples(moved)))
        }
        if !dropped.isEmpty {
            findings.append(
                .init(
                    .offGridStamps, .repair, count: dropped.count,
                    message:
                        "\(counted(dropped.count, "row")) between the steps of "
                        + "\(TimeText.duration(step)) left out",
                    examples: rows.examples(dropped)))
        }
        self.init(times: grid, index: first == 0 ? index : index.map { $0 < 0 ? $0 : $0 - first }, findings: findings)
    }

    /// Throws where far more steps than rows lie between the first and the last time.
    private static func check(_ rows: RawRows, _ distinct: [Int64], _ grid: TimeGrid) throws {
        guard grid.count > 1000 + 20 * distinct.count else { return }
        throw DataError(
            .irregularTimes,
            "\(rows.file): \(grouped(distinct.count)) distinct times, but \(grouped(grid.count)) "
                + "steps of \(grid.isRegular ? TimeText.duration(grid.step) : TimeText.step(grid)) lie between "
                + "\(TimeText.stamp(distinct[0])) and \(TimeText.stamp(distinct[distinct.count - 1])); check the first and "
                + "last times for a mistyped year.")
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
}
