import LimbeckSeries

/// What is to be said of a grid whose steps do not follow the clock.
enum CalendarFindings {
    /// - Parameter isStated: the user said so.
    static func of(_ grid: TimeGrid, isStated: Bool = false) -> [QualityReport.Finding] {
        switch grid.spacing {
        case .months where isStated: return []
        case .months:
            let step = TimeText.step(grid)
            return [
                .init(
                    .calendar, .repair, count: grid.count,
                    message:
                        "steps are \(step.hasPrefix("1 ") ? "a \(step.dropFirst(2))" : step) of the calendar; data.step states "
                        + "another (such as 30d)")
            ]
        case .regular where grid.rows.isEmpty: return []
        case .regular:
            let every = TimeText.duration(grid.step)
            let isShort = grid.length < Double(StampPattern.leastWeeks * 604_800)
            return [
                .init(
                    .calendar, .repair, count: grid.count,
                    message:
                        "rows are the steps, mostly \(every) apart; "
                        + (isShort
                            ? "they do not last the \(StampPattern.leastWeeks) weeks that tell when a week is open"
                            : "no times of a week hold nearly all of them") + ", so forecasts go on every \(every)")
            ]
        case .week(let opens): return week(grid, opens, isStated)
        }
    }

    private static func week(_ grid: TimeGrid, _ opens: [Int32], _ isStated: Bool) -> [QualityReport.Finding] {
        var findings: [QualityReport.Finding] = []
        if !isStated {
            findings.append(
                .init(
                    .calendar, .repair, count: grid.count,
                    message:
                        "rows are the steps, at \(counted(opens.count, "open time")) of a week "
                        + "(\(TimeText.openTimes(opens, step: grid.step))); data.calendar: regular takes what lies between "
                        + "them for gaps"))
        }
        // Open times without a row, and rows at other times.
        let local = grid.rows.map { LocalTime.seconds(at: $0, offsets: grid.offsets) }
        let ordinals = local.map { grid.spacing.ordinal(local: $0, step: grid.step) }
        let gaps = zip(ordinals, ordinals.dropFirst()).enumerated().compactMap { row, pair in
            pair.1 - pair.0 > 1 ? (row: row, count: Int(pair.1 - pair.0 - 1)) : nil
        }
        let absent = gaps.reduce(0) { $0 + $1.count }
        if absent > 0 {
            let longest = gaps.sorted { ($1.count, $0.row) < ($0.count, $1.row) }
            findings.append(
                .init(
                    .gap, .warning, count: absent,
                    message:
                        "\(counted(absent, "open time")) without a row, passed over as holidays are",
                    examples: longest.prefix(QualityReport.Finding.exampleLimit).map {
                        "\($0.count) after \(TimeText.stamp(grid, $0.row))"
                    }))
        }
        let others = zip(local, ordinals).enumerated().filter {
            grid.spacing.local(ordinal: $1.1, step: grid.step) != $1.0
        }.map(\.offset)
        if !others.isEmpty {
            findings.append(
                .init(
                    .calendar, .warning, count: others.count,
                    message: "\(counted(others.count, "row")) at other times of the week",
                    examples: others.prefix(QualityReport.Finding.exampleLimit).map { TimeText.stamp(grid, $0) }))
        }
        return findings
    }
}
