import Foundation
import LimbeckSeries

/// A time zone by its IANA name: its changes of offset, resolved once where data is read.
struct Zone {
    /// At `instant` (UTC) the offset from UTC changes from `before` to `after` seconds.
    struct Change: Hashable {
        var instant: Int64
        var before, after: Int

        /// Local times skipped (clocks go forward) or shown twice (clocks go back).
        var window: Range<Int64> {
            let one = instant + Int64(min(before, after))
            return one..<instant + Int64(max(before, after))
        }
        var isForward: Bool { after > before }
    }

    private let zone: TimeZone

    /// Throws `unknownName`.
    init(_ name: String) throws {
        guard let zone = TimeZone(identifier: name) else {
            throw DataError(
                .unknownName,
                "zone: there is no time zone \(quoted(name)); use an IANA name such as "
                    + "Pacific/Auckland.")
        }
        self.zone = zone
    }

    func offset(at instant: Int64) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
    }

    /// Every change in `range` of UTC instants, to the second.
    func changes(in range: ClosedRange<Int64>) -> [Change] {
        var changes: [Change] = []
        var instant = range.lowerBound
        var before = offset(at: instant)
        while instant < range.upperBound {
            let next = min(instant + 5 * 86_400, range.upperBound)
            let after = offset(at: next)
            if after != before {
                // The first second with the new offset lies in low+1 ... high.
                var low = instant
                var high = next
                while high - low > 1 {
                    let middle = low + (high - low) / 2
                    if offset(at: middle) == before { low = middle } else { high = middle }
                }
                changes.append(Change(instant: high, before: before, after: offset(at: high)))
            }
            before = after
            instant = next
        }
        return changes
    }

    /// The table that leads from UTC to local time, reaching two years past the last step so that
    /// forecasts find their calendar.
    func offsets(start: Int64, end: Int64) -> [TimeGrid.Offset] {
        let reach = start...(max(end, start) + 2 * 366 * 86_400)
        return [TimeGrid.Offset(instant: start, seconds: offset(at: start))]
            + changes(in: reach).map { TimeGrid.Offset(instant: $0.instant, seconds: $0.after) }
    }

    /// Changes whose local clock times touch `range` (seconds of the local clock).
    func localChanges(in range: ClosedRange<Int64>) -> [Change] {
        changes(in: range.lowerBound - 86_400...range.upperBound + 86_400).filter {
            $0.window.lowerBound <= range.upperBound && $0.window.upperBound > range.lowerBound
        }
    }
}
