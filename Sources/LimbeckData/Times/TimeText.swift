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

    /// Months in "1mo", "1q" (a quarter) or "1y"; nil for anything else and for more than a century.
    static func months(_ text: String) -> Int? {
        let trimmed = text.filter { $0 != " " }.lowercased()
        let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
        let unit: Int
        switch trimmed.dropFirst(digits.count) {
        case "mo", "mon", "month", "months": unit = 1
        case "q", "quarter", "quarters": unit = 3
        case "y", "year", "years", "a": unit = 12
        default: return nil
        }
        guard let count = digits.isEmpty ? 1 : Int(digits), count > 0, count <= 1200 / unit else { return nil }
        return count * unit
    }

    /// "1 h", "1 quarter", "1 d of the open ones": how far apart the steps of a grid are.
    public static func step(_ grid: TimeGrid) -> String {
        switch grid.spacing {
        case .regular: return grid.rows.isEmpty ? duration(grid.step) : "mostly \(duration(grid.step)), as observed"
        case .months(let count, _):
            let (number, unit) =
                count % 12 == 0 ? (count / 12, "year") : count % 3 == 0 ? (count / 3, "quarter") : (count, "month")
            return "\(number) \(unit)\(number == 1 ? "" : "s")"
        case .week(let opens): return "\(duration(grid.step)), \(openTimes(opens))"
        }
    }

    /// "Mon–Fri", "Mon–Fri 09:00–17:00": when a week is open.
    static func openTimes(_ opens: [Int32]) -> String {
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let days = Dictionary(grouping: opens) { Int($0 / 86_400) }.mapValues { $0.map { $0 % 86_400 } }
        let open = days.keys.sorted()
        // Days in a row are told by the first and the last.
        var runs: [ClosedRange<Int>] = []
        for day in open {
            if let last = runs.last, last.upperBound + 1 == day {
                runs[runs.count - 1] = last.lowerBound...day
            } else {
                runs.append(day...day)
            }
        }
        let told = runs.map { $0.count == 1 ? names[$0.lowerBound] : "\(names[$0.lowerBound])–\(names[$0.upperBound])" }
        let text = told.joined(separator: ", ")
        guard let first = opens.map({ $0 % 86_400 }).min(), let last = opens.map({ $0 % 86_400 }).max(), first < last
        else {
            return text
        }
        let isSame = Set(days.values.map { $0 }).count == 1
        return "\(text) \(clock(first))–\(clock(last))\(isSame ? "" : " at the most")"
    }

    private static func clock(_ seconds: Int32) -> String {
        "\(padded(Int(seconds / 3600))):\(padded(Int(seconds / 60 % 60)))"
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
