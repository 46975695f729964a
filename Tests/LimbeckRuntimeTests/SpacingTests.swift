import Testing

@testable import LimbeckRuntime

/// Steps that do not follow each other every so many seconds.
@Suite struct SpacingTests {
    static let days = Spacing.week((0..<5).map { $0 * 86_400 })
    static let hours = Spacing.week((0..<40).map { $0 / 8 * 86_400 + (9 + $0 % 8) * 3600 })

    private func local(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0) -> Int64 {
        CalendarFields.days(year: year, month: month, day: day) * 86_400 + Int64(hour) * 3600
    }

    @Test func `by hand: months end where they end, Friday is followed by Monday`() {
        let ends = Spacing.months(1, day: 31)
        #expect(ends.local(1, from: local(2024, 1, 31, 6), step: 1) == local(2024, 2, 29, 6))
        #expect(ends.local(13, from: local(2024, 1, 31), step: 1) == local(2025, 2, 28))
        #expect(ends.local(-1, from: local(2024, 2, 29), step: 1) == local(2024, 1, 31))
        #expect(Spacing.months(3, day: 15).local(-3, from: local(2024, 2, 15), step: 1) == local(2023, 5, 15))
        #expect(Spacing.months(12, day: 1).local(-60, from: local(2024, 1, 1), step: 1) == local(1964, 1, 1))
        #expect(Self.days.local(1, from: local(2024, 3, 1), step: 86_400) == local(2024, 3, 4))
        #expect(Self.days.local(-6, from: local(2024, 3, 4), step: 86_400) == local(2024, 2, 23))
        #expect(Self.hours.local(1, from: local(2024, 3, 1, 16), step: 3600) == local(2024, 3, 4, 9))
        #expect(Self.hours.local(-1, from: local(1969, 12, 29, 9), step: 3600) == local(1969, 12, 26, 16))
        // Between two steps: that of the one before.
        #expect(
            Self.hours.ordinal(local: local(2024, 3, 2, 12), step: 3600)
                == Self.hours.ordinal(local: local(2024, 3, 1, 16), step: 3600))
    }

    @Test(arguments: [days, hours, .months(1, day: 31), .months(3, day: 1), .months(12, day: 29), .regular])
    func `steps are in order and found again`(_ spacing: Spacing) {
        for start in [0, local(1899, 5, 5), local(2024, 2, 29)] {
            let first = spacing.ordinal(local: start, step: 3600)
            var before = Int64.min
            for step in first - 500...first + 500 {
                let begin = spacing.local(ordinal: step, step: 3600)
                #expect(begin > before && spacing.ordinal(local: begin, step: 3600) == step)
                #expect(
                    spacing.local(step - first, from: spacing.local(ordinal: first, step: 3600), step: 3600) == begin)
                before = begin
            }
        }
    }

    @Test func `wall clocks lead back to instants, of an hour shown twice to the first`() {
        // New York, November 3rd 2024 06:00Z: from 4 to 5 hours behind; March 9th 2025 07:00Z back.
        let time = LocalTime(
            zone: "America/New_York",
            offsets: [
                .init(instant: 1_700_000_000, seconds: -14_400), .init(instant: 1_730_613_600, seconds: -18_000),
                .init(instant: 1_741_503_600, seconds: -14_400),
            ])
        for instant in stride(from: Int64(1_720_000_000), to: 1_750_000_000, by: 1800) {
            let back = time.instant(local: time.seconds(at: instant))
            #expect(back == instant || back == instant - 3600 && (1_730_613_600..<1_730_617_200).contains(instant))
        }
        #expect(LocalTime().instant(local: 7) == 7)
    }

    @Test func `a feed passes over the weekend and counts months`() throws {
        var content = StudentFeedTests.content()
        (content.windowing.step, content.windowing.spacing) = (86_400, Self.days)
        let feed = StudentFeed(try Student(content))
        for (day, value) in [(1, 1), (4, 2), (5, 4)] as [(Int, Float)] {
            try feed.push([value, value], at: local(2024, 3, day, 17))
        }
        #expect(feed.origin == local(2024, 3, 6))
        #expect(try StudentFeedTests.forecast(feed) == [7, 7])
        try feed.push([8, 8], at: local(2024, 3, 9))
        // Wednesday, Thursday are missing and filled forward, Saturday is Friday's.
        #expect(feed.origin == local(2024, 3, 11))
        (content.windowing.step, content.windowing.spacing) = (2_629_746, .months(1, day: 31))
        let monthly = StudentFeed(try Student(content))
        for (month, value) in [(1, 1), (2, 2), (3, 4)] as [(Int, Float)] {
            try monthly.push([value, value], at: local(2024, month, 17))
        }
        #expect(monthly.origin == local(2024, 4, 30))
        #expect(try StudentFeedTests.forecast(monthly) == [7, 7])
    }

    @Test(arguments: [days, hours, .months(1, day: 31)])
    func `the file carries it, and what cannot be is refused`(_ spacing: Spacing) throws {
        var content = Students.complete
        content.windowing.spacing = spacing
        #expect(try StudentFile.decode(StudentFile.encode(content)).windowing == content.windowing)
        for bad: Spacing in [
            .months(0, day: 1), .months(1, day: 32), .months(5000, day: 1), .week([]), .week([5, 5]), .week([-1]),
            .week([604_800]),
        ] {
            content.windowing.spacing = bad
            #expect(throws: StudentError.self) { try Student(content) }
        }
    }
}
