import LimbeckSeries
import Testing

@testable import LimbeckData

@Suite struct EventCalendarTests {
    private func read(_ body: String) throws -> EventCalendar {
        try EventCalendar(
            Array("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\(body.replacing("\n", with: "\r\n"))\r\nEND:VCALENDAR\r\n".utf8),
            file: "a.ics")
    }

    private func starts(_ start: String, _ rule: String, first count: Int) throws -> [String] {
        try read("BEGIN:VEVENT\nDTSTART:\(start)\nRRULE:\(rule)\nSUMMARY:x\nEND:VEVENT").events.prefix(count)
            .map { TimeText.stamp($0.start) }
    }

    @Test func `holidays and matches, with their times and labels`() throws {
        let calendar = try read(
            """
            X-WR-CALNAME:City
            BEGIN:VEVENT
            DTSTART;VALUE=DATE:20240101
            DTEND;VALUE=DATE:20240102
            SUMMARY:New Year\\, all
              over town
            END:VEVENT
            BEGIN:VEVENT
            DTSTART;TZID="Europe/Berlin":20240301T183000
            DURATION:PT1H45M
            SUMMARY:Match
            BEGIN:VALARM
            SUMMARY:not this
            END:VALARM
            END:VEVENT
            BEGIN:VEVENT
            DTSTART:20240302T060000Z
            STATUS:CANCELLED
            END:VEVENT
            """)
        #expect(calendar.name == "City" && calendar.events.count == 2)
        #expect(calendar.events[0].label == "New Year, all over town")
        #expect(calendar.events[0].isAllDay && calendar.events[0].end - calendar.events[0].start == 86_400)
        #expect(calendar.events[1].zone == "Europe/Berlin" && calendar.events[1].label == "Match")
        #expect(TimeText.stamp(calendar.events[1].end) == "2024-03-01T20:15")
        #expect(calendar.description.contains("2 events, 1 whole days among them"))
    }

    @Test func `rules repeat as RFC 5545 has them`() throws {
        // As python-dateutil's rrule.
        #expect(
            try starts("20240101", "FREQ=YEARLY", first: 3) == [
                "2024-01-01T00:00", "2025-01-01T00:00", "2026-01-01T00:00",
            ])
        #expect(
            try starts("20240229", "FREQ=YEARLY", first: 2) == ["2024-02-29T00:00", "2028-02-29T00:00"])
        #expect(
            try starts("20241128", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", first: 3)
                == ["2024-11-28T00:00", "2025-11-27T00:00", "2026-11-26T00:00"])
        #expect(
            try starts("20240527", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2", first: 9)
                == ["2024-05-27T00:00", "2025-05-26T00:00"])
        #expect(
            try starts("20240131T080000", "FREQ=MONTHLY;BYMONTHDAY=-1", first: 3)
                == ["2024-01-31T08:00", "2024-02-29T08:00", "2024-03-31T08:00"])
        #expect(
            try starts("20240102T080000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20240118T080000", first: 9)
                == ["2024-01-02T08:00", "2024-01-04T08:00", "2024-01-16T08:00", "2024-01-18T08:00"])
        #expect(
            try starts("20240101", "FREQ=DAILY;BYDAY=SA,SU", first: 2) == ["2024-01-06T00:00", "2024-01-07T00:00"])
        let without = try read(
            "BEGIN:VEVENT\nDTSTART:20240101\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20240102,20240103\nRDATE:20240110\nEND:VEVENT"
        )
        #expect(without.events.map { $0.start / 86_400 - 19_723 } == [0, 3, 9])
    }

    @Test func `what is not understood is an error with its line`() {
        let cases = [
            ("DTSTART:2024", "line 4: DTSTART \"2024\" is no time"),
            ("DTSTART:20240101\nRRULE:FREQ=HOURLY", "repeats HOURLY"),
            ("DTSTART:20240101\nRRULE:FREQ=DAILY;BYSETPOS=1", "BYSETPOS, which is not read"),
            ("DTSTART:20240101\nDURATION:1H2", "no duration"),
        ]
        for (body, said) in cases {
            let error = #expect(throws: DataError.self) { try read("BEGIN:VEVENT\n\(body)\nEND:VEVENT") }
            #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
        }
        #expect(throws: DataError.self) { try EventCalendar(Array("time,a\n".utf8), file: "a.ics") }
    }

    @Test func `damaged calendars are read or refused, never more`() throws {
        let text = Array(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240101T060000\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=9\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n"
                .utf8)
        var state: UInt64 = 3
        for _ in 0..<20_000 {
            var mutant = text
            for _ in 0..<2 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                mutant[16 + Int(state >> 33) % (text.count - 16)] = UInt8(truncatingIfNeeded: state >> 24) & 0x7F
            }
            _ = try? EventCalendar(mutant, file: "a.ics")
        }
    }
}
