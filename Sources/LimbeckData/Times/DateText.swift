import LimbeckSeries

/// Dates as people write them beside ISO 8601: `13/02/2024 18:30`, `2/13/2024 6:30 PM`, `01.03.2024`, `13-Feb-2024`,
/// `Feb 13, 2024`, `2024/3/1`; weeks, `2024-W07` and `2024-W07-3`; and months and quarters, which stand for their first
/// day: `2024-02`, `02/2024`, `2024M02`, `Feb 2024`, `2024-Q1`, `Q1 2024`.
struct DateText {
    /// What comes first in three numbers that end with a year.
    enum Order: String, Hashable, Sendable { case dayFirst, monthFirst }

    /// Nil reads none where it matters.
    var order: Order?
    /// Are three numbers of two digits, with no dots between them, read with the year last?
    var endsWithShortYear = false

    func stamp(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        var scanner = DateScanner(text: text)
        if let days = scanner.period() {
            return scanner.isAtEnd ? Timestamp(seconds: days * 86_400, isAbsolute: false) : nil
        }
        guard let days = scanner.week() ?? scanner.date(order, endsWithShortYear) else { return nil }
        return scanner.clock(after: days)
    }

    /// Does the date have a year of two digits?
    static func hasShortYear(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var scanner = DateScanner(text: text)
        guard let parts = scanner.parts() else { return false }
        return parts.allSatisfy { $0.digits <= 2 }
    }

    /// The two numbers before a year, and what stands between them; nil for dates that are written otherwise.
    static func pair(_ text: UnsafeBufferPointer<UInt8>) -> (first: Int, second: Int, mark: UInt8)? {
        var scanner = DateScanner(text: text)
        guard let parts = scanner.parts(), parts.allSatisfy({ !$0.isMonth }), parts[0].digits < 3 else { return nil }
        return (parts[0].value, parts[1].value, scanner.mark)
    }

    /// Is this a date, whichever order it may have?
    static func isDate(_ text: String) -> Bool {
        var copy = text
        return copy.withUTF8 { text in
            [Order.dayFirst, .monthFirst].contains {
                DateText(order: $0, endsWithShortYear: true).stamp(text) != nil
            }
        }
    }
}

private struct DateScanner {
    let text: UnsafeBufferPointer<UInt8>
    var index = 0
    /// The separator behind the first part.
    var mark: UInt8 = 0

    struct Part {
        var value, digits: Int
        var isMonth = false
    }

    init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { index == text.count }

    private var byte: UInt8? { index < text.count ? text[index] : nil }
    private static func isLetter(_ byte: UInt8) -> Bool { byte | 32 >= 97 && byte | 32 <= 122 || byte >= 128 }

    private mutating func number(atMost most: Int = 4) -> Part? {
        var value = 0, digits = 0
        while let byte, byte &- 48 < 10, digits < most + 1 {
            value = value * 10 + Int(byte &- 48)
            digits += 1
            index += 1
        }
        return digits > 0 && digits <= most ? Part(value: value, digits: digits) : nil
    }

    private mutating func word() -> String {
        let start = index
        while let byte, Self.isLetter(byte) { index += 1 }
        return String(decoding: text[start..<index], as: UTF8.self).lowercased()
    }

    private mutating func skip(_ marks: String) {
        while let byte, marks.utf8.contains(byte) { index += 1 }
    }

    // MARK: Dates

    /// `2024-02`, `02/2024`, `2024M02`, `Feb 2024`, `2024-Q1`, `Q1 2024`: days since 1970 of the period's first; nil, with
    /// nothing read, for all else.
    mutating func period() -> Int64? {
        let start = index
        if let days = twoParts(), isAtEnd { return days }
        index = start
        return nil
    }

    private mutating func twoParts() -> Int64? {
        var year: Int?, month: Int?, isNamed = false
        while !isAtEnd, year == nil || month == nil {
            let start = index
            if year != nil || month != nil { skip("-/., ") }
            guard let byte else { return nil }
            if byte &- 48 < 10 {
                // Numbers with a point, a comma or a blank between them are one.
                let mark = text[start]
                guard isNamed || index == start || index == start + 1 && (mark == 45 || mark == 47),
                    let part = number()
                else { return nil }
                if part.digits == 4, year == nil {
                    year = part.value
                } else if part.digits <= 2, month == nil {
                    month = part.value
                } else {
                    return nil
                }
            } else {
                let name = word()
                guard month == nil else { return nil }
                isNamed = true
                if name == "q" {
                    guard let quarter = number(atMost: 1), (1...4).contains(quarter.value) else { return nil }
                    month = quarter.value * 3 - 2
                } else if name == "m" {
                    guard year != nil, let part = number(atMost: 2), part.digits == 2 else { return nil }
                    month = part.value
                } else if let named = Self.month(name) {
                    month = named
                } else {
                    return nil
                }
            }
        }
        guard let year, let month, (1500...2200).contains(year), (1...12).contains(month) else { return nil }
        return CalendarFields.days(year: year, month: month, day: 1)
    }

    /// `2024-W07`, `2024W07-3`: days since 1970 of the week's Monday, or its day.
    mutating func week() -> Int64? {
        let start = index
        guard let year = number(), year.digits == 4 else {
            index = start
            return nil
        }
        if byte == 45 { index += 1 }
        guard let letter = byte, letter | 32 == 119 else {
            index = start
            return nil
        }
        index += 1
        guard let week = number(atMost: 2), week.digits == 2 else { return nil }
        var weekday = 1
        if byte == 45 {
            index += 1
            guard let day = number(atMost: 1), (1...7).contains(day.value) else { return nil }
            weekday = day.value
        }
        return CalendarFields.days(isoYear: year.value, week: week.value).map { $0 + Int64(weekday - 1) }
    }

    /// Day, month and year in the order they stand, a month maybe by name.
    mutating func parts() -> [Part]? {
        var parts: [Part] = []
        skip(" ")
        while parts.count < 3 {
            guard let byte else { return nil }
            if byte &- 48 < 10 {
                guard let number = number() else { return nil }
                parts.append(number)
                // English ordinals: 1st, 2nd, 3rd, 4th.
                if index + 1 < text.count, Self.isLetter(text[index]), parts.count < 3 {
                    let before = index
                    if !["st", "nd", "rd", "th"].contains(word()) { index = before }
                }
            } else if Self.isLetter(byte) {
                let name = word()
                if let month = Self.month(name) {
                    guard !parts.contains(where: \.isMonth) else { return nil }
                    parts.append(Part(value: month, digits: 0, isMonth: true))
                } else {
                    guard parts.isEmpty, Self.weekdays.contains(String(name.prefix(3))) else { return nil }
                }
            } else {
                return nil
            }
            guard parts.count < 3 else { break }
            let before = index
            skip("-/., ")
            guard index > before || (self.byte.map(Self.isLetter) ?? false) || parts.last?.isMonth == true else {
                return nil
            }
            if parts.count == 1, mark == 0 { mark = text[before] }
        }
        return parts
    }

    mutating func date(_ order: DateText.Order?, _ endsWithShortYear: Bool) -> Int64? {
        guard let parts = parts() else { return nil }
        var year: Part, month: Int, day: Int
        if let named = parts.firstIndex(where: \.isMonth) {
            month = parts[named].value
            var others = parts
            others.remove(at: named)
            let yearIsFirst = others[0].digits == 4
            year = others[yearIsFirst ? 0 : 1]
            day = others[yearIsFirst ? 1 : 0].value
        } else if parts[0].digits == 4 {
            (year, month, day) = (parts[0], parts[1].value, parts[2].value)
        } else {
            guard let order, parts[0].digits <= 2, parts[1].digits <= 2 else { return nil }
            year = parts[2]
            (day, month) = (parts[0].value, parts[1].value)
            if order == .monthFirst { swap(&day, &month) }
        }
        guard [2, 4].contains(year.digits) else { return nil }
        // Of three numbers of two digits any may be the year, but between dots, where it is the last.
        guard year.digits == 4 || parts.contains(where: \.isMonth) || mark == 46 || endsWithShortYear else {
            return nil
        }
        let full = year.digits == 4 ? year.value : ShortYear.full(year.value)
        guard (1...12).contains(month), day >= 1, day <= CalendarFields.length(ofMonth: month, year: full) else {
            return nil
        }
        return CalendarFields.days(year: full, month: month, day: day)
    }

    private static let weekdays: Set = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// By English names, or those of German, French and Spanish that differ in their first letters.
    private static func month(_ name: String) -> Int? {
        guard name.count >= 3 else { return nil }
        let start = String(name.prefix(3))
        let english = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        if let month = english.firstIndex(of: start) { return month + 1 }
        if name.hasPrefix("juil") { return 7 }
        if name.hasPrefix("juin") { return 6 }
        let others = [
            "mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "fév": 2, "fev": 2, "avr": 4, "aoû": 8, "aou": 8,
            "déc": 12,
            "ene": 1, "abr": 4, "ago": 8, "dic": 12,
        ]
        return others[start]
    }

    // MARK: The clock

    /// A time of day and an offset after the date, or neither.
    mutating func clock(after days: Int64) -> Timestamp? {
        skip(" ,")
        if let byte, byte | 32 == 116 { index += 1 }
        skip(" ")
        guard byte != nil else { return Timestamp(seconds: days * 86_400, isAbsolute: false) }
        guard let first = number(atMost: 2) else { return nil }
        var hour = first.value, minute = 0, second = 0, hasFraction = false, hasMinutes = false
        if byte == 58 {
            index += 1
            hasMinutes = true
            guard let part = number(atMost: 2), part.digits == 2, part.value < 60 else { return nil }
            minute = part.value
            if byte == 58 {
                index += 1
                guard let part = number(atMost: 2), part.digits == 2, part.value <= 60 else { return nil }
                second = part.value
                if byte == 46 || byte == 44 {
                    index += 1
                    let start = index
                    while let byte, byte &- 48 < 10 {
                        hasFraction = hasFraction || byte != 48
                        index += 1
                    }
                    guard index > start else { return nil }
                }
            }
        }
        skip(" ")
        if let byte, byte | 32 == 97 || byte | 32 == 112 {
            let half = word().filter { $0 != "." }
            if self.byte == 46 { index += 1 }
            if let byte = self.byte, byte | 32 == 109 {
                index += 1
                if self.byte == 46 { index += 1 }
            }
            guard ["am", "pm", "a", "p"].contains(half), (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (half.hasPrefix("p") ? 12 : 0)
        } else {
            guard hasMinutes else { return nil }
        }
        guard hour < 24 || hour == 24 && minute == 0 && second == 0 else { return nil }
        let local = days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        skip(" ")
        guard byte != nil else { return Timestamp(seconds: local, isAbsolute: false, hasFraction: hasFraction) }
        guard let offset = offset(), index == text.count else { return nil }
        return Timestamp(seconds: local - offset, isAbsolute: true, hasFraction: hasFraction)
    }

    /// Seconds east of Greenwich.
    private mutating func offset() -> Int64? {
        guard let sign = byte else { return nil }
        if Self.isLetter(sign) { return ["z", "utc", "gmt"].contains(word()) ? 0 : nil }
        guard sign == 43 || sign == 45 else { return nil }
        index += 1
        guard let whole = number() else { return nil }
        var (hours, minutes) = whole.digits > 2 ? (whole.value / 100, whole.value % 100) : (whole.value, 0)
        if byte == 58 {
            index += 1
            guard let part = number(atMost: 2) else { return nil }
            minutes = part.value
        }
        guard hours <= 18, minutes < 60 else { return nil }
        hours = hours * 3600 + minutes * 60
        return Int64(sign == 45 ? -hours : hours)
    }
}

extension CalendarFields {
    /// Days since 1970 of the Monday of an ISO 8601 week; nil where the year has no such week.
    static func days(isoYear year: Int, week: Int) -> Int64? {
        // The week of January 4 is the first; 1970 began on a Thursday.
        func monday(_ year: Int) -> Int64 {
            let fourth = days(year: year, month: 1, day: 4)
            return fourth - ((fourth + 3) % 7 + 7) % 7
        }
        let day = monday(year) + Int64(7 * (week - 1))
        return week >= 1 && day < monday(year + 1) ? day : nil
    }
}
