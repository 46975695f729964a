import LimbeckSeries
import Testing

@testable import LimbeckData

/// A wide file of one place with these times.
private func wide(_ times: [String], _ change: (inout DataSource) -> Void = { _ in }) throws -> LoadedSeries {
    let rows = times.enumerated().map { "\($0.element),\($0.offset)" }
    return try load("time,a\n" + rows.joined(separator: "\n") + "\n", change)
}

@Suite struct TimeFormatTests {
    @Test(arguments: [
        ("2024010106", "2024-01-01T06:00"), ("202401010630", "2024-01-01T06:30"),
        ("20240101063015", "2024-01-01T06:30:15"), ("20240101", "2024-01-01T00:00"),
        ("2023123124", "2024-01-01T00:00"), ("19991231235959", "1999-12-31T23:59:59"),
        ("20240101.0", "2024-01-01T00:00"),
    ])
    func `digits of a calendar date are that date, on the local clock`(text: String, stamp: String) throws {
        let read = try #require(Timestamp(text))
        #expect(TimeText.stamp(read.seconds) == stamp)
        #expect(!read.isAbsolute)
    }

    @Test(arguments: [
        "1704090600", "1704090600000", "1704090600000000", "1704090600000000000", "1704090600.0",
    ])
    func `counts since 1970 are told by their size, from seconds to nanoseconds`(text: String) {
        #expect(Timestamp(text) == Timestamp(seconds: 1_704_090_600, isAbsolute: true))
    }

    @Test(arguments: [
        (["45292", "45293", "45294"], ["45292", "2024-01-01T00:00", "data.timeFormat: excelDays"]),
        (["1960", "1961", "1962"], ["a year (data.timeFormat: year)"]),
        (["0", "1", "2"], ["data.timeFormat: index", "data.start", "1970-01-01T00:00Z"]),
        (["1960.04", "1960.12", "1960.21"], ["a year and its fraction"]),
        (["202401", "202402", "202403"], ["a year and month"]),
        (["2024001", "2024002", "2024003"], ["the number of its day"]),
        (["2460311", "2460312", "2460313"], ["a Julian day"]), (["-1500", "-1400", "-1300"], ["seconds since 1970"]),
        (["9999999999", "9999999998", "9999999997"], ["data.timeFormat: seconds", "2286"]),
        (["24010106", "24010107", "24010108"], ["data.timeFormat: seconds"]),
    ])
    func `a number that is no time for sure is refused with what it may be`(times: [String], mentions: [String]) {
        #expect {
            try wide(times)
        } throws: { error in
            let text = "\(error)"
            return (error as? DataError)?.code == .badTime && text.contains("line 2, column \"time\"")
                && mentions.allSatisfy(text.contains)
        }
    }

    @Test(arguments: [
        (TimeFormat.excelDays, ["45292", "45292.25", "45292.5"], "2024-01-01T00:00", Int64(21_600)),
        (.seconds, ["0", "300", "600"], "1970-01-01T00:00", 300),
        (.milliseconds, ["0", "60000", "120000"], "1970-01-01T00:00", 60),
        (.year, ["1961", "1962", "1963"], "1961-01-01T00:00", 31_556_952),
    ])
    func `data.timeFormat says what numbers mean`(
        format: TimeFormat, times: [String], start: String, step: Int64
    ) throws {
        let grid = try wide(times) { $0.timeFormat = format }.series.times
        #expect(TimeText.stamp(grid.start) == start)
        #expect(grid.step == step)
        #expect(grid.count == 3)
    }

    @Test func `numbers of steps count from the start that is given`() throws {
        let series = try wide(["10", "11", "13"]) {
            $0.timeFormat = .index
            $0.start = "2024-01-01T00:00"
            $0.step = "5min"
        }.series
        #expect(TimeText.stamp(series.times.start) == "2024-01-01T00:50")
        #expect(cells(series) == [0, 1, nil, 2])
        #expect { try wide(["0", "1"]) { $0.timeFormat = .index } } throws: { "\($0)".contains("data.start") }
    }

    @Test(arguments: [
        ["2024-01-01T00:00:00.0", "2024-01-01T00:00:00.2", "2024-01-01T00:00:00.4"],
        ["2024-01-01T00:00:00", "2024-01-01T00:00:01.5", "2024-01-01T00:00:03", "2024-01-01T00:00:04.5"],
        ["1704067200000", "1704067200200", "1704067200400", "1704067200600"],
    ])
    func `steps with fractions of a second are refused by name`(times: [String]) {
        #expect { try wide(times) } throws: { "\($0)".contains("fraction of a second") }
    }

    @Test func `a fraction of a second in steps of a minute is cut off`() throws {
        let series = try wide(["2024-01-01T00:00:00.013", "2024-01-01T00:01:00.871", "2024-01-01T00:02:00.5"]).series
        #expect(cells(series) == [0, 1, 2])
        #expect(series.times.step == 60)
    }

    @Test(arguments: [
        ("date,hour\n2024-01-01,23\n2024-01-02,0\n", "date,hour", "2024-01-01T23:00"),
        ("date,hour\n2024-01-01,24\n2024-01-02,1\n", "date,hour", "2024-01-02T00:00"),
        ("day,clock\n2024-01-01,23:30\n2024-01-02,0:30\n", "day,clock", "2024-01-01T23:30"),
        ("day,clock\n2024-01-01,2330\n2024-01-02,0030\n", "day,clock", "2024-01-01T23:30"),
        ("y,m,d,h\n2024,2,29,6\n2024,2,29,7\n", "y,m,d,h", "2024-02-29T06:00"),
        ("y,m,d\n2024,2,29\n2024,3,1\n", "y,m,d", "2024-02-29T00:00"),
    ])
    func `a time may stand in several columns`(text: String, time: String, first: String) throws {
        let lines = text.split(separator: "\n")
        let body = lines.dropFirst().map { "\($0),1" }.joined(separator: "\n")
        let series = try load("\(lines[0]),v\n\(body)\n") { $0.time = time }.series
        #expect(TimeText.stamp(series.times.start) == first)
        #expect(series.places.map(\.id) == ["v"])
    }

    @Test func `columns that make no time are an error with their cells`() {
        #expect {
            try load("y,m,d,v\n2024,2,30,1\n2024,3,1,1\n") { $0.time = "y,m,d" }
        } throws: { "\($0)".contains("line 2") && "\($0)".contains("\"30\"") }
    }
}
