import LimbeckSeries

/// A moment as a file spells it.
///
/// Understood: ISO 8601 dates (`2024-03-01`, `2024/03/01`, `20240301`), with a time after `T` or
/// a blank (`06`, `06:30`, `06:30:15`, `06:30:15.25`), with an offset (`Z`, `+13`, `+13:00`,
/// `-0330`); and bare numbers, as `TimeFormat.auto` says.
struct Timestamp: Hashable {
    /// Seconds since 1970-01-01T00:00: of UTC when `isAbsolute`, of the local clock otherwise.
    /// Fractions of a second are cut off.
    var seconds: Int64
    /// Had an offset or was a count since 1970.
    var isAbsolute: Bool
    /// A fraction of a second was cut off.
    var hasFraction = false

    init(seconds: Int64, isAbsolute: Bool, hasFraction: Bool = false) {
        self.seconds = seconds
        self.isAbsolute = isAbsolute
        self.hasFraction = hasFraction
    }

    init?(_ text: String) {
        var copy = text
        guard let stamp = copy.withUTF8({ Timestamp($0) }) else { return nil }
        self = stamp
    }

    /// Nil when the text is no moment, or a date that does not exist.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var scanner = Scanner(text: text)
        if let number = TimeNumber(text) {
            guard let stamp = number.moment else { return nil }
            self = stamp
        } else if let stamp = scanner.civil() {
            self = stamp
        } else {
            return nil
        }
    }
}

/// Reads a timestamp from left to right.
private struct Scanner {
    let text: UnsafeBufferPointer<UInt8>
    var index = 0
    /// A fraction of a second other than zero was passed over.
    var hasFraction = false

    init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { index == text.count }

    mutating func civil() -> Timestamp? {
        guard let days = date() else { return nil }
        guard !isAtEnd else { return Timestamp(seconds: days * 86_400, isAbsolute: false) }
        guard take(84) || take(116) || take(32) else { return nil }
        guard let clock = timeOfDay() else { return nil }
        let local = days * 86_400 + clock
        guard !isAtEnd else { return Timestamp(seconds: local, isAbsolute: false, hasFraction: hasFraction) }
        _ = take(32)
        guard let offset = offset(), isAtEnd else { return nil }
        return Timestamp(seconds: local - offset, isAbsolute: true, hasFraction: hasFraction)
    }

    /// Days since 1970.
    private mutating func date() -> Int64? {
        guard let year = digits(4) else { return nil }
        let isBasic = index < text.count && text[index] &- 48 < 10
        let separator = index < text.count ? text[index] : 0
        if !isBasic {
            guard separator == 45 || separator == 47 else { return nil }
            index += 1
        }
        guard let month = digits(2), month >= 1, month <= 12 else { return nil }
        if !isBasic { guard take(separator) else { return nil } }
        guard let day = digits(2), day >= 1 else { return nil }
        guard day <= CalendarFields.length(ofMonth: month, year: year) else { return nil }
        return CalendarFields.days(year: year, month: month, day: day)
    }

    /// Seconds since midnight; 24:00 is the next midnight, second 60 the next minute.
    private mutating func timeOfDay() -> Int64? {
        guard let hour = digits(2), hour <= 24 else { return nil }
        var minute = 0
        var second = 0
        let hasColons = index < text.count && text[index] == 58
        if hasColons || (index < text.count && text[index] &- 48 < 10) {
            if hasColons { index += 1 }
            guard let value = digits(2), value < 60 else { return nil }
            minute = value
            let more = hasColons ? take(58) : index < text.count && text[index] &- 48 < 10
            if more {
                guard let value = digits(2), value <= 60 else { return nil }
                second = value
                if take(46) || take(44) {
                    let first = index
                    while index < text.count, text[index] &- 48 < 10 {
                        hasFraction = hasFraction || text[index] != 48
                        index += 1
                    }
                    guard index > first else { return nil }
                }
            }
        }
        guard hour < 24 || (minute == 0 && second == 0) else { return nil }
        return Int64(hour * 3600 + minute * 60 + second)
    }

    /// Seconds east of Greenwich.
    private mutating func offset() -> Int64? {
        if take(90) || take(122) { return 0 }
        let isWest = index < text.count && text[index] == 45
        guard take(43) || take(45) else { return nil }
        guard let hours = digits(2), hours <= 18 else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = take(58)
            guard let value = digits(2), value < 60 else { return nil }
            minutes = value
        }
        let seconds = Int64(hours * 3600 + minutes * 60)
        return isWest ? -seconds : seconds
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard index + count <= text.count else { return nil }
        var value = 0
        for position in index..<index + count {
            guard text[position] &- 48 < 10 else { return nil }
            value = value * 10 + Int(text[position] &- 48)
        }
        index += count
        return value
    }
}
