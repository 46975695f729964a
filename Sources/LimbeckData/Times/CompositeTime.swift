import LimbeckSeries

/// A time in several columns: a date with hour, minute and second beside it, or year, month, day and so on.
enum CompositeTime {
    /// Nil when the texts make no time. A second column named like a week, beside a year, holds weeks of ISO 8601.
    static func stamp(_ texts: [String], names: [String], _ parser: TimeParser) -> Timestamp? {
        guard let first = texts.first else { return nil }
        if texts.count == 2, let year = whole(first),
            weekNames.contains(CSVHeader.plain(names[1]))
        {
            guard let week = whole(texts[1]), let year = fullYear(year),
                let day = CalendarFields.days(isoYear: year, week: week)
            else { return nil }
            return Timestamp(seconds: day * 86_400, isAbsolute: false)
        }
        if Double(first) == nil || first.count == 8, let date = parser.stamp(first), !date.isAbsolute {
            guard let clock = clock(texts.dropFirst()) else { return nil }
            return Timestamp(seconds: date.seconds + clock, isAbsolute: false, hasFraction: date.hasFraction)
        }
        let fields = texts.prefix(3).compactMap(whole)
        guard fields.count == min(3, texts.count), let year = fields.first.flatMap(fullYear) else {
            return nil
        }
        let month = fields.count > 1 ? fields[1] : 1, day = fields.count > 2 ? fields[2] : 1
        guard (1...12).contains(month), (1...CalendarFields.length(ofMonth: month, year: year)).contains(day),
            let clock = clock(texts.dropFirst(3))
        else { return nil }
        let days = CalendarFields.days(year: year, month: month, day: day)
        return Timestamp(seconds: days * 86_400 + clock, isAbsolute: false)
    }

    static let weekNames: Set = ["week", "isoweek", "epiweek", "kw", "weeknumber", "woche"]

    /// A year of two digits is the last one that is not to come: 61 is 1961, 24 is 2024.
    private static func fullYear(_ year: Int) -> Int? {
        if (0..<100).contains(year) { return year + (year <= lastShortYear ? 2000 : 1900) }
        return (1500...2200).contains(year) ? year : nil
    }

    private static let lastShortYear = 30

    /// An hour as `clock` reads one.
    static func isHour(_ text: String) -> Bool { clock([text]) != nil }

    /// Seconds in hour, minute and second, in "06:30", or in the four digits "0630"; hour 24 is the next midnight.
    private static func clock(_ texts: ArraySlice<String>) -> Int64? {
        guard var first = texts.first else { return 0 }
        // "6:00-6:59" is the hour from six.
        if texts.count == 1, let dash = first.firstIndex(where: { "-–".contains($0) }), first.contains(":") {
            first = String(first[..<dash].filter { $0 != " " })
        }
        if first.contains(":") {
            guard texts.count == 1,
                let stamp = Timestamp("1970-01-01T" + (first.count == 4 || first.count == 7 ? "0" : "") + first)
            else { return nil }
            return stamp.seconds
        }
        let numbers = texts.compactMap(whole)
        guard numbers.count == texts.count, numbers.count <= 3 else { return nil }
        var hour = numbers[0]
        var rest = numbers.dropFirst()
        if hour > 24, rest.isEmpty {
            rest = [hour % 100]
            hour /= 100
        }
        guard (0...24).contains(hour), rest.allSatisfy({ (0..<60).contains($0) }),
            hour < 24 || rest.allSatisfy({ $0 == 0 })
        else { return nil }
        return Int64(hour * 3600 + (rest.first ?? 0) * 60 + (rest.dropFirst().first ?? 0))
    }

    /// A whole number, also where a writer made it "7.0".
    private static func whole(_ text: String) -> Int? {
        Double(text).flatMap { Int(exactly: $0) }
    }
}
