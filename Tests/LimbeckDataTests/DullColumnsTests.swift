import LimbeckSeries
import Testing

@testable import LimbeckData

/// What files have besides values: row numbers, parts of the time, units, titles, hours in words.
struct DullColumnsTests {
    private func load(_ text: String, _ change: (inout DataSource) -> Void = { _ in }) throws -> LoadedSeries {
        var source = DataSource()
        source.path = "memory.csv"
        change(&source)
        return try source.read(Array(text.utf8))
    }

    /// 40 rows by the hour.
    private func rows(_ header: String, _ row: (Int, String) -> String) -> String {
        header + "\n" + (0..<40).map { row($0, TimeText.stamp(1_704_067_200 + Int64($0) * 3600)) + "\n" }.joined()
    }

    @Test(arguments: ["id", "No", "", "Row", "index"])
    func `a column that counts rows is no place, first or last`(name: String) throws {
        for text in [
            rows("\(name),time,a,b") { "\($0 + 1),\($1),\($0 % 5),3\($0)" },
            rows("time,a,b,\(name)") { "\($1),\($0 % 5),3\($0),\($0)" },
        ] {
            let series = try load(text).series
            #expect(series.places.map(\.id) == ["a", "b"])
            #expect(series.times.count == 40 && series[39, 1, 0] == 339)
        }
    }

    @Test func `ids that count rows beside stations are left out, ids of stations are places`() throws {
        let counted = rows("id,time,station,flow") { "\($0 * 2),\($1),A,\($0)\n\($0 * 2 + 1),\($1),B,1\($0)" }
        let loaded = try load(counted)
        #expect(loaded.series.places.map(\.id) == ["A", "B"] && loaded.series.channels.map(\.name) == ["flow"])
        #expect(loaded.quality.findings(.textColumns).contains { $0.message.contains("\"id\" counts rows") })
        // Stations 1, 2, 3 come again with every hour.
        let stations = rows("id,time,flow") { (row, time) in
            (1...3).map { "\($0),\(time),\(row)" }.joined(separator: "\n")
        }
        #expect(try load(stations).series.places.map(\.id) == ["1", "2", "3"])
        #expect(try load(counted) { $0.place = "station,id" }.series.nodeCount == 80)
    }

    @Test func `parts of the time beside the time are no places`() throws {
        let text = rows("time,year,weekday,a") { "\($1),2024,\($0 / 24),\($0)" }
        let loaded = try load(text)
        #expect(loaded.series.places.map(\.id) == ["a"])
        #expect(loaded.quality.findings(.textColumns).first?.examples == ["year", "weekday"])
    }

    @Test func `columns of different units are channels of one place`() throws {
        for header in ["time;Temp;RH\nunit;°C;%", "time;Temp [°C];RH (%)"] {
            let series = try load(rows(header) { "\($1);\($0 % 9),5;\($0)" }).series
            #expect(series.places.map(\.id) == ["memory"])
            #expect(series.channels.map(\.name) == ["Temp", "RH"] && series.channels.map(\.unit) == ["°C", "%"])
            #expect(series[3, 0, 0] == 3.5 && series[3, 0, 1] == 3)
        }
        // Of one unit they are places; brackets that hold none are part of a name.
        let same = try load(rows("time;north;south\n;µg/m³;µg/m³") { "\($1);\($0);\($0)" })
        #expect(same.series.nodeCount == 2 && same.series.channels[0].unit == "µg/m³")
        #expect(try load(rows("time,Albert (EW),Albert (NS)") { "\($1),\($0),\($0)" }).series.nodeCount == 2)
        let stated = try load(rows("time;Temp;RH\n;°C;%") { "\($1);\($0);\($0)" }) { $0.value = "reading" }
        #expect(stated.series.nodeCount == 2)
    }

    @Test func `a mistaken time in the first row is refused, not read as names`() {
        let error = #expect(throws: DataError.self) {
            try self.load("time,a\nsoon,\n2024-01-01,2\n2024-01-02,3\n")
        }
        #expect(error?.message.contains("line 2") == true && error?.message.contains("\"soon\"") == true)
    }

    @Test func `titles and comments above the names are passed over, with the lines still right`() throws {
        let above = "Air of the city\n# exported: 2024, by hand\n\n"
        let loaded = try load(rows(above + "time,a") { "\($1),\($0)" })
        #expect(loaded.series.places.map(\.id) == ["a"])
        #expect(loaded.quality.findings(.headerLines).first?.count == 3)
        #expect(try load(rows("# one, two, three\n#time,a") { "\($1),\($0)" }).series.places.map(\.id) == ["a"])
        let error = #expect(throws: DataError.self) {
            try self.load(above + "time,a\n2024-01-01,1\n2024-01-02,x\n")
        }
        #expect(error?.message.contains("line 6") == true)
        // One column of numbers with decimal commas has no title.
        let single = try load("value\n1,5\n2,5\n3,5\n") {
            ($0.start, $0.step, $0.delimiter) = ("2024-01-01", "1h", .semicolon)
        }
        #expect(single.series.values == [1.5, 2.5, 3.5])
    }

    @Test func `hours beside dates, weeks beside years, years of two digits`() throws {
        let hours = try load("date,hour,a\n2024-01-01,6:00-6:59,1\n2024-01-01,7:00-7:59,2\n2024-01-01,8:00-8:59,3\n")
        #expect(TimeText.stamp(hours.series.times, 2) == "2024-01-01T08:00" && hours.series.nodeCount == 1)
        let weeks = try load("year,kw,cases\n2020,52,1\n2020,53,2\n2021,1,3\n")
        #expect(weeks.series.times.count == 3 && weeks.series.times.step == 604_800)
        let wind = try load("year,month,day,RPT\n61,1,1,15.04\n61,1,2,14.71\n61,1,3,18.50\n")
        #expect(TimeText.stamp(wind.series.times, 0) == "1961-01-01T00:00")
        #expect(
            TimeText.stamp(try load("year,month,day,a\n24,1,1,1\n24,1,2,2\n").series.times, 0) == "2024-01-01T00:00")
        let months = try load("month,a\n202311,1\n202312,2\n202401,3\n") {
            ($0.timeFormat, $0.time) = (.yearMonth, "month")
        }
        #expect(months.series.times.spacing == .months(1, day: 1) && months.series.times.count == 3)
        let iso = try load("week,a\n202052,1\n202053,2\n202101,3\n") { $0.timeFormat = .yearWeek }
        #expect(TimeText.stamp(iso.series.times, 2) == "2021-01-04T00:00")
        #expect(throws: DataError.self) { try self.load("m,a\n202313,1\n202401,2\n") { $0.timeFormat = .yearMonth } }
    }

    @Test func `a date that contradicts the order is named with the one that told it`() {
        let error = #expect(throws: DataError.self) {
            try self.load("date,a\n13/02/2024,1\n14/02/2024,2\n02/15/2024,3\n")
        }
        #expect(error?.message.contains("line 4") == true && error?.message.contains("line 2") == true)
    }

    @Test(arguments: ["{\"a\": 1}", " [\n {\"a\": 1}]", "[[1, 2]]"]) func `JSON is named`(text: String) {
        let error = #expect(throws: DataError.self) { try self.load(text) }
        #expect(error?.message.contains("is JSON") == true)
    }
}
