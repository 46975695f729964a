/// How one step follows the other on the local clock, where time is not a clock that ticks evenly.
public enum Spacing: Hashable, Sendable {
    /// Every `step` seconds.
    case regular
    /// Every so many calendar months (3 is a quarter, 12 a year), on this day or the month's last where it is shorter.
    case months(Int, day: Int)
    /// While a week is open, as trading days and office hours are: at these seconds since Monday 00:00, ascending.
    case week([Int32])

    static let weekSeconds: Int64 = 604_800
    /// From 1970, a Thursday, back to the Monday before.
    private static let monday: Int64 = 3 * 86_400

    /// The number of the step that a local wall clock of `local` seconds since 1970 lies in.
    ///
    /// Steps of months begin with the first day of one.
    public func ordinal(local: Int64, step: Int64) -> Int64 {
        switch self {
        case .regular: return Self.floored(local, step).quotient
        case .months(let count, _):
            let fields = CalendarFields(local)
            return Self.floored(Int64(fields.year) * 12 + Int64(fields.month - 1), Int64(count)).quotient
        case .week(let opens):
            let (week, second) = Self.floored(local &+ Self.monday, Self.weekSeconds)
            var passed = 0
            while passed < opens.count, Int64(opens[passed]) <= second { passed += 1 }
            return week * Int64(opens.count) + Int64(passed) - 1
        }
    }

    /// The local wall clock at which a step begins, or of months the day that stands for it.
    public func local(ordinal: Int64, step: Int64) -> Int64 {
        switch self {
        case .regular: return ordinal &* step
        case .months(let count, _):
            let (year, month) = Self.floored(ordinal * Int64(count), 12)
            let first = CalendarFields.days(year: Int(year), month: Int(month) + 1, day: 1)
            return local(0, from: first * 86_400, step: step)
        case .week(let opens):
            let (week, place) = Self.floored(ordinal, Int64(opens.count))
            return week * Self.weekSeconds - Self.monday + Int64(opens[Int(place)])
        }
    }

    /// The local wall clock so many steps away from `local`, which keeps its time of the day.
    public func local(_ steps: Int64, from local: Int64, step: Int64) -> Int64 {
        switch self {
        case .regular: return local &+ steps &* step
        case .months(let count, let wanted):
            let fields = CalendarFields(local)
            let month = Int64(fields.year) * 12 + Int64(fields.month - 1) + steps * Int64(count)
            let (year, number) = Self.floored(month, 12)
            let first = CalendarFields.days(year: Int(year), month: Int(number) + 1, day: 1)
            let next = Self.floored(month + 1, 12)
            let length = CalendarFields.days(year: Int(next.quotient), month: Int(next.rest) + 1, day: 1) - first
            let day = min(Int64(wanted), length) - 1
            return (first + day) * 86_400 + Int64(fields.secondOfDay)
        case .week: return self.local(ordinal: ordinal(local: local, step: step) + steps, step: step)
        }
    }

    /// Division that rounds down.
    static func floored(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
