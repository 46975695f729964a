import LimbeckSeries

/// What a column may tell again of the time beside it.
enum PartOfTime {
    case year, quarter, month, week, day, dayOfYear, weekday, weekend, hour, minute

    /// Those of `columns` that tell a part of the time: by their names, and by what they hold in the first rows.
    static func columns(_ rows: CSVRows, among columns: [Int]) throws -> Set<Int> {
        guard !rows.header.times.isEmpty else { return [] }
        var parts = columns.compactMap { column in
            Self(name: CSVHeader.plain(rows.header.names[column])).map {
                (column: column, part: $0, shifts: [Int: Int]())
            }
        }
        guard !parts.isEmpty else { return [] }
        var sample = rows, seen = 0
        while seen < 100, try sample.next() {
            let fields = CalendarFields(try sample.stamp())
            seen += 1
            for index in parts.indices {
                let text = sample.scanner.text(sample.record.cells[parts[index].column])
                if let shift = parts[index].part.shift(text, fields) { parts[index].shifts[shift, default: 0] += 1 }
            }
        }
        // By the same in nearly all rows.
        return Set(parts.filter { 5 * ($0.shifts.values.max() ?? 0) >= 4 * seen }.map(\.column))
    }

    private init?(name: String) {
        switch name {
        case "year", "jahr": self = .year
        case "quarter", "quartal": self = .quarter
        case "month", "monat": self = .month
        case "week", "weekofyear", "weeknumber": self = .week
        case "day", "tag": self = .day
        case "dayofyear": self = .dayOfYear
        case "weekday", "dayofweek", "dow", "wochentag": self = .weekday
        case "isweekend": self = .weekend
        case "hour", "stunde": self = .hour
        case "minute": self = .minute
        default: return nil
        }
    }

    /// How far what is written is from what the time says, around its period: weeks begin on other days, clocks are of
    /// other zones. Nil where it is no such part. Words are taken for what the name says.
    private func shift(_ text: String, _ fields: CalendarFields) -> Int? {
        guard let number = Double(text) else { return text.contains(where: \.isLetter) ? 0 : nil }
        guard let value = Int(exactly: number), (0...2200).contains(value) else { return nil }
        func around(_ own: Int, _ count: Int) -> Int? {
            value <= count ? (value - own + 2 * count) % count : nil
        }
        let isSame: Bool
        switch self {
        case .hour: return around(fields.hour, 24)
        case .weekday: return around(fields.weekday, 7)
        // Of the month, or of the week.
        case .day: return value == fields.day ? -1 : around(fields.weekday, 7)
        case .year: isSame = value == fields.year || value == fields.year % 100
        case .quarter: isSame = value == (fields.month + 2) / 3
        case .month: isSame = value == fields.month
        // However weeks are counted.
        case .week:
            isSame = abs(value - fields.dayOfYear / 7) <= 2 || fields.dayOfYear < 14 && (51...54).contains(value)
        case .dayOfYear: isSame = value == fields.dayOfYear + 1
        case .weekend: isSame = value == (fields.weekday >= 5 ? 1 : 0)
        case .minute: isSame = value == fields.minute
        }
        return isSame ? 0 : nil
    }
}
