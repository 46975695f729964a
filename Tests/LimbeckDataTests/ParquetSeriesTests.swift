import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

/// Tables as pandas writes them, beside the same as CSV.
@Suite struct ParquetSeriesTests {
    private func load(_ file: String, _ change: (inout DataSource) -> Void = { _ in }) throws -> LoadedSeries {
        var source = DataSource()
        source.path = try ParquetFixtures.path(file)
        change(&source)
        return try source.load()
    }

    @Test(arguments: ["wide", "long"])
    func `a table is the series that the same CSV is, with the same repairs`(name: String) throws {
        let table = try load(name + ".parquet"), text = try load(name + ".csv")
        #expect(table.series.times == text.series.times && table.series.places == text.series.places)
        #expect(table.series.channels == text.series.channels && table.series.observed == text.series.observed)
        for index in table.series.values.indices where table.series.observed[index] {
            #expect(table.series.values[index] == text.series.values[index])
        }
        #expect(table.quality.findings.map(\.kind) == text.quality.findings.map(\.kind))
        #expect(table.quality.findings.map(\.count) == text.quality.findings.map(\.count))
        #expect(table.quality.findings.map(\.message) == text.quality.findings.map(\.message))
        // Rows count from 1 where lines count the header.
        let examples = table.quality.findings.flatMap(\.examples)
        #expect(examples.contains { $0.hasPrefix("row ") } && !examples.contains { $0.hasPrefix("line ") })
        #expect(table.quality.findings(.unsortedStamps).count == 1 && table.quality.findings(.gap).count == 1)
    }

    @Test func `columns, places and clocks are as the recipe says`() throws {
        let loaded = try load("long.parquet") {
            $0.value = "speed"
            $0.zone = "Europe/Vienna"
        }
        #expect(loaded.series.channels.map(\.name) == ["speed"] && loaded.series.times.clock == .utc)
        #expect(loaded.series.places.map(\.id) == ["north", "south", "east"])
        #expect(try load("wide.parquet").series.times.clock == .local)
        let start = try load("wide.parquet") { $0.missing = ["434"] }
        #expect(start.quality.missingCount == (try load("wide.parquet").quality.missingCount) + 1)
    }

    @Test func `numbers in a column of times, and rows told apart by another column, are read as in CSV`() throws {
        func refusal(_ file: String, _ change: (inout DataSource) -> Void = { _ in }) -> String {
            do {
                _ = try load("misread-\(file).parquet", change)
                return ""
            } catch { return "\(error)" }
        }
        #expect(refusal("excel").contains("row 1, column \"time\"") && refusal("excel").contains("excelDays"))
        let excel = try load("misread-excel.parquet") { $0.timeFormat = .excelDays }
        #expect(TimeText.stamp(excel.series.times.start) == "2024-01-01T00:00" && excel.series.times.count == 9)
        let fine = try load("misread-nanoseconds.parquet").series.times
        #expect(fine.step == 3600 && fine.start == 1_704_067_200 && fine.clock == .utc)
        #expect(refusal("hertz").contains("fraction of a second"))
        #expect(refusal("hours").contains("data.time: Date,Hour"), "\(refusal("hours"))")
        let hours = try load("misread-hours.parquet") { $0.time = "Date,Hour" }.series
        #expect(hours.times.count == 96 && hours.times.step == 3600 && hours.values[25] == 101)
        #expect(refusal("parameters").contains("data.place: location,parameter"), "\(refusal("parameters"))")
        let both = try load("misread-parameters.parquet") { $0.place = "location,parameter" }.series
        #expect(both.places.map(\.id) == ["a/o3", "a/pm25", "b/o3", "b/pm25"] && both.values[1] == 10)
        let one = try load("misread-parameters.parquet") { $0.filter = ["parameter = o3"] }
        #expect(one.series.values.prefix(2) == [0.5, 0.5])
        #expect(one.quality.findings(.filteredRows).first?.count == 18)
        #expect(refusal("parameters") { $0.filter = ["parameter = co"] }.contains("no row has parameter = co"))
        #expect(try load("misread-meter.parquet").quality.findings(.lostDigits).count == 1)
    }

    @Test func `what does not fit names file, row and column`() throws {
        func message(_ file: String, _ change: (inout DataSource) -> Void) -> String {
            do {
                _ = try load(file, change)
                return ""
            } catch { return "\(error)" }
        }
        #expect(message("long.parquet") { $0.value = "note" }.contains("column \"note\": holds text, no numbers"))
        #expect(
            message("long.parquet") { $0.time = "when" }.contains(
                "long.parquet: there is no column \"when\" (data.time)"))
        #expect(message("long.parquet") { $0.place = "lat" }.contains("holds real numbers, no places"))
        #expect(message("long.parquet") { $0.time = "note" }.contains("row 1, column \"note\": \"ok\" is no time"))
        #expect(message("plain-none-v1-every.parquet") { _ in }.contains("holds flags, no numbers"))
        #expect(
            message("nested.parquet") {
                $0.start = "2024-01-01"; $0.step = "1h"
            }.contains("column \"list\" is nested"))
        #expect(message("no-rows.parquet") { _ in }.contains("holds no rows"))
        #expect(
            message("refused-zstd.parquet") {
                $0.start = "2024-01-01"; $0.step = "1h"
            }.contains("ZSTD"))
        #expect(message("runs-plain.parquet") { $0.time = "stretch" }.contains("row 201, column \"stretch\": no time"))
    }

    @Test(arguments: ["moments", "texts", "seconds"])
    func `forecasts from a table are those from CSV`(kind: String) throws {
        let file = try ForecastFile(path: ParquetFixtures.path("forecasts-\(kind).parquet"))
        let series = Series(
            name: "s", times: TimeGrid(start: 1_704_067_200, step: 3600, count: 8, clock: .local),
            places: ["a", "b"].map { Place(id: $0) }, channels: [Channel(name: "v")],
            values: [Float](repeating: 0, count: 16))
        #expect(
            try file.values(for: [4, 3], of: series, horizon: 3) == [
                110, 111, 120, 121, 130, 131, 10, 11, 20, 21, 30, 31,
            ])
        let error = #expect(throws: DataError.self) { try file.values(for: [7], of: series, horizon: 3) }
        #expect(error?.message.contains("expected one at 2024-01-01T07:00, the first step that is forecast") == true)
        let clock = try ForecastFile(path: ParquetFixtures.path("forecasts-utc.parquet"))
        let mismatch = #expect(throws: DataError.self) { try clock.values(for: [3], of: series, horizon: 3) }
        #expect(mismatch?.message.contains("times with an offset from UTC, 2024-01-01T0") == true)
    }

    @Test func `a table without the columns of forecasts says which it needs`() throws {
        for (file, says) in [
            ("wide.parquet", "wide.parquet: there is no column \"origin\"; it needs origin, step, place and value"),
            ("refused-zstd.parquet", "there is no column \"origin\""),
        ] {
            let error = #expect(throws: DataError.self) { try ForecastFile(path: ParquetFixtures.path(file)) }
            #expect(error?.message.contains(says) == true, "\(String(describing: error))")
        }
    }
}
