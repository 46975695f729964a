/// Regular times: `start + index × step`, in seconds.
///
/// Two clocks exist because two kinds of file exist. A file whose stamps carry an offset (or `Z`)
/// is kept on the `utc` clock, and `offsets` says how to get to local time. A file of bare local
/// stamps is kept on the `local` clock: hours of the day are exact, and daylight saving shows as
/// one missing and one repeated hour a year (see `Documentation/Decisions.md`).
public struct TimeGrid: Hashable, Sendable {
    public enum Clock: String, Hashable, Sendable { case utc, local }

    /// From `instant` (seconds on the grid's clock) on, local time is `seconds` ahead.
    public struct Offset: Hashable, Sendable {
        public var instant: Int64
        public var seconds: Int

        public init(instant: Int64, seconds: Int) {
            self.instant = instant
            self.seconds = seconds
        }
    }

    /// Seconds since 1970-01-01T00:00 on `clock` of the first step.
    public var start: Int64
    /// Seconds between steps; positive.
    public var step: Int64
    public var count: Int
    /// IANA name, for example `Pacific/Auckland`; empty when unknown.
    public var zone: String
    public var clock: Clock
    /// Ascending; empty on the local clock and for UTC data without a zone.
    public var offsets: [Offset]

    public init(
        start: Int64, step: Int64, count: Int, zone: String = "", clock: Clock = .utc,
        offsets: [Offset] = []
    ) {
        precondition(step > 0, "TimeGrid: step must be positive, not \(step)")
        self.start = start
        self.step = step
        self.count = count
        self.zone = zone
        self.clock = clock
        self.offsets = offsets
    }

    /// Seconds since 1970 on the grid's clock; defined beyond `count`, for forecasts.
    public func instant(_ index: Int) -> Int64 { start + Int64(index) * step }

    /// The step whose instant is `instant`, or nil when it lies between steps.
    public func index(of instant: Int64) -> Int? {
        let distance = instant - start
        return distance % step == 0 ? Int(distance / step) : nil
    }

    /// Seconds since 1970 of the local wall clock at `index`.
    public func localSeconds(_ index: Int) -> Int64 {
        let now = instant(index)
        let offset = offsets.last { $0.instant <= now } ?? offsets.first
        return now + Int64(offset?.seconds ?? 0)
    }

    /// Calendar fields of the local wall clock at `index`.
    public func local(_ index: Int) -> CalendarFields { CalendarFields(localSeconds(index)) }
}

/// Fields of a civil date and time (proleptic Gregorian calendar), from seconds since 1970.
public struct CalendarFields: Hashable, Sendable {
    public var year, month, day, hour, minute, second: Int
    /// Monday is 0, Sunday 6.
    public var weekday: Int
    /// January 1st is 0.
    public var dayOfYear: Int

    public var hourOfWeek: Int { weekday * 24 + hour }

    /// Days-to-civil as in Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    public init(_ seconds: Int64) {
        let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
        let rest = Int(seconds - days * 86_400)
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        weekday = Int(((days + 3) % 7 + 7) % 7)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfMarchYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfMarchYear + 2) / 153
        day = Int(dayOfMarchYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        dayOfYear = Int(days - Self.days(year: year, month: 1, day: 1))
    }

    /// Days since 1970-01-01 of a civil date.
    public static func days(year: Int, month: Int, day: Int) -> Int64 {
        let y = Int64(month <= 2 ? year - 1 : year)
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
