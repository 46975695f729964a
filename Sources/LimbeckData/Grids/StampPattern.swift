import LimbeckSeries

/// What distinct stamps on a local clock say of how steps follow each other, where it is not every so many seconds.
enum StampPattern {
    /// Steps of months, quarters or years: every stamp on one day of its month (or the last, where that is shorter) at
    /// one time of the day, no two in one month. Nil where a stamp is not, or there are fewer than three.
    static func months(_ stamps: [Int64]) -> Spacing? {
        guard stamps.count >= 3, let first = stamps.first, let last = stamps.last,
            last - first >= 28 * 86_400 * Int64(stamps.count - 1)
        else { return nil }
        let fields = stamps.map { CalendarFields($0) }
        let day = fields.map(\.day).max() ?? 1
        var months: [Int] = []
        for own in fields {
            guard own.day == min(day, CalendarFields.length(ofMonth: own.month, year: own.year)),
                own.hour == fields[0].hour, own.minute == fields[0].minute, own.second == fields[0].second
            else { return nil }
            months.append(own.year * 12 + own.month - 1)
        }
        var step = 0
        for (next, before) in zip(months.dropFirst(), months) {
            guard next > before else { return nil }
            step = divisor(step, next - before)
        }
        // All of them last days of their months: the last day is meant.
        let isLast = fields.allSatisfy { $0.day == CalendarFields.length(ofMonth: $0.month, year: $0.year) }
        return .months(step, day: isLast ? 31 : day)
    }

    /// Is there one stamp in each of three months or more in a row, on whatever day?
    static func isOncePerMonth(_ stamps: [Int64]) -> Bool {
        let months = stamps.map { Spacing.months(1, day: 1).ordinal(local: $0, step: 1) }
        return months.count >= 3 && zip(months.dropFirst(), months).allSatisfy { $0 == $1 + 1 }
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }

    /// The open times of a week, where stamps keep to some of its steps and leave others out: trading days, office hours.
    ///
    /// - Parameters:
    ///   - isLoose: the user says that rows are the steps, so that any pattern that holds for most will do.
    static func week(_ stamps: [Int64], step: Int64, isLoose: Bool) -> Spacing? {
        let week: Int64 = 604_800
        guard let first = stamps.first, let last = stamps.last, week % step == 0, week / step >= 2,
            week / step <= mostSteps, last - first >= leastWeeks * week
        else { return nil }
        let total = Int(week / step)
        var seen = [Int](repeating: 0, count: total)
        // From the Monday before 1970, a Thursday.
        let phase = remainder(first + 3 * 86_400, step)
        var isOff = 0
        for stamp in stamps {
            let second = remainder(stamp + 3 * 86_400, week) - phase
            if second % step == 0 { seen[Int(remainder(second, week) / step)] += 1 } else { isOff += 1 }
        }
        let weeks = Double(last - first + step) / Double(week)
        let usual = Double(seen.max() ?? 0)
        guard usual >= 0.8 * weeks.rounded(.down) || isLoose else { return nil }
        let open = seen.indices.filter { Double(seen[$0]) >= 0.5 * usual }
        let within = open.reduce(0) { $0 + seen[$1] }
        let expected = weeks * Double(open.count)
        guard open.count * 10 <= total * 9, Double(within) >= 0.98 * Double(stamps.count),
            Double(within) >= (isLoose ? 0.5 : 0.8) * expected
        else { return nil }
        return .week(open.map { Int32(Int64($0) * step + phase) }.sorted())
    }

    /// Weeks that must have been seen before a closed time is believed.
    private static let leastWeeks: Int64 = 3
    /// A week of steps of five minutes.
    private static let mostSteps: Int64 = 2016

    static func remainder(_ value: Int64, _ step: Int64) -> Int64 {
        let rest = value % step
        return rest < 0 ? rest + step : rest
    }
}
