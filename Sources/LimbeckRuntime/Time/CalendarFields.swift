/// Fields of a civil date and time (proleptic Gregorian calendar), from seconds since 1970.
public struct CalendarFields: Hashable, Sendable {
    public var year, month, day, hour, minute, second: Int
    /// Monday is 0, Sunday 6.
    public var weekday: Int
    /// January 1st is 0.
    public var dayOfYear: Int

    public var hourOfWeek: Int { weekday * 24 + hour }

    /// Seconds further than this from 1970 (2.2 million years) are taken as this far.
    static let farthest: Int64 = 1 << 46

    static func bounded(_ seconds: Int64) -> Int64 { min(max(seconds, -farthest), farthest) }

    /// Days-to-civil as in Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    public init(_ seconds: Int64) {
        let (days, rest) = Self.split(Self.bounded(seconds))
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        weekday = ((days + 3) % 7 + 7) % 7
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfMarchYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfMarchYear + 2) / 153
        day = dayOfMarchYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let isLeap = yearOfEra % 4 == 0 && (yearOfEra % 100 != 0 || yearOfEra == 0)
        // March 1st is day 59 of a year, or 60; January 1st is day 306 from March.
        dayOfYear = dayOfMarchYear >= 306 ? dayOfMarchYear - 306 : dayOfMarchYear + (isLeap ? 60 : 59)
    }

    /// Days since 1970, rounded down, and seconds of that day, without a division of 64 bits.
    private static func split(_ seconds: Int64) -> (days: Int, seconds: Int) {
        let past: UInt32 = 815_000_000
        let value = UInt64(bitPattern: seconds &+ Int64(past) * 86_400)
        // 86 400 = 675 × 128: long division by 675 in digits of 16 bits.
        let high = value >> 7
        var quotient: UInt32 = 0
        var rest: UInt32 = 0
        var digits = 3
        while digits > 0 {
            digits -= 1
            rest = rest << 16 | UInt32(truncatingIfNeeded: high >> UInt64(digits * 16)) & 0xffff
            quotient = quotient << 16 | rest / 675
            rest %= 675
        }
        return (
            Int(Int32(bitPattern: quotient &- past)),
            Int(rest << 7 | UInt32(truncatingIfNeeded: value) & 127)
        )
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
