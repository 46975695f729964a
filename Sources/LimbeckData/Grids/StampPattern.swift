import LimbeckSeries

/// What distinct stamps on a local clock say of how steps follow each other, where it is not every so many seconds.
enum StampPattern {
    // MARK: Months

    /// Steps of months, quarters or years: every stamp on one day of its month (or the last, where that is shorter) at
    /// one time of the day, no two in one month. Nil where a stamp is not, or there are fewer than three.
    static func months(_ stamps: [Int64]) -> Spacing? {
        guard stamps.count >= 3, let first = stamps.first, let last = stamps.last,
            last - first >= 28 * 86_400 * Int64(stamps.count - 1)
        else { return nil }
        let fields = stamps.map { CalendarFields($0) }
        let day = day(fields)
        guard fields.allSatisfy({ isOn(day, $0) && $0.time == fields[0].time }) else { return nil }
        let months = fields.map { $0.year * 12 + $0.month }
        var step = 0
        for (next, before) in zip(months.dropFirst(), months) {
            guard next > before else { return nil }
            step = Int(divisor(Int64(step), Int64(next - before)))
        }
        return .months(step, day: day)
    }

    /// The day that stands for a month, for stamps that need not keep to one: theirs, or the last (31) where all are
    /// among a month's last days, else the first.
    static func standingDay(_ stamps: [Int64]) -> (day: Int, isTheirs: Bool) {
        let fields = stamps.map { CalendarFields($0) }, own = day(fields)
        if fields.allSatisfy({ isOn(own, $0) }) { return (own, true) }
        return (fields.allSatisfy { $0.day >= 25 } ? 31 : 1, false)
    }

    /// The latest day, or 31 where all are the last of their months.
    private static func day(_ fields: [CalendarFields]) -> Int {
        fields.allSatisfy { $0.day == $0.monthLength } ? 31 : fields.map(\.day).max() ?? 1
    }

    private static func isOn(_ day: Int, _ fields: CalendarFields) -> Bool {
        fields.day == min(day, fields.monthLength)
    }

    /// Is there at the most one stamp a month, and mostly one in each, on whatever days?
    static func isOncePerMonth(_ stamps: [Int64]) -> Bool {
        let months = stamps.map { Spacing.months(1, day: 1).ordinal(local: $0, step: 1) }
        let steps = zip(months.dropFirst(), months).map { $0 - $1 }
        return steps.count >= 2 && steps.allSatisfy { $0 >= 1 } && 5 * steps.count { $0 == 1 } >= 4 * steps.count
    }

    // MARK: The open times of a week

    struct Week {
        /// Seconds since Monday 00:00, ascending.
        var opens: [Int32]
        /// Seconds between steps that follow each other while the week is open.
        var step: Int64

        var spacing: Spacing { .week(opens) }
    }

    /// The open times of a week, where stamps keep to some of its steps and leave others out: trading days, office hours.
    ///
    /// - Parameters:
    ///   - step: the usual distance of stamps; where they do not keep to it, the one that divides all distances.
    ///   - isLoose: the user says that rows are the steps, so that any pattern that holds for most will do.
    static func week(_ stamps: [Int64], step: Int64, isLoose: Bool) -> Week? {
        guard let first = stamps.first, let last = stamps.last, last - first >= leastWeeks * weekSeconds else {
            return nil
        }
        let common = zip(stamps.dropFirst(), stamps).reduce(weekSeconds) { divisor($0, $1.0 - $1.1) }
        for unit in Set([step, common]).sorted(by: >) {
            if let opens = opens(stamps, unit, isLoose) { return Week(opens: opens, step: unit) }
        }
        return nil
    }

    private static func opens(_ stamps: [Int64], _ step: Int64, _ isLoose: Bool) -> [Int32]? {
        guard weekSeconds % step == 0, weekSeconds / step >= 2, weekSeconds / step <= mostSteps else { return nil }
        let total = Int(weekSeconds / step)
        var seen = [Int](repeating: 0, count: total)
        // From the Monday before 1970, a Thursday.
        let phase = remainder(stamps[0] + 3 * 86_400, step)
        for stamp in stamps {
            let second = remainder(stamp + 3 * 86_400 - phase, weekSeconds)
            if second % step == 0 { seen[Int(second / step)] += 1 }
        }
        let weeks = Double(stamps[stamps.count - 1] - stamps[0] + step) / Double(weekSeconds)
        let usual = Double(seen.max() ?? 0)
        guard usual >= 0.8 * weeks.rounded(.down) || isLoose else { return nil }
        let open = seen.indices.filter { Double(seen[$0]) >= 0.5 * usual }
        let within = Double(open.reduce(0) { $0 + seen[$1] })
        guard open.count * 10 <= total * 9, within >= 0.98 * Double(stamps.count),
            within >= (isLoose ? 0.5 : 0.8) * weeks * Double(open.count)
        else { return nil }
        return open.map { Int32(Int64($0) * step + phase) }
    }

    private static let weekSeconds: Int64 = 604_800
    /// Weeks that must have been seen before a closed time is believed.
    static let leastWeeks: Int64 = 3
    /// A week of minutes.
    private static let mostSteps: Int64 = 10_080

    // MARK: Arithmetic

    static func remainder(_ value: Int64, _ step: Int64) -> Int64 {
        let rest = value % step
        return rest < 0 ? rest + step : rest
    }

    private static func divisor(_ a: Int64, _ b: Int64) -> Int64 { b == 0 ? a : divisor(b, a % b) }
}

extension CalendarFields {
    fileprivate var time: [Int] { [hour, minute, second] }
    fileprivate var monthLength: Int { Self.length(ofMonth: month, year: year) }
}
