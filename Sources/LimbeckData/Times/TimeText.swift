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
        case .week(let opens): return "\(duration(grid.step)), \(openTimes(opens, step: grid.step))"
        }
    }

    /// When a week is open: "Mon–Fri", "Mon–Fri 08:00–11:00, 13:00–17:00", of steps so many seconds apart, by their
    /// first and last.
    static func openTimes(_ opens: [Int32], step: Int64) -> String {
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        // The times of each day; days that follow each other with the same are told together.
        let days = Dictionary(grouping: opens) { Int($0 / 86_400) }.mapValues { spans($0.map { $0 % 86_400 }, step) }
        var groups: [(days: ClosedRange<Int>, times: [String])] = []
        for day in days.keys.sorted() {
            let times = days[day] ?? []
            if let last = groups.last, last.days.upperBound + 1 == day, last.times == times {
                groups[groups.count - 1].days = last.days.lowerBound...day
            } else {
                groups.append((day...day, times))
            }
        }
        // One time a day needs no clock where it is the same.
        let isDaily = Set(groups.map(\.times)).count == 1 && opens.count == days.count
        let told = groups.map { days, times in
            let name = names[days.lowerBound] + (days.count > 1 ? "–\(names[days.upperBound])" : "")
            return isDaily ? name : "\(name) \(times.joined(separator: ", "))"
        }
        return told.count > 4
            ? told.prefix(4).joined(separator: "; ") + "; …" : told.joined(separator: isDaily ? ", " : "; ")
    }

    /// "08:00–11:00" of each run of times that follow each other.
    private static func spans(_ times: [Int32], _ step: Int64) -> [String] {
        var runs: [(first: Int32, last: Int32)] = []
        for time in times {
            if let last = runs.last, Int64(time) - Int64(last.last) == step {
                runs[runs.count - 1].last = time
            } else {
                runs.append((time, time))
            }
        }
        return runs.map { $0.first == $0.last ? clock($0.first) : "\(clock($0.first))–\(clock($0.last))" }
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
