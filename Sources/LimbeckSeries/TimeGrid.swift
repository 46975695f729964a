// The calendar and the scaler are part of this vocabulary; the device below needs them too.
@_exported public import LimbeckRuntime

/// The times of a series' steps: every `step` seconds, every so many months, or the observed rows themselves.
///
/// Two clocks exist because two kinds of file exist. A file whose stamps carry an offset (or `Z`)
/// is kept on the `utc` clock, and `offsets` says how to get to local time. A file of bare local
/// stamps is kept on the `local` clock: hours of the day are exact, and daylight saving shows as
/// one missing and one repeated hour a year (see `Documentation/Decisions.md`).
public struct TimeGrid: Hashable, Sendable {
    public typealias Clock = LocalTime.Clock
    public typealias Offset = LocalTime.Offset

    /// Seconds since 1970-01-01T00:00 on `clock` of the first step.
    public var start: Int64
    /// Seconds between steps, positive: exact where `spacing` is regular, else the usual distance (a mean month's where
    /// steps are months, that of open steps where a week has closed times).
    public var step: Int64
    public var count: Int
    /// IANA name, for example `Pacific/Auckland`; empty when unknown.
    public var zone: String
    public var clock: Clock
    /// Ascending; empty on the local clock and for UTC data without a zone.
    public var offsets: [Offset]
    /// How steps follow each other beyond those that are known, as a device reckons.
    public var spacing: Spacing
    /// The instants of the steps where these are the rows that were observed; empty where `spacing` gives them.
    public var rows: [Int64]

    public init(
        start: Int64, step: Int64, count: Int, zone: String = "", clock: Clock = .utc,
        offsets: [Offset] = [], spacing: Spacing = .regular, rows: [Int64] = []
    ) {
        precondition(step > 0, "TimeGrid: step must be positive, not \(step)")
        precondition(rows.isEmpty || rows.count == count, "TimeGrid: \(rows.count) rows of \(count) steps")
        self.start = start
        self.step = step
        self.count = count
        self.zone = zone
        self.clock = clock
        self.offsets = offsets
        self.spacing = spacing
        self.rows = rows
    }

    /// Seconds of a mean month of the Gregorian calendar.
    public static let monthSeconds: Int64 = 31_556_952 / 12

    /// Are steps `step` seconds apart without exception?
    public var isRegular: Bool { spacing == .regular && rows.isEmpty }

    var time: LocalTime { LocalTime(clock: clock, zone: zone, offsets: offsets) }

    // MARK: Instants

    /// The instant at which the local clock shows so many seconds.
    public func instant(local: Int64) -> Int64 { time.instant(local: local) }

    /// Seconds since 1970 on the grid's clock; defined beyond `count`, for forecasts.
    public func instant(_ index: Int) -> Int64 {
        if rows.isEmpty { return instant(index, from: start) }
        if rows.indices.contains(index) { return rows[index] }
        let edge = index < 0 ? 0 : rows.count - 1
        return instant(index - edge, from: rows[edge])
    }

    /// The instant so many steps away from another, as `spacing` says.
    private func instant(_ steps: Int, from origin: Int64) -> Int64 {
        guard spacing != .regular, steps != 0 else { return origin + Int64(steps) * step }
        return time.instant(local: spacing.local(Int64(steps), from: time.seconds(at: origin), step: step))
    }

    /// The step whose instant is `instant`, or nil when it lies between steps.
    public func index(of instant: Int64) -> Int? {
        if let first = rows.first, let last = rows.last {
            if instant < first { return index(of: instant, from: first, at: 0) }
            if instant > last { return index(of: instant, from: last, at: rows.count - 1) }
            var low = 0, high = rows.count - 1
            while low < high {
                let middle = (low + high) / 2
                if rows[middle] < instant { low = middle + 1 } else { high = middle }
            }
            return rows[low] == instant ? low : nil
        }
        return index(of: instant, from: start, at: 0)
    }

    private func index(of instant: Int64, from origin: Int64, at index: Int) -> Int? {
        guard spacing != .regular else {
            let distance = instant - origin
            return distance % step == 0 ? index + Int(distance / step) : nil
        }
        let steps =
            spacing.ordinal(local: time.seconds(at: instant), step: step)
            - spacing.ordinal(local: time.seconds(at: origin), step: step)
        return self.instant(Int(steps), from: origin) == instant ? index + Int(steps) : nil
    }

    // MARK: The local clock

    /// Seconds since 1970 of the local wall clock at `index`.
    public func localSeconds(_ index: Int) -> Int64 {
        LocalTime.seconds(at: instant(index), offsets: offsets)
    }

    /// The local wall clock so many steps from the step `origin` as a device reckons, which knows the origin and how steps
    /// follow each other, not which rows there were.
    public func localSeconds(_ steps: Int, from origin: Int) -> Int64 {
        guard spacing != .regular else { return time.seconds(at: instant(origin) + Int64(steps) * step) }
        return spacing.local(Int64(steps), from: localSeconds(origin), step: step)
    }

    /// Calendar fields of the local wall clock at `index`.
    public func local(_ index: Int) -> CalendarFields { CalendarFields(localSeconds(index)) }

    // MARK: Lengths

    /// Mean seconds from one step to the next: `step` on a regular grid.
    public var meanStep: Double {
        isRegular || count < 2 ? Double(step) : Double(instant(count - 1) - instant(0)) / Double(count - 1)
    }

    /// How many steps are nearest to so many seconds, those of a day and a week as they are open; 1 at least.
    public func steps(in seconds: Int64) -> Int {
        if case .week(let opens) = spacing, seconds % 86_400 == 0 {
            if seconds % 604_800 == 0 { return opens.count * Int(seconds / 604_800) }
            if seconds == 86_400 { return opens.count / Set(opens.map { $0 / 86_400 }).count }
        }
        return isRegular ? max(1, Int(seconds / step)) : max(1, Int((Double(seconds) / meanStep).rounded()))
    }

    /// Seconds from the first step to the end of the last.
    public var length: Double { Double(count) * meanStep }
}
