import LimbeckSeries
import Testing

@testable import LimbeckData

@Suite struct DateTextTests {
    private func read(_ text: String, _ order: DateText.Order? = nil) -> String? {
        var copy = text
        return copy.withUTF8 { DateText(order: order).stamp($0) }.map {
            TimeText.stamp($0.seconds) + ($0.isAbsolute ? "Z" : "")
        }
    }

    @Test func `dates as people write them`() {
        let cases: [(String, DateText.Order?, String)] = [
            ("13/02/2024 18:30", .dayFirst, "2024-02-13T18:30"),
            ("02/13/2024 12:00 AM", .monthFirst, "2024-02-13T00:00"),
            ("2/3/2024 1:05:09 PM", .monthFirst, "2024-02-03T13:05:09"),
            ("2/3/2024 12:05 p.m.", .dayFirst, "2024-03-02T12:05"),
            ("01.03.2024 24:00", .dayFirst, "2024-03-02T00:00"), ("1.3.24", .dayFirst, "2024-03-01T00:00"),
            ("13-Feb-2024 06:00", nil, "2024-02-13T06:00"), ("Feb 13, 2024", nil, "2024-02-13T00:00"),
            ("Tue, 13 February 2024 06:00:00 +0100", nil, "2024-02-13T05:00Z"),
            ("13 février 2024", nil, "2024-02-13T00:00"),
            ("1. März 2024, 7:15", nil, "2024-03-01T07:15"), ("February 3rd 2024", nil, "2024-02-03T00:00"),
            ("2024/3/1 7:00", nil, "2024-03-01T07:00"), ("2024-Feb-13", nil, "2024-02-13T00:00"),
            ("2024-W07", nil, "2024-02-12T00:00"), ("2024-W07-3", nil, "2024-02-14T00:00"),
            ("2020W53", nil, "2020-12-28T00:00"), ("31/12/1969 23:00", .dayFirst, "1969-12-31T23:00"),
            ("13/02/2024 06:00 UTC", .dayFirst, "2024-02-13T06:00Z"),
            ("01-Jan-65", nil, "1965-01-01T00:00"), ("01-Jan-30", nil, "2030-01-01T00:00"),
            ("2018-01", nil, "2018-01-01T00:00"), ("2018/12", nil, "2018-12-01T00:00"),
            ("03/2018", nil, "2018-03-01T00:00"), ("Mar 2018", nil, "2018-03-01T00:00"),
            ("2018-Q2", nil, "2018-04-01T00:00"), ("2018Q4", nil, "2018-10-01T00:00"),
            ("Q1 2018", nil, "2018-01-01T00:00"), ("2018M07", nil, "2018-07-01T00:00"),
        ]
        for (text, order, stamp) in cases { #expect(read(text, order) == stamp, "\(text)") }
    }

    @Test func `what is none is none`() {
        for text in [
            "", "a", "13/02", "30/02/2024", "13/13/2024", "2024-W54", "2021-W53", "Feb 30, 2024", "1/2/3/4", "12:00",
            "5 m/s",
            "13/02/2024 25:00", "13/02/2024 13:00 PM", "13/02/2024 6", "-13/02/2024", "13/02/2024x", "may", "Oct",
            "99999/1/1", "2018-13", "2018-Q5", "2018.05", "2018 05", "Q2", "2018M7", "01/13/21",
        ] { #expect(read(text, .dayFirst) == nil, "\(text)") }
        #expect(read("02/03/2024") == nil, "without an order")
    }

    // MARK: Columns

    private func stamps(_ times: [String], _ format: TimeFormat = .auto) throws -> (first: String, findings: String) {
        let rows = times.enumerated().map { "\($0.element);\($0.offset)" }
        let loaded = try load("Datum;a\n" + rows.joined(separator: "\n") + "\n") { $0.timeFormat = format }
        return (loaded.quality.first, loaded.quality.findings(.dateOrder).map(\.message).joined())
    }

    @Test func `the order is told from the column`() throws {
        let days = (5...15).map { $0 < 10 ? "0\($0)/02/2024 06:00" : "\($0)/02/2024 06:00" }
        let day = try stamps(days)
        #expect(day.first == "2024-02-05T06:00")
        #expect(day.findings.contains("day first") && day.findings.contains("data.timeFormat: monthFirst"))
        let months = (5...15).map { "2/\($0)/2024 6:00 AM" }
        #expect(try stamps(months).first == "2024-02-05T06:00")
        #expect(try stamps(["01.02.2024 00:00", "01.02.2024 01:00", "01.02.2024 02:00"]).findings.contains("dots"))
    }

    @Test func `where no row tells it is asked for, and taken as stated`() throws {
        let times = ["02/03/2024 00:00", "02/03/2024 01:00", "02/03/2024 02:00"]
        let error = #expect(throws: DataError.self) { try stamps(times) }
        #expect(error?.code == .badTime)
        #expect(error?.message.contains("line 2, column \"Datum\"") == true)
        #expect(error?.message.contains("say data.timeFormat: dayFirst or monthFirst") == true)
        #expect(try stamps(times, .dayFirst).first == "2024-03-02T00:00")
        #expect(try stamps(times, .monthFirst).first == "2024-02-03T00:00")
    }

    @Test func `rows that contradict the order are refused with it`() {
        let error = #expect(throws: DataError.self) { try stamps(["13/02/2024", "14/02/2024", "02/15/2024"]) }
        #expect(error?.message.contains("line 4") == true && error?.message.contains("with the day first") == true)
    }

    @Test func `a year and its week in two columns`() throws {
        let rows = [(2023, 51), (2023, 52), (2024, 1), (2024, 2)].map { "\($0.0),\($0.1),7" }
        let loaded = try load("year,week,cases\n" + rows.joined(separator: "\n") + "\n") { $0.time = "year,week" }
        #expect(loaded.quality.first == "2023-12-18T00:00" && loaded.series.times.step == 604_800)
    }
}
