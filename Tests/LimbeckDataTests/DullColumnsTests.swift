import LimbeckSeries
import Testing

@testable import LimbeckData

/// What files have besides values: row numbers, parts of the time, units, titles, hours in words.
struct DullColumnsTests {
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
        #expect(
            loaded.quality.findings(.textColumns).contains { $0.message.contains("\"id\" is another in every row") })
        // Stations 1, 2, 3 come again with every hour.
        let stations = rows("id,time,flow") { (row, time) in
            (1...3).map { "\($0),\(time),\(row)" }.joined(separator: "\n")
        }
        #expect(try load(stations).series.places.map(\.id) == ["1", "2", "3"])
        #expect(try load(counted) { $0.place = "station,id" }.series.nodeCount == 80)
    }

    @Test func `ids that fall, or of which some are left out, are no places and no values`() throws {
        for (name, id) in [("id", { 900 - $0 }), ("station_id", { 7 * $0 + $0 / 3 })] as [(String, (Int) -> Int)] {
            let loaded = try load(rows("\(name),time,a,b") { "\(id($0)),\($1),\($0 % 5),3\($0)" })
            #expect(loaded.series.places.map(\.id) == ["a", "b"], "\(name)")
        }
        // Two rows do not tell, nor do many stations at one time.
        let wide = try load("id,time,v\n" + (0..<20).map { "s\($0 % 10),2024-01-0\($0 / 10 + 1),\($0)\n" }.joined())
        #expect(wide.series.nodeCount == 10)
        // A quantity called index, as prices are.
        let index = try load(rows("time,index,a") { "\($1),\(100 + $0),\($0 % 7)" })
        #expect(index.series.places.map(\.id) == ["index", "a"])
    }

    @Test func `what is called like a part of the time and is none is a value`() throws {
        let loaded = try load(rows("time,hour,minute,day,month,year") { "\($1),\($0 * 3 % 17),\($0),9\($0),13,\($0)" })
        #expect(loaded.series.places.map(\.id) == ["hour", "minute", "day", "month", "year"])
        let parts = try load(
            rows("time,hour,minute,day,month,year,week,dow,isweekend,quarter,dayofyear,a") { row, time in
                "\(time),\((row + 3) % 24),0,\(row / 24 + 1),1,2024,1,\(row / 24 + 1),0,1,\(row / 24 + 1),\(row)"
            })
        #expect(parts.series.places.map(\.id) == ["a"])
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
            #expect(series.places.map(\.id) == ["data"])
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
            try load("time,a\nsoon,\n2024-01-01,2\n2024-01-02,3\n")
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
            try load(above + "time,a\n2024-01-01,1\n2024-01-02,x\n")
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
        #expect(throws: DataError.self) { try load("m,a\n202313,1\n202401,2\n") { $0.timeFormat = .yearMonth } }
    }

    @Test func `dates with clocks beside them, and quarters beside years`() throws {
        func stamps(_ text: String, _ change: (inout DataSource) -> Void = { _ in }) throws -> [String] {
            let series = try load(text, change).series
            return (0..<series.times.count).map { TimeText.stamp(series.times, $0) } + series.places.map(\.id)
        }
        let hours = ["2024-01-02T00:00", "2024-01-02T01:00", "2024-01-02T02:00", "a"]
        for text in [
            "Date,Time,a\n2024-01-02,00:00,1\n2024-01-02,01:00,2\n2024-01-02,02:00,3\n",
            "Time,Date,a\n0:00,2024-01-02,1\n1:00,2024-01-02,2\n2:00,2024-01-02,3\n",
            "Date,Time,a\n2024-01-02,12:00 AM,1\n2024-01-02,1:00 AM,2\n2024-01-02,2:00 AM,3\n",
            "Date,Hour,a\n2024-01-02,12 AM,1\n2024-01-02,1 AM,2\n2024-01-02,2 AM,3\n",
            "Date,Hour,a\n2024-01-02,0-1,1\n2024-01-02,1-2,2\n2024-01-02,2-3,3\n",
        ] { #expect(try stamps(text) == hours, "\(text)") }
        let quarters = ["2023-07-01T00:00", "2023-10-01T00:00", "2024-01-01T00:00", "a"]
        #expect(try stamps("year,quarter,a\n2023,3,1\n2023,4,2\n2024,1,3\n") == quarters)
        #expect(
            try stamps("year,quarter,a\n2023,Q3,1\n2023,Q4,2\n2024,Q1,3\n") { $0.time = "year,quarter" } == quarters)
        #expect(try stamps("quarter,a\n2023-Q3,1\n2023-Q4,2\n2024-Q1,3\n") == quarters)
        #expect(try stamps("month,a\n2023-11,1\n2023-12,2\n2024-01,3\n").last == "a")
        #expect(try stamps("year,month,a\n2023,11,1\n2023,12,2\n2024,1,3\n").first == "2023-11-01T00:00")
        #expect(
            try stamps("Year,Mon,Day,a\n2020,Jan,31,1\n2020,Feb,1,2\n") == [
                "2020-01-31T00:00", "2020-02-01T00:00", "a",
            ])
        #expect(try stamps("YEAR,MO,DY,HR,a\n2020,1,31,0,1\n2020,1,31,1,2\n").first == "2020-01-31T00:00")
        #expect(try stamps("Date,HE,a\n2024-01-02,1,1\n2024-01-02,2,2\n2024-01-02,3,3\n").last == "a")
        #expect(throws: DataError.self, "hour 25") { try stamps("date,hour,a\n2024-01-01,23,1\n2024-01-01,25,2\n") }
        #expect(try stamps("date,hour,a\n2024-01-01,0015,1\n2024-01-01,0030,2\n").first == "2024-01-01T00:15")
    }

    @Test func `years of two digits are told, and asked for where they may stand first`() throws {
        let old = try load("date,a\n01-Jan-65,1\n02-Jan-65,2\n")
        #expect(old.quality.first == "1965-01-01T00:00")
        #expect(old.quality.findings(.dateOrder).contains { $0.message.contains("1931 to 2030") })
        let wind = try load("year,month,day,RPT\n61,1,1,15.04\n61,1,2,14.71\n61,1,3,18.50\n")
        #expect(wind.quality.findings(.dateOrder).contains { $0.message.contains("61 1 1 is 1961-01-01") })
        #expect(try load("date,a\n01/13/21,1\n01/14/21,2\n").quality.first == "2021-01-13T00:00")
        let error = #expect(throws: DataError.self) { try load("date,a\n13/01/21,1\n14/01/21,2\n") }
        #expect(error?.message.contains("data.timeFormat: dayFirst where it is last") == true)
        let stated = try load("date,a\n13/01/21,1\n14/01/21,2\n") { $0.timeFormat = .dayFirst }
        #expect(stated.quality.first == "2021-01-13T00:00")
        let guess = #expect(throws: DataError.self) { try load("month,a\n201801,1\n201802,2\n") }
        #expect(guess?.message.contains("data.timeFormat: yearMonth") == true)
    }

    @Test func `what else is told of times by names and rows`() throws {
        let utc = try load("time (UTC),a\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n") { $0.zone = "Pacific/Auckland" }
        #expect(utc.series.times.clock == .utc && utc.series.times.start == 1_704_067_200)
        #expect(utc.series.times.local(0).hour == 13)
        for name in ["time (UTC+1)", "GMT -05:00"] {
            #expect(
                try load("\(name),a\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n").series.times.clock == .local, "\(name)")
        }
        let hours = (1...48).map { "2024-01-0\(($0 - 1) / 24 + 1),\($0 % 24),\($0)\n" }
        let closing = try load("Date,Hour,x\n" + hours.joined())
        #expect(closing.quality.first == "2024-01-01T01:00" && closing.series.values == (1...48).map(Float.init))
        let opening = (0..<48).map { "2024-01-0\($0 / 24 + 1),\($0 % 24),\($0)\n" }
        #expect(try load("Date,Hour,x\n" + opening.joined()).quality.first == "2024-01-01T00:00")
        let seconds = try load(
            "Year,Month,Day,Hour,Minute,Second,a\n2024,1,1,0,0,0,1\n2024,1,1,0,1,30,2\n2024,1,1,0,3,0,3\n")
        #expect(seconds.series.times.step == 90 && seconds.series.places.map(\.id) == ["a"])
        for (text, words) in [
            ("Year,Rain\n2001-02,1\n2002-03,2\n2003-04,3\n", "years that end in the next"),
            ("Date,a\n24.01.01,1\n24.01.02,2\n24.01.03,3\n", "begin with the year"),
            ("# made by, someone, else\n2024-01-01,1,2\n2024-01-02,1,2\n", "data.header: none"),
        ] {
            let error = #expect(throws: DataError.self) { try load(text) }
            #expect(error?.message.contains(words) == true, "\(text): \(error?.message ?? "")")
        }
        let two = try load("Start,End,a\n2024-01-01 00:00,2024-01-01 01:00,1\n2024-01-01 01:00,2024-01-01 02:00,2\n")
        #expect(two.series.places.map(\.id) == ["a"])
    }

    @Test func `stations by other names, loggers, hours across, units in comments`() throws {
        for name in ["site_no", "station_code", "meter_id", "STN"] {
            let text =
                "\(name),time,flow\n"
                + (0..<40).map { "\(100 + $0 % 2),2024-01-01 \($0 / 2 < 10 ? "0" : "")\($0 / 2):00,\($0)\n" }.joined()
            #expect(try load(text).series.places.map(\.id) == ["100", "101"], "\(name)")
        }
        let marked = try load("#date,temp,wind\n#,degC,m/s\n2024-01-01,1,2\n2024-01-02,3,4\n").series
        #expect(marked.channels.map(\.unit) == ["degC", "m/s"] && marked.values == [1, 2, 3, 4])
        let logger = try load(
            "\"TOA5\",\"Site1\",\"CR1000\"\n\"TIMESTAMP\",\"RECORD\",\"AirTC\"\n\"TS\",\"RN\",\"Deg C\"\n\"\",\"\",\"Avg\"\n"
                + rows("") { "\"\($1)\",\($0),\($0 % 7)" }.dropFirst()
        ).series
        #expect(logger.places.map(\.id) == ["AirTC Avg"] && logger.channels[0].unit == "Deg C")
        let across = try load(
            "Date," + (1...24).map { "H\($0)" }.joined(separator: ",") + "\n"
                + (1...9).map { day in "2024-01-0\(day)," + (1...24).map { "\($0 * day)" }.joined(separator: ",") + "\n"
                }.joined())
        #expect(across.quality.findings(.textColumns).contains { $0.message.contains("hours of a day") })
        let loads = try load(rows("time,Load (MW),Load (GW)") { "\($1),\($0),\($0)" }).series
        #expect(loads.channels.map(\.name) == ["Load (MW)", "Load (GW)"])
    }

    @Test func `headings of one cell are the times', one word for all is none, a remark with names is told`() throws {
        let finance = try load("Price,Close,High\nTicker,AAPL,AAPL\nDate,,\n2024-01-02,1,2\n2024-01-03,3,4\n")
        #expect(finance.series.places.map(\.id) == ["Close AAPL", "High AAPL"])
        let closed = #expect(throws: DataError.self) {
            try load("north,south\nclosed,closed\n1,2\n") { ($0.start, $0.step) = ("2024-01-01", "1h") }
        }
        #expect(closed?.message.contains("\"closed\"") == true)
        let remark = try load("#time,vienna,graz\n2024-01-01,1,2\n2024-01-02,1,2\n")
        #expect(remark.quality.findings(.headerLines).first?.message.contains("begins with #") == true)
    }

    @Test func `units in names are channels' where they differ and the channel's where they do not`() throws {
        let two = try load(rows("time,Temp (C),Wind (m/s)") { "\($1),\($0),\($0)" }).series
        #expect(two.channels.map(\.name) == ["Temp", "Wind"] && two.channels.map(\.unit) == ["C", "m/s"])
        let one = try load(rows("time,north (µg/m³),south (µg/m³)") { "\($1),\($0),\($0)" }).series
        #expect(one.channels.map(\.unit) == ["µg/m³"] && one.places.map(\.id) == ["north", "south"])
        #expect(try load(rows("time,temp (C)") { "\($1),\($0)" }).series.channels[0].unit == "C")
    }

    @Test func `a date that contradicts the order is named with the one that told it`() {
        let error = #expect(throws: DataError.self) {
            try load("date,a\n13/02/2024,1\n14/02/2024,2\n02/15/2024,3\n")
        }
        #expect(error?.message.contains("line 4") == true && error?.message.contains("line 2") == true)
    }

    @Test(arguments: ["{\"a\": 1}", " [\n {\"a\": 1}]", "[[1, 2]]"]) func `JSON is named`(text: String) {
        let error = #expect(throws: DataError.self) { try load(text) }
        #expect(error?.message.contains("is JSON") == true)
    }
}
