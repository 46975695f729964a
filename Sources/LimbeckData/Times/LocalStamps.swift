import LimbeckSeries

/// Bare stamps of a local clock, led to UTC through its zone: an hour that clocks show twice in autumn is told apart by
/// the order of the rows.
struct LocalStamps {
    /// Hours of autumn for which rows of both were found, by the local stamp of the first.
    let repeatedHours: [Int64]
    private let stamps: [Int64]
    /// Rows of the second of two hours.
    private let isSecond: Set<Int>
    private let changes: [Zone.Change]
    /// Seconds east of Greenwich before the first change.
    private let first: Int

    /// Nil when the stamps are dates alone, so that no hour shows.
    init?(_ rows: RawRows, _ zone: Zone) {
        guard let low = rows.stamps.min(), let high = rows.stamps.max(),
            rows.stamps.contains(where: { $0 % 86_400 != 0 })
        else { return nil }
        let changes = zone.localChanges(in: low...high)
        let autumns = changes.filter { !$0.isForward }
        // By change, the rows of each block that fall into its window, in the order of time.
        var isSecond: Set<Int> = []
        var hours: [Int64] = []
        let isFalling = (rows.stamps.first ?? 0) > (rows.stamps.last ?? 0)
        for change in autumns {
            var byBlock: [Int: [Int]] = [:]
            for row in 0..<rows.count where change.window.contains(rows.stamps[row]) {
                byBlock[rows.block(row), default: []].append(row)
            }
            var isFound = false
            for (_, inWindow) in byBlock {
                let order = isFalling ? inWindow.reversed() : inWindow
                guard let second = Self.secondPass(order.map { rows.stamps[$0] }) else { continue }
                isFound = true
                isSecond.formUnion(order[second...])
            }
            if isFound { hours.append(change.window.lowerBound) }
        }
        repeatedHours = hours.sorted()
        self.isSecond = isSecond
        self.changes = changes
        stamps = rows.stamps
        first = changes.first?.before ?? zone.offset(at: low - Int64(zone.offset(at: low)))
    }

    /// Seconds since 1970 in UTC, one a row.
    var instants: [Int64] {
        stamps.indices.map { row in
            let stamp = stamps[row]
            var offset = first
            for change in changes where change.window.lowerBound <= stamp {
                // In spring the hour does not exist: it is read as if clocks had not changed yet.
                let isPassed = stamp >= change.window.upperBound || !change.isForward && isSecond.contains(row)
                offset = isPassed ? change.after : change.before
            }
            return stamp - Int64(offset)
        }
    }

    /// Where stamps begin again from the front, when they rise, begin again once, and rise once more.
    static func secondPass(_ stamps: [Int64]) -> Int? {
        let falls = stamps.indices.dropFirst().filter { stamps[$0] <= stamps[$0 - 1] }
        return falls.count == 1 ? falls[0] : nil
    }
}
