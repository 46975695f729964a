public import LimbeckSeries

/// Times and durations as people write them.
public enum TimeText {
    /// "2024-03-01T06:00", with seconds only where they are not zero.
    public static func stamp(_ seconds: Int64) -> String {
        let fields = CalendarFields(seconds)
        let date = "\(padded(fields.year, 4))-\(padded(fields.month))-\(padded(fields.day))"
        let clock = "\(padded(fields.hour)):\(padded(fields.minute))"
        return "\(date)T\(clock)" + (fields.second == 0 ? "" : ":\(padded(fields.second))")
    }

    /// The stamp of step `index` as its grid's clock spells it: bare when local, with `Z` in UTC.
    public static func stamp(_ grid: TimeGrid, _ index: Int) -> String {
        stamp(grid.instant(index)) + (grid.clock == .utc ? "Z" : "")
    }

    /// Seconds in "1h", "5min", "30s", "1d", "2w" or "90" (seconds); nil for anything else and
    /// for more than ten years.
    public static func duration(_ text: String) -> Int64? {
        let trimmed = text.filter { $0 != " " }.lowercased()
        let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count > 0, count < 1_000_000_000 else { return nil }
        let unit: Int64
        switch trimmed.dropFirst(digits.count) {
        case "", "s", "sec", "second", "seconds": unit = 1
        case "m", "min", "minute", "minutes", "t": unit = 60
        case "h", "hour", "hours": unit = 3600
        case "d", "day", "days": unit = 86_400
        case "w", "week", "weeks": unit = 604_800
        default: return nil
        }
        return count * unit <= longest ? count * unit : nil
    }

    /// "1 h", "5 min", "1 d": the largest unit that divides `seconds`.
    public static func duration(_ seconds: Int64) -> String {
        for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("min", 60)]
        where seconds != 0 && seconds % size == 0 {
            return "\(seconds / size) \(unit)"
        }
        return "\(seconds) s"
    }

    private static let longest: Int64 = 3653 * 86_400

    private static func padded(_ value: Int, _ width: Int = 2) -> String {
        let digits = String(abs(value))
        let zeros = String(repeating: "0", count: max(0, width - digits.count))
        return (value < 0 ? "-" : "") + zeros + digits
    }
}
