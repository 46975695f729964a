import LimbeckSeries

/// What a bare number in a column of times means: `data.timeFormat` of a recipe.
public enum TimeFormat: String, Codable, Hashable, Sendable, CaseIterable {
    /// Digits of a calendar date (8, 10, 12 or 14 of them) or a count since 1970 that lies between 1973 and 2100;
    /// anything else is refused, since it would be a guess.
    case auto
    /// Counts since 1970-01-01T00:00Z.
    case seconds, milliseconds, microseconds, nanoseconds
    /// Days since 1899-12-30 on the local clock, with the time of day as a fraction, as spreadsheets store them.
    case excelDays
    /// Years; each stands for its first day.
    case year
    /// Years and months in six digits (`202403`), or years and weeks of ISO 8601 (`202407`); each stands for its first day.
    case yearMonth, yearWeek
    /// Numbers of steps from `data.start`, `data.step` apart.
    case index
    /// Dates like 02/03/2024 are of the second of March, or of the third of February; otherwise as `auto`.
    case dayFirst, monthFirst

    /// How many make a second; nil for what is no count since 1970.
    var perSecond: Int64? {
        switch self {
        case .seconds: 1
        case .milliseconds: 1000
        case .microseconds: 1_000_000
        case .nanoseconds: 1_000_000_000
        case .auto, .excelDays, .year, .yearMonth, .yearWeek, .index, .dayFirst, .monthFirst: nil
        }
    }
}

/// A number in a column of times, before its meaning is known.
struct TimeNumber: Hashable {
    var isNegative = false
    /// The whole part without its sign, and how many digits it was written with.
    var whole: Int64
    var digits: Int
    /// The part behind the point, below 1.
    var fraction = 0.0

    init(_ count: Int64) {
        isNegative = count < 0
        whole = count == .min ? .max : abs(count)
        digits = String(whole).count
    }

    /// Nil when the text is no decimal number of at most 19 digits.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var index = 0
        isNegative = text.first == 45
        if isNegative { index = 1 }
        let start = index
        whole = 0
        while index < text.count, text[index] &- 48 < 10 {
            let (product, isLarge) = whole.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = product.addingReportingOverflow(Int64(text[index] &- 48))
            guard !isLarge, !isLarger else { return nil }
            whole = sum
            index += 1
        }
        digits = index - start
        guard digits > 0 else { return nil }
        guard index < text.count else { return }
        guard text[index] == 46 else { return nil }
        index += 1
        var scale = 0.1
        while index < text.count, text[index] &- 48 < 10 {
            fraction += Double(text[index] &- 48) * scale
            scale /= 10
            index += 1
        }
        guard index == text.count else { return nil }
    }

    var value: Double { (isNegative ? -1 : 1) * (Double(whole) + fraction) }

    /// The count as whole seconds, rounded down.
    func moment(_ perSecond: Int64) -> Timestamp {
        let seconds = whole / perSecond
        let hasRest = whole % perSecond != 0 || fraction > 0
        return Timestamp(
            seconds: isNegative ? -seconds - (hasRest ? 1 : 0) : seconds, isAbsolute: true, hasFraction: hasRest)
    }

    /// What the number says by itself; nil where it says nothing for sure.
    var moment: Timestamp? {
        guard !isNegative else { return nil }
        if [8, 10, 12, 14].contains(digits), fraction == 0, let civil = calendarDigits { return civil }
        // From 1973 to the end of 2099: what lies outside is more likely something else.
        let units: [TimeFormat] = [.seconds, .milliseconds, .microseconds, .nanoseconds]
        for unit in units {
            guard let perSecond = unit.perSecond else { continue }
            if whole >= 100_000_000 * perSecond, whole / perSecond < 4_102_444_800 { return moment(perSecond) }
        }
        return nil
    }

    /// `YYYYMMDD` of 1500 to 2200; with two digits each of hour, minute and second, of 1900 to 2099.
    private var calendarDigits: Timestamp? {
        var parts: [Int] = []
        var rest = whole
        for _ in 0..<(digits - 4) / 2 {
            parts.insert(Int(rest % 100), at: 0)
            rest /= 100
        }
        let year = Int(rest)
        guard (digits == 8 ? 1500...2200 : 1900...2099).contains(year), parts.count >= 2, (1...12).contains(parts[0]),
            parts[1] >= 1,
            parts[1] <= CalendarFields.length(ofMonth: parts[0], year: year)
        else { return nil }
        let clock = Array(parts.dropFirst(2))
        let hour = clock.first ?? 0
        let below = clock.dropFirst()
        guard hour <= 24, below.allSatisfy({ $0 < 60 }), hour < 24 || below.allSatisfy({ $0 == 0 }) else { return nil }
        let minute = below.first ?? 0, second = below.dropFirst().first ?? 0
        let days = CalendarFields.days(year: year, month: parts[0], day: parts[1])
        return Timestamp(
            seconds: days * 86_400 + Int64(hour * 3600 + minute * 60 + second), isAbsolute: false)
    }

    /// What a number that says nothing for sure may be, each with the setting that means it.
    var guesses: String {
        var found: [String] = []
        let isWhole = fraction == 0
        if !isNegative {
            if (1500...2200).contains(whole) {
                found.append(isWhole ? "a year (data.timeFormat: year)" : "a year and its fraction (write dates)")
            }
            if (20_000...80_000).contains(whole), let days = Self.excelDay(value) {
                found.append("a spreadsheet's day, \(TimeText.stamp(days)) (data.timeFormat: excelDays)")
            }
            if digits == 6, isWhole, (1900...2100).contains(whole / 100), (1...12).contains(whole % 100) {
                found.append("a year and month (data.timeFormat: yearMonth)")
            }
            if digits == 6, isWhole, (1900...2100).contains(whole / 100), (1...53).contains(whole % 100) {
                found.append("a year and week (data.timeFormat: yearWeek)")
            }
            if digits == 7, isWhole, (1900...2100).contains(whole / 1000), (1...366).contains(whole % 1000) {
                found.append("a year and the number of its day (write dates)")
            }
            if (2_400_000...2_500_000).contains(whole) { found.append("a Julian day (write dates)") }
            if (690_000...770_000).contains(whole) { found.append("a day counted from year 0 (write dates)") }
            if isWhole, whole < 100_000_000 {
                found.append("the number of a step (data.timeFormat: index, with data.start and data.step)")
            }
        }
        let most = Int64.max / 4
        if whole < most {
            let seconds = moment(1).seconds
            let isNear = (-62_000_000_000...250_000_000_000).contains(seconds)
            found.append(
                "seconds since 1970" + (isNear ? ", \(TimeText.stamp(seconds))Z" : "") + " (data.timeFormat: seconds)")
            if whole >= 1_000_000_000_000 { found.append("a finer count (milliseconds, microseconds, nanoseconds)") }
        }
        return found.joined(separator: "; ")
    }

    /// Seconds of the local clock at a spreadsheet's day; nil beyond year 9999.
    static func excelDay(_ days: Double) -> Int64? {
        guard days > 0, days < 2_958_466 else { return nil }
        return Int64(((days - 25_569) * 86_400).rounded())
    }
}

/// Reads the cells of a time column as `data.timeFormat` says.
struct TimeParser {
    let format: TimeFormat
    /// Start and step, for `index`.
    private let ramp: UniformTimes?
    private let dates: DateText
    private let evidence: String?

    /// Throws `badConfiguration` when `index` has no start or step.
    init(_ source: DataSource, file: String, order: DateText.Order? = nil, evidence: String? = nil) throws {
        format = source.timeFormat
        self.evidence = evidence
        // Where the month is first, no number before it can be the year.
        dates = DateText(order: order, endsWithShortYear: order == .monthFirst || source.timeFormat == .dayFirst)
        guard format == .index else {
            ramp = nil
            return
        }
        guard !source.start.isEmpty, !source.step.isEmpty else {
            throw DataError(
                .badConfiguration,
                "\(file): data.timeFormat: index counts steps from a start; give data.start (such as 2024-03-01T00:00) "
                    + "and data.step (such as 5min).")
        }
        ramp = try UniformTimes(source, file: file)
    }

    init() {
        format = .auto
        ramp = nil
        dates = DateText()
        evidence = nil
    }

    /// Nil when the text is no moment.
    func stamp(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        guard format != .auto else { return Timestamp(text) ?? dates.stamp(text) }
        return TimeNumber(text).flatMap(stamp) ?? (format == .index ? nil : Timestamp(text) ?? dates.stamp(text))
    }

    /// Nil when the number is no moment, or one beyond the year 30000, where arithmetic with times would overflow.
    func stamp(_ number: TimeNumber) -> Timestamp? {
        meaning(number).flatMap { $0.seconds.magnitude < 1_000_000_000_000 ? $0 : nil }
    }

    private func meaning(_ number: TimeNumber) -> Timestamp? {
        if let perSecond = format.perSecond { return number.moment(perSecond) }
        switch format {
        case .excelDays:
            return TimeNumber.excelDay(number.value).map { Timestamp(seconds: $0, isAbsolute: false) }
        case .year:
            guard !number.isNegative, number.fraction == 0, (1...9999).contains(number.whole) else { return nil }
            let days = CalendarFields.days(year: Int(number.whole), month: 1, day: 1)
            return Timestamp(seconds: days * 86_400, isAbsolute: false)
        case .yearMonth, .yearWeek:
            guard !number.isNegative, number.fraction == 0, number.digits == 6 else { return nil }
            let (year, part) = (Int(number.whole / 100), Int(number.whole % 100))
            let days =
                format == .yearWeek
                ? CalendarFields.days(isoYear: year, week: part)
                : (1...12).contains(part) ? CalendarFields.days(year: year, month: part, day: 1) : nil
            return days.map { Timestamp(seconds: $0 * 86_400, isAbsolute: false) }
        case .index:
            guard let ramp, number.fraction == 0, number.whole < 1 << 31 else { return nil }
            return Timestamp(seconds: ramp.stamp(Int(number.value)), isAbsolute: ramp.isAbsolute)
        default: return number.moment
        }
    }

    func stamp(_ text: String) -> Timestamp? {
        var copy = text
        return copy.withUTF8 { stamp($0) }
    }

    /// Why a text is no moment and what to do, to follow its place.
    func refusal(of text: String) -> String {
        var copy = text
        let number = copy.withUTF8 { TimeNumber($0) }
        guard let number else {
            let read =
                dates.order.map {
                    " with the \($0 == .dayFirst ? "day" : "month") first\(evidence.map { ", as in \($0)" } ?? "")"
                } ?? ""
            if dates.order == .dayFirst, copy.withUTF8({ DateText.hasShortYear($0) }) {
                return
                    "\(quoted(text)) has a year of two digits, which may stand first or last; say data.timeFormat: dayFirst "
                    + "where it is last, or write times as 2024-03-01T06:00"
            }
            return "\(quoted(text)) is no time\(read); write times as 2024-03-01T06:00 or as seconds since 1970"
        }
        guard format == .auto else { return "\(quoted(text)) is no time of data.timeFormat \(format.rawValue)" }
        return "the bare number \(quoted(text)) is no time for sure; it may be \(number.guesses)"
    }
}

extension CalendarFields {
    /// Days of a month of the Gregorian calendar.
    static func length(ofMonth month: Int, year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}
