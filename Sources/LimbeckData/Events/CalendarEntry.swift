import LimbeckSeries

/// A VEVENT as it stands in the file, with its repetition.
struct CalendarEntry {
    private var start: Moment?
    private var end: Moment?
    private var duration: Int64?
    private var label = ""
    private var rule: RepetitionRule?
    private var without: Set<Int64> = []
    private var besides: [Moment] = []
    private var isCancelled = false
    private(set) var identifier = ""
    /// The start, of a repeating event, that this one stands in the place of.
    private(set) var replaces: Int64?

    private struct Moment {
        var seconds: Int64
        var isDate: Bool
        var zone: String
    }

    mutating func take(_ line: ContentLine, _ file: String) throws {
        switch line.name {
        case "DTSTART": start = try Self.moment(line, line.value, file)
        case "DTEND": end = try Self.moment(line, line.value, file)
        case "DURATION":
            guard let seconds = Self.duration(line.value) else {
                throw Self.refused(line, "no duration, such as PT1H", file)
            }
            duration = seconds
        case "SUMMARY": label = line.text
        case "UID": identifier = line.value
        case "RECURRENCE-ID": replaces = try Self.moment(line, line.value, file).seconds
        case "STATUS": isCancelled = line.value.uppercased() == "CANCELLED"
        case "EXDATE":
            for value in line.value.split(separator: ",") {
                without.insert(try Self.moment(line, String(value), file).seconds)
            }
        case "RDATE":
            for value in line.value.split(separator: ",") {
                besides.append(try Self.moment(line, value.split(separator: "/").first.map(String.init) ?? "", file))
            }
        case "RRULE":
            do { rule = try RepetitionRule(line.value) } catch let problem as RepetitionRule.Problem {
                throw Self.refused(line, problem.text, file)
            }
        default: break
        }
    }

    /// - Parameter replaced: starts that other entries stand in the place of.
    func events(_ file: String, replaced: Set<Int64>) throws -> [EventCalendar.Event] {
        guard let start, !isCancelled else { return [] }
        let length = duration ?? end.map { $0.seconds - start.seconds } ?? (start.isDate ? 86_400 : 0)
        var starts = [start.seconds]
        if let rule { starts = rule.starts(from: start.seconds) }
        starts = (starts + besides.map(\.seconds)).filter {
            !without.contains($0) && (replaces != nil || !replaced.contains($0))
        }
        if let end, end.seconds < start.seconds {
            throw DataError(
                .badFormat,
                "\(file): the event \(quoted(label)) of \(TimeText.stamp(start.seconds)) ends before it begins.")
        }
        return Set(starts).sorted().map { begin in
            EventCalendar.Event(
                start: begin, end: begin + max(0, length), zone: start.zone, isAllDay: start.isDate, label: label)
        }
    }

    private static func refused(_ line: ContentLine, _ what: String, _ file: String) -> DataError {
        DataError(.badFormat, "\(file), line \(line.number): \(line.name) \(quoted(line.value)) is \(what).")
    }

    private static func moment(_ line: ContentLine, _ value: String, _ file: String) throws -> Moment {
        let isDate = value.count == 8
        guard value.count == 8 || value.count == 15 || value.count == 16 && value.hasSuffix("Z"),
            let stamp = Timestamp(value)
        else { throw refused(line, "no time; write 20240301 or 20240301T060000", file) }
        return Moment(
            seconds: stamp.seconds, isDate: isDate,
            zone: value.hasSuffix("Z") ? "UTC" : isDate ? "" : line.parameters["TZID"] ?? "")
    }

    /// `P1D`, `PT1H30M`, `P2W`.
    private static func duration(_ text: String) -> Int64? {
        var seconds: Int64 = 0, number = "", hasUnit = false
        for character in text.uppercased() {
            switch character {
            case "P", "T", "+": continue
            case "0"..."9" where number.count < 9: number.append(character)
            default:
                let sizes: [Character: Int64] = ["W": 604_800, "D": 86_400, "H": 3600, "M": 60, "S": 1]
                guard let size = sizes[character], let count = Int64(number) else { return nil }
                seconds += count * size
                (number, hasUnit) = ("", true)
            }
        }
        return hasUnit && number.isEmpty ? seconds : nil
    }
}

/// An RRULE of RFC 5545: by the day, week, month or year.
struct RepetitionRule {
    struct Problem: Error { var text: String }

    private enum Frequency: String { case daily = "DAILY", weekly = "WEEKLY", monthly = "MONTHLY", yearly = "YEARLY" }

    private var frequency = Frequency.daily
    private var interval: Int64 = 1
    private var count: Int?
    private var until: Int64?
    private var months: [Int] = []
    private var monthDays: [Int] = []
    /// The weekday, from Monday as 0, that weeks begin on.
    private var weekStart = 0
    /// Weekday from Monday as 0, and which of the month, 0 for all.
    private var days: [(ordinal: Int, weekday: Int)] = []

    init(_ text: String) throws {
        var hasFrequency = false
        for part in text.uppercased().split(separator: ";") {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard sides.count == 2 else { throw Problem(text: "a rule with a part that is no KEY=VALUE") }
            let values = sides[1].split(separator: ",").map(String.init)
            guard !values.isEmpty else { throw Problem(text: "a rule whose \(sides[0]) is empty") }
            func whole(_ range: ClosedRange<Int>) throws -> [Int] {
                try values.map { text in
                    guard let value = Int(text), range.contains(value), value != 0 else {
                        throw Problem(text: "a rule whose \(sides[0]) is not understood")
                    }
                    return value
                }
            }
            switch sides[0] {
            case "FREQ":
                guard let found = Frequency(rawValue: sides[1]) else {
                    throw Problem(
                        text: "a rule that repeats \(sides[1]), of which DAILY, WEEKLY, MONTHLY and YEARLY are read")
                }
                (frequency, hasFrequency) = (found, true)
            case "INTERVAL": interval = Int64(try whole(1...10_000)[0])
            case "COUNT": count = try whole(1...1_000_000)[0]
            case "UNTIL":
                guard let stamp = Timestamp(sides[1]) else { throw Problem(text: "a rule whose UNTIL is no time") }
                until = stamp.seconds + (sides[1].count == 8 ? 86_399 : 0)
            case "BYMONTH": months = try whole(1...12)
            case "BYMONTHDAY": monthDays = try whole(-31...31)
            case "BYDAY":
                days = try values.map { text in
                    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
                    guard let weekday = names.firstIndex(of: String(text.suffix(2))) else {
                        throw Problem(text: "a rule whose BYDAY is not understood")
                    }
                    let ordinal = text.dropLast(2)
                    guard let number = ordinal.isEmpty ? 0 : Int(ordinal), abs(number) <= 5 else {
                        throw Problem(text: "a rule whose BYDAY is not understood")
                    }
                    return (number, weekday)
                }
            case "WKST":
                guard let first = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].firstIndex(of: sides[1]) else {
                    throw Problem(text: "a rule whose WKST is not understood")
                }
                weekStart = first
            default: throw Problem(text: "a rule with \(sides[0]), which is not read; list the dates instead")
            }
        }
        guard hasFrequency else { throw Problem(text: "a rule without FREQ") }
    }

    /// Starts of all repetitions, the first among them, on the same clock.
    func starts(from first: Int64) -> [Int64] {
        let clock = ((first % 86_400) + 86_400) % 86_400, firstDay = (first - clock) / 86_400
        let lastDay = CalendarFields.days(year: EventCalendar.lastYear, month: 12, day: 31)
        var found: [Int64] = []
        var period: Int64 = 0
        while true {
            guard let (begin, all) = days(of: period, from: firstDay), begin <= lastDay else { break }
            for day in all where day >= firstDay && day <= lastDay {
                let start = day * 86_400 + clock
                if let until, start > until { return found }
                found.append(start)
                if found.count == count { return found }
            }
            period += 1
        }
        return found
    }

    /// The first day of a period, and the days of it that the rule means, ascending; nil where days end.
    private func days(of period: Int64, from first: Int64) -> (begin: Int64, days: [Int64])? {
        let fields = CalendarFields(first * 86_400)
        func weekday(_ day: Int64) -> Int { Int(((day + 3) % 7 + 7) % 7) }
        switch frequency {
        case .daily:
            let day = first + period * interval
            let isMeant =
                (months.isEmpty || months.contains(CalendarFields(day * 86_400).month))
                && (days.isEmpty || days.contains { $0.weekday == weekday(day) })
            return (day, isMeant ? [day] : [])
        case .weekly:
            func sinceStart(_ weekday: Int) -> Int { (weekday - weekStart + 7) % 7 }
            let begin = first - Int64(sinceStart(weekday(first))) + 7 * period * interval
            let wanted = days.isEmpty ? [weekday(first)] : days.map(\.weekday)
            return (begin, Set(wanted.map(sinceStart)).sorted().map { begin + Int64($0) })
        case .monthly:
            let month = fields.month - 1 + Int(period * interval)
            let (year, number) = (fields.year + month / 12, month % 12 + 1)
            guard year <= EventCalendar.lastYear else { return nil }
            let begin = CalendarFields.days(year: year, month: number, day: 1)
            return (begin, months.isEmpty || months.contains(number) ? inMonth(year, number, fields.day) : [])
        case .yearly:
            let year = fields.year + Int(period * interval)
            guard year <= EventCalendar.lastYear else { return nil }
            let wanted = months.isEmpty ? [fields.month] : Set(months).sorted()
            return (
                CalendarFields.days(year: year, month: 1, day: 1), wanted.flatMap { inMonth(year, $0, fields.day) }
            )
        }
    }

    private func inMonth(_ year: Int, _ month: Int, _ usual: Int) -> [Int64] {
        let length = CalendarFields.length(ofMonth: month, year: year)
        let begin = CalendarFields.days(year: year, month: month, day: 1)
        func weekday(_ day: Int) -> Int { Int(((begin + Int64(day - 1) + 3) % 7 + 7) % 7) }
        var chosen = Set(1...length)
        if !monthDays.isEmpty {
            chosen.formIntersection(monthDays.map { $0 > 0 ? $0 : length + 1 + $0 })
        } else if days.isEmpty {
            chosen.formIntersection([usual])
        }
        if !days.isEmpty {
            chosen = chosen.filter { day in
                days.contains { one in
                    one.weekday == weekday(day)
                        && (one.ordinal == 0 || one.ordinal == (day - 1) / 7 + 1
                            || one.ordinal == -((length - day) / 7 + 1))
                }
            }
        }
        return chosen.sorted().map { begin + Int64($0 - 1) }
    }
}
