import LimbeckSeries

/// A time in several columns: a date with hour, minute and second beside it, or year, month, day and so on.
enum CompositeTime {
    /// Nil when the texts make no time. A second column named like a week or a quarter, beside a year, holds weeks of
    /// ISO 8601 or quarters.
    static func stamp(_ texts: [String], names: [String], _ parser: TimeParser) -> Timestamp? {
        guard let first = texts.first else { return nil }
        if texts.count == 2, let year = whole(first).flatMap(fullYear) {
            let name = CSVHeader.plain(names[1])
            var day: Int64?
            if weekNames.contains(name) {
                day = whole(texts[1]).flatMap { CalendarFields.days(isoYear: year, week: $0) }
            } else if quarterNames.contains(name) {
                day = quarter(texts[1]).map { CalendarFields.days(year: year, month: $0 * 3 - 2, day: 1) }
            }
            if weekNames.contains(name) || quarterNames.contains(name) {
                return day.map { Timestamp(seconds: $0 * 86_400, isAbsolute: false) }
            }
        }
        if Double(first) == nil || first.count == 8, let date = parser.stamp(first), !date.isAbsolute {
            guard let clock = clock(texts.dropFirst()) else { return nil }
            return Timestamp(seconds: date.seconds + clock, isAbsolute: false, hasFraction: date.hasFraction)
        }
        let fields = texts.prefix(3).enumerated().compactMap { $0 == 1 ? monthNumber($1) : whole($1) }
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

    static let quarterNames: Set = ["quarter", "qtr", "quartal", "trimestre", "q"]

    /// A year of two digits as `ShortYear` says, or one of 1500 to 2200.
    private static func fullYear(_ year: Int) -> Int? {
        (0..<100).contains(year) ? ShortYear.full(year) : (1500...2200).contains(year) ? year : nil
    }

    /// Is the year of two digits?
    static func hasShortYear(_ texts: [String]) -> Bool {
        guard var first = texts.first else { return false }
        return whole(first).map { texts.count > 1 && (0..<100).contains($0) }
            ?? first.withUTF8 { DateText.hasShortYear($0) }
    }

    /// A number, or a month's name.
    private static func monthNumber(_ text: String) -> Int? {
        var date = "1970 " + text
        return whole(text)
            ?? date.withUTF8 { DateText().stamp($0) }.map { CalendarFields($0.seconds).month }
    }

    /// 1 to 4, in "2", "Q2" or "2nd".
    private static func quarter(_ text: String) -> Int? {
        let digits = text.filter(\.isNumber)
        return whole(digits).flatMap { (1...4).contains($0) && text.count <= 4 ? $0 : nil }
    }

    /// An hour as `clock` reads one.
    static func isHour(_ text: String) -> Bool { clock([text]) != nil }

    static func isMidnight(_ text: String) -> Bool { clock([text]) == 0 }
    static func isFirstHour(_ text: String) -> Bool { clock([text]) == 3600 }
    static func isLastHour(_ text: String) -> Bool { clock([text]) == 23 * 3600 }

    /// A time of day with a mark that tells it from a number: "06:30", "6 PM".
    static func isClock(_ text: String) -> Bool {
        Double(text) == nil && !CSVHeader.isMoment(text) && isHour(text)
    }

    /// Seconds in hour, minute and second, in "06:30", "6:30 PM", in the four digits "0630", in "6:00-6:59" or "6-7", which
    /// are the hour from six; hour 24 is the next midnight.
    private static func clock(_ texts: ArraySlice<String>) -> Int64? {
        guard var first = texts.first else { return 0 }
        if texts.count == 1, let dash = first.firstIndex(where: { "-–".contains($0) }) {
            let start = String(first[..<dash].filter { $0 != " " })
            let end = String(first[first.index(after: dash)...].filter { $0 != " " })
            // Numbers with a dash between them are an hour where one follows the other.
            guard first.contains(":") || whole(start).flatMap({ start in whole(end).map { $0 == start + 1 } }) == true
            else { return nil }
            first = start
        }
        if first.contains(":") || first.last.map({ "mM.".contains($0) }) == true {
            guard texts.count == 1, let stamp = TimeParser().stamp("1970-01-01 " + first), !stamp.isAbsolute else {
                return nil
            }
            return stamp.seconds
        }
        let numbers = ([first] + texts.dropFirst()).compactMap(whole)
        guard numbers.count == texts.count, numbers.count <= 3 else { return nil }
        var hour = numbers[0]
        var rest = numbers.dropFirst()
        // "0630", and "630", which is no hour.
        if rest.isEmpty, first.allSatisfy(\.isNumber), first.count == 4 || first.count == 3 && hour > 24 {
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
