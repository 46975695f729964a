import LimbeckAnalysis
import LimbeckRuntime
import LimbeckSeries
import Testing

@testable import LimbeckData

/// Time that is not a clock: trading days, office hours, months and quarters, rows as they come.
struct CalendarTests {
    private func stamps(_ first: String, days: Int, hours: Range<Int>? = nil, where isOpen: (Int64) -> Bool) -> [Int64]
    {
        let start = Timestamp(first)?.seconds ?? 0
        return (0..<days).flatMap { day -> [Int64] in
            let date = start + Int64(day) * 86_400
            guard isOpen((date / 86_400 + 3) % 7) else { return [] }
            return hours.map { $0.map { date + Int64($0) * 3600 } } ?? [date]
        }
    }

    private func csv(_ stamps: [Int64]) -> String {
        "time,a,b\n" + stamps.enumerated().map { "\(TimeText.stamp($1)),\($0).5,\($0 % 7)\n" }.joined()
    }

    @Test func `trading days are the steps, holidays too, and the next one is a Monday`() throws {
        var days = stamps("2022-01-03", days: 7 * 20, where: { $0 < 5 })
        // A holiday, a Monday.
        days.remove(at: 25)
        let loaded = try load(csv(days)), times = loaded.series.times
        #expect(times.rows == days && times.count == 99 && times.step == 86_400)
        #expect(times.spacing == .week([0, 1, 2, 3, 4].map { $0 * 86_400 }))
        #expect(loaded.series.missingCount == 0)
        #expect(TimeText.stamp(times, times.count - 1).hasPrefix("2022-05-20"))
        #expect(TimeText.stamp(times, times.count).hasPrefix("2022-05-23"))
        #expect(TimeText.stamp(times, times.count + 4).hasPrefix("2022-05-27"))
        #expect(TimeText.stamp(times, -1).hasPrefix("2021-12-31"))
        #expect(times.index(of: times.instant(99 + 7)) == 99 + 7 && times.index(of: times.instant(-3)) == -3)
        #expect(times.index(of: times.instant(24) + 86_400) == nil)
        #expect(times.steps(in: 604_800) == 5 && times.steps(in: 86_400) == 1)
        #expect(loaded.quality.findings(.calendar).first?.message.contains("Mon–Fri") == true)
        // The device's rule reaches over the holiday as if it were a day like others.
        #expect(CalendarFields(times.localSeconds(-1, from: 25)).weekday == 0)
        #expect(times.local(24).weekday == 4)
    }

    @Test func `office hours in a zone with daylight saving are told on its clock`() throws {
        let zone = try Zone("America/New_York")
        let local = stamps("2024-02-05", days: 7 * 12, hours: 9..<17, where: { $0 < 5 })
        let text =
            "time,a\n"
            + local.enumerated().map { row, stamp in
                let offset = zone.offset(at: stamp + 5 * 3600)
                return "\(TimeText.stamp(stamp))-0\(-offset / 3600):00,\(row)\n"
            }.joined()
        let times = try load(text).series.times
        #expect(times.zone == "America/New_York" && times.clock == .utc && times.count == 12 * 40)
        guard case .week(let opens) = times.spacing else {
            Issue.record("\(times.spacing)")
            return
        }
        #expect(opens.count == 40 && opens[0] == 9 * 3600 && opens[8] == 86_400 + 9 * 3600)
        #expect(
            (0..<times.count + 80).allSatisfy { (9..<17).contains(times.local($0).hour) && times.local($0).weekday < 5 }
        )
        #expect((-40..<times.count + 80).allSatisfy { times.index(of: times.instant($0)) == $0 })
    }

    @Test func `open days are those that are, with absent ones and others counted`() throws {
        // Mondays, Wednesdays and Fridays; two holidays, and a Sunday that was worked.
        var days = stamps("2022-01-03", days: 7 * 30, where: { [0, 2, 4].contains($0) })
        days.remove(at: 40)
        days.remove(at: 40)
        days.insert(days[11] + 2 * 86_400, at: 12)
        let loaded = try load(csv(days))
        #expect(loaded.series.times.spacing == .week([0, 2, 4].map { $0 * 86_400 }) && loaded.series.times.count == 89)
        #expect(loaded.quality.findings(.calendar).first?.message.contains("Mon, Wed, Fri") == true)
        #expect(loaded.quality.findings(.gap).first?.count == 2)
        #expect(loaded.quality.findings(.calendar).contains { $0.message.contains("1 row at other times") })
        // A lunch break, and a night shift.
        let day = stamps("2022-01-03", days: 7 * 8, hours: 8..<17, where: { $0 < 5 }).filter { $0 / 3600 % 24 != 12 }
        #expect(
            try load(csv(day)).quality.findings(.calendar).first?.message.contains("Mon–Fri 08:00–11:00, 13:00–16:00")
                == true)
        let night = stamps("2022-01-03", days: 7 * 8, hours: 22..<30, where: { $0 < 5 })
        let message = try load(csv(night)).quality.findings(.calendar).first?.message ?? ""
        #expect(message.contains("Tue–Fri 00:00–05:00, 22:00–23:00"), "\(message)")
        #expect(!message.contains("Sun"), "\(message)")
    }

    @Test func `what is too short to tell is said to be`() throws {
        let short = stamps("2022-01-03", days: 12, where: { $0 < 5 })
        let loaded = try load(csv(short)) { $0.calendar = .observed }
        #expect(loaded.quality.findings(.calendar).first?.message.contains("do not last the 3 weeks") == true)
    }

    @Test func `wandering days of stated months are told`() throws {
        let ends = try load("time,a\n2024-01-31,1\n2024-02-29,2\n2024-03-29,3\n2024-04-30,4\n2024-05-31,5\n") {
            $0.step = "1mo"
        }
        #expect(ends.series.times.spacing == .months(1, day: 31))
        #expect(ends.quality.findings(.calendar).first?.message.contains("told as its last day") == true)
        #expect(TimeText.stamp(ends.series.times, 2) == "2024-03-31T00:00")
        let first = try load("time,a\n2024-01-03,1\n2024-02-28,2\n2024-03-15,3\n") { $0.step = "1mo" }
        #expect(TimeText.stamp(first.series.times, 0) == "2024-01-01T00:00")
        #expect(first.quality.findings(.calendar).first?.message.contains("told as its first day") == true)
    }

    @Test func `data with gaps at random, or of less than three weeks, stays on the clock`() throws {
        var random = CounterGenerator(seed: 3)
        let all = stamps("2022-01-01", days: 200, where: { _ in true })
        let kept = all.filter { _ in Float.random(in: 0..<1, using: &random) < 0.7 }
        #expect(try load(csv(kept)).series.times.isRegular)
        let short = stamps("2022-01-03", days: 18, where: { $0 < 5 })
        #expect(try load(csv(short)).series.times.count == 16 + 2)
        let trading = stamps("2022-01-03", days: 7 * 20, where: { $0 < 5 })
        let stated = try load(csv(trading)) { $0.calendar = .regular }
        #expect(stated.series.times.isRegular && stated.series.times.count == 20 * 7 - 2)
    }

    @Test func `rows that keep to nothing are steps where the user says so`() throws {
        let visits: [Int64] = [0, 3, 4, 5, 9, 20, 21, 22, 40].map { $0 * 86_400 + 7 }
        let loaded = try load(csv(visits)) { $0.calendar = .observed }
        #expect(loaded.series.times.rows == visits && loaded.series.times.spacing == .regular)
        #expect(loaded.series.times.instant(9) == visits[8] + 86_400)
        #expect(loaded.quality.findings(.calendar).count == 1)
        #expect(throws: DataError.self) {
            try load(csv([0, 1000, 1777, 2900, 4242, 7000, 9001, 13_333])) { $0.calendar = .regular }
        }
    }

    @Test func `months, quarters and years are steps, gaps are steps without values`() throws {
        func monthly(_ every: Int, _ day: Int, skipping: Set<Int> = []) -> String {
            let stamps = (0..<40).filter { !skipping.contains($0) }.map { index in
                let month = index * every
                let (year, number) = (1950 + month / 12, month % 12 + 1)
                return CalendarFields.days(
                    year: year, month: number, day: min(day, CalendarFields.length(ofMonth: number, year: year)))
                    * 86_400
            }
            return csv(stamps)
        }
        let months = try load(monthly(1, 1, skipping: [5, 6]))
        #expect(months.series.times.spacing == .months(1, day: 1) && months.series.times.count == 40)
        #expect(months.series.missingCount == 4)
        #expect(TimeText.stamp(months.series.times, 5) == "1950-06-01T00:00")
        #expect(TimeText.stamp(months.series.times, 40) == "1953-05-01T00:00")
        #expect(TimeText.stamp(months.series.times, -1) == "1949-12-01T00:00")
        #expect(try load(monthly(3, 15)).series.times.spacing == .months(3, day: 15))
        #expect(try load(monthly(12, 1)).series.times.spacing == .months(12, day: 1))
        let ends = try load(monthly(1, 31)).series.times
        #expect(ends.spacing == .months(1, day: 31))
        #expect((0..<40).allSatisfy { ends.index(of: ends.instant($0)) == $0 })
        #expect(TimeText.stamp(ends, 25) == "1952-02-29T00:00")
        // The same stated, for a file without times and for one whose days wander.
        let bare = try load("a,b\n1,2\n2,3\n3,4\n") { ($0.start, $0.step) = ("1949-01-31", "1mo") }
        #expect(TimeText.stamp(bare.series.times, 2) == "1949-03-31T00:00")
        let wandering = try load("time,a\n2024-01-03,1\n2024-02-28,2\n2024-04-15,3\n") { $0.step = "1 month" }
        #expect(wandering.series.times.count == 4 && wandering.series.missingCount == 1)
        let working = #expect(throws: DataError.self) {
            try load(
                "time,a\n2024-01-31,1\n2024-02-29,2\n2024-03-29,3\n2024-04-30,4\n2024-05-31,5\n2024-06-28,6\n")
        }
        #expect(working?.message.contains("say data.step: 1mo") == true, "last working days")
        let twice = #expect(throws: DataError.self) {
            try load("time,a\n2024-01-03,1\n2024-01-28,2\n2024-04-15,3\n") { $0.step = "1mo" }
        }
        #expect(twice?.message.contains("lie in one step of 1 month") == true)
    }

    @Test(arguments: ["0001-01-01", "1492-10-12", "1850-06-30", "1969-12-28", "2150-05-05", "9998-01-01"])
    func `instants far from today are read and go round`(first: String) throws {
        let start = try #require(Timestamp(first)).seconds
        for step: Int64 in [600, 3600, 86_400, 604_800] {
            let stamps = (0..<50).map { start + Int64($0) * step }
            let times = try load(csv(stamps)).series.times
            #expect(times.isRegular && times.start == start && times.step == step && times.count == 50)
            #expect(TimeText.stamp(times, 0) == first + "T00:00")
        }
    }
}
