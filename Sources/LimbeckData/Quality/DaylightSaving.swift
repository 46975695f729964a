import LimbeckSeries

/// Daylight saving on a local clock: an hour that does not exist in spring, one that happens
/// twice in autumn.
enum DaylightSaving {
    /// - Parameter rowsAtStep: how many rows the file had for each step.
    static func findings(
        _ changes: [Zone.Change], _ times: TimeGrid, _ rowsAtStep: [Int]
    ) -> [QualityReport.Finding] {
        let end = times.instant(times.count - 1)
        var skippedEmpty: [String] = []
        var skippedFilled: [String] = []
        var repeatedTwice: [String] = []
        var repeatedOnce: [String] = []
        for change in changes {
            // The first step inside the window; none where the step jumps over it.
            let window = change.window
            let distance = max(0, window.lowerBound - times.start)
            let index = Int((distance + times.step - 1) / times.step)
            guard index < times.count, window.contains(times.instant(index)),
                window.lowerBound <= end
            else { continue }
            let stamp = TimeText.stamp(times.instant(index))
            switch (change.isForward, rowsAtStep[index]) {
            case (true, 0): skippedEmpty.append(stamp)
            case (true, _): skippedFilled.append(stamp)
            case (false, 2...): repeatedTwice.append(stamp)
            case (false, _): repeatedOnce.append(stamp)
            }
        }
        let zone = times.zone
        func finding(
            _ stamps: [String], _ severity: QualityReport.Finding.Severity, _ message: String
        ) -> [QualityReport.Finding] {
            guard !stamps.isEmpty else { return [] }
            return [
                .init(
                    .daylightSaving, severity, count: stamps.count,
                    message: "\(counted(stamps.count, "daylight-saving hour")) \(message) "
                        + "(\(zone))",
                    examples: Array(stamps.prefix(QualityReport.Finding.exampleLimit)))
            ]
        }
        return finding(
            skippedEmpty, .repair, "skipped in spring, without rows; inserted as missing")
            + finding(
                skippedFilled, .warning,
                "skipped in spring, yet the file has rows there; kept as they are")
            + finding(
                repeatedTwice, .repair,
                "repeated in autumn, with rows for both; the first was "
                    + "kept")
            + finding(
                repeatedOnce, .warning, "repeated in autumn, with one row only; kept as it is")
    }
}
