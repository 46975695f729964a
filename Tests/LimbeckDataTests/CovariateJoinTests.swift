import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

/// Sources joined: which place and which step of another a step takes, and that it takes nothing of its future.
@Suite struct CovariateJoinTests {
    private let start: Int64 = 1_704_067_200

    /// Values `scale · step + place`.
    private func series(
        _ name: String, step: Int64, count: Int, places: [String] = ["a"], scale: Float = 1, from: Int64 = 0,
        coordinates: [Double] = []
    ) -> Series {
        Series(
            name: name, times: TimeGrid(start: start + from, step: step, count: count, clock: .local),
            places: places.enumerated().map { index, id in
                Place(
                    id: id,
                    coordinate: coordinates.isEmpty ? nil : Coordinate(latitude: coordinates[index], longitude: 10))
            }, channels: [Channel(name: "value")],
            values: (0..<count * places.count).map { scale * Float($0 / places.count) + Float($0 % places.count) / 2 })
    }

    private func joined(
        _ main: Series, _ other: Series, ahead: Int? = nil, _ change: (inout JoinRule) -> Void = { _ in }
    ) throws -> Series {
        var rule = JoinRule()
        change(&rule)
        return try CovariateJoin(main, other, rule: rule, file: "other.csv", ahead: ahead).joined().series
    }

    @Test func `by hand: what is known ahead is told so many steps before its time, and nothing beyond`() throws {
        let hours = series("flow", step: 3600, count: 48)
        let same = try joined(hours, series("s", step: 3600, count: 50, scale: 3), ahead: 5)
        #expect((0..<45).allSatisfy { same[$0, 0, 1] == 3 * Float($0 + 5) })
        #expect((45..<48).allSatisfy { !same.isObserved(time: $0, node: 0, channel: 1) })
        let daily = try joined(hours, series("d", step: 86_400, count: 2, scale: 10), ahead: 5)
        #expect((0..<19).allSatisfy { daily[$0, 0, 1] == 0 } && (19..<43).allSatisfy { daily[$0, 0, 1] == 10 })
        #expect(!daily.isObserved(time: 43, node: 0, channel: 1))
        let halves = try joined(hours, series("h", step: 1800, count: 100), ahead: 5)
        #expect((0..<45).allSatisfy { halves[$0, 0, 1] == Float(2 * ($0 + 5)) + 0.5 })
        #expect(!halves.isObserved(time: 45, node: 0, channel: 1))
    }

    @Test func `channels of the file itself are led, and the last reading of the others ends the series`() throws {
        let text = (0..<30).map {
            "\(TimeText.stamp(start + Int64($0) * 3600)),a,\($0 < 24 ? "\($0)" : ""),\(2 * $0)\n"
        }
        var loaded = try load("time,station,flow,temp\n" + text.joined())
        try loaded.lead(["temp"], by: 4)
        #expect(loaded.series.times.count == 24 && loaded.future == ["temp"])
        #expect((0..<24).allSatisfy { loaded.series[$0, 0, 1] == Float(2 * ($0 + 4)) })
        #expect(loaded.series[23, 0, 0] == 23 && loaded.quality.findings(.missingCells).isEmpty)
        try loaded.lead(["temp"], by: 4)
        #expect(loaded.series[0, 0, 1] == 8, "once")
        let error = #expect(throws: DataError.self) { try loaded.lead(["wind"], by: 4) }
        #expect(error?.message.contains("flow, temp") == true)
    }

    // MARK: Events

    private func calendar(_ events: [(label: String, times: String)]) throws -> EventCalendar {
        let text =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
            + events.map { "BEGIN:VEVENT\r\nUID:\($0.label)\r\nSUMMARY:\($0.label)\r\n\($0.times)END:VEVENT\r\n" }
            .joined()
            + "END:VCALENDAR\r\n"
        return try EventCalendar(Array(text.utf8), file: "events.ics")
    }

    @Test func `events are the share of a step that lies within them, told ahead`() throws {
        let events = try calendar([
            ("New Year", "DTSTART;VALUE=DATE:20240101\r\n"),
            ("Game at noon", "DTSTART:20240102T114500\r\nDTEND:20240102T130000\r\n"),
            ("Game abroad", "DTSTART:20240102T200000Z\r\nDTEND:20240102T210000Z\r\n"),
        ])
        func joined(_ main: Series, _ labels: [String] = [], ahead: Int? = 0) throws -> Series {
            try EventJoin(main, events, labels: labels, file: "events.ics").joined(ahead: ahead).series
        }
        var hours = series("flow", step: 3600, count: 72)
        let unknown = #expect(throws: DataError.self) { try joined(hours) }
        #expect(unknown?.message.contains("data.zone") == true)
        hours.times.zone = "Europe/Berlin"
        let local = try joined(hours)
        #expect(local.channels.map(\.name) == ["value", "events"])
        #expect((0..<24).allSatisfy { local[$0, 0, 1] == 1 } && local[24, 0, 1] == 0)
        #expect(local[35, 0, 1] == 0.25 && local[36, 0, 1] == 1 && local[37, 0, 1] == 0)
        #expect(local[45, 0, 1] == 1 && local[44, 0, 1] == 0, "21:00 in Berlin")
        let games = try joined(hours, ["New*", "Game at *"], ahead: 6)
        #expect(games.channels.map(\.name) == ["value", "New*", "Game at *"])
        #expect(games[30, 0, 2] == 1 && games[29, 0, 2] == 0.25 && games[17, 0, 1] == 1 && games[18, 0, 1] == 0)
        // Days, of a clock in UTC whose zone is known: a holiday is the day there.
        let absolute = Series(
            name: "days",
            times: TimeGrid(
                start: start - 3600, step: 86_400, count: 2, zone: "Europe/Berlin", clock: .utc,
                offsets: try Zone("Europe/Berlin").offsets(start: start - 3600, end: start + 86_400)),
            places: [Place(id: "a")], channels: [Channel(name: "value")], values: [1, 2])
        #expect(try joined(absolute, ["New*"]).values == [1, 1, 2, 0])
        // Beyond its last year it says nothing.
        let late = try joined(hours, ahead: 366 * 24)
        #expect(late.missingCount == 72)
        let none = #expect(throws: DataError.self) { try joined(hours, ["Easter*"]) }
        #expect(none?.message.contains("\"Game abroad\"") == true)
    }

    @Test func `by hand: a day's mean is held once it has passed, half hours are averaged, an hour is itself`() throws {
        let hours = series("flow", step: 3600, count: 96)
        let daily = try joined(hours, series("d", step: 86_400, count: 3, scale: 10))
        // The first day is not known before it has passed; the last step of a day ends with it.
        #expect(daily.channels.map(\.name) == ["value", "other"])
        #expect((0..<23).allSatisfy { !daily.isObserved(time: $0, node: 0, channel: 1) })
        #expect((23..<47).allSatisfy { daily[$0, 0, 1] == 0 } && (47..<71).allSatisfy { daily[$0, 0, 1] == 10 })
        #expect((71..<95).allSatisfy { daily[$0, 0, 1] == 20 } && !daily.isObserved(time: 95, node: 0, channel: 1))
        let held = try joined(hours, series("d", step: 86_400, count: 3, scale: 10)) { $0.times = "1h" }
        #expect(held[95, 0, 1] == 20)
        // As a reading it is known from its stamp on.
        let readings = try joined(hours, series("d", step: 86_400, count: 3, scale: 10)) { $0.known = .start }
        #expect(readings[0, 0, 1] == 0 && readings[23, 0, 1] == 0 && readings[24, 0, 1] == 10)
        let halves = try joined(hours, series("h", step: 1800, count: 192))
        #expect((0..<96).allSatisfy { halves[$0, 0, 1] == Float(2 * $0) + 0.5 })
        let same = try joined(hours, series("s", step: 3600, count: 96, scale: 3))
        #expect((0..<96).allSatisfy { same[$0, 0, 1] == 3 * Float($0) && same[$0, 0, 0] == Float($0) })
    }

    @Test(arguments: [600, 1800, 3600, 7200, 10_800, 86_400] as [Int64], JoinRule.Known.allCases)
    func `what is not known at an origin changes nothing before it`(_ step: Int64, _ known: JoinRule.Known) throws {
        let main = series("flow", step: 3600, count: 200)
        for from in [0, -5400, 1200] as [Int64] {
            let other = series("o", step: step, count: Int(200 * 3600 / step), scale: 2, from: from)
            let before = try joined(main, other) { $0.known = known }
            for origin in [1, 24, 60, 137, 199] {
                let now = main.times.instant(origin)
                var changed = other
                for time in 0..<other.times.count {
                    let isKnown = known == .end ? other.times.instant(time + 1) <= now : other.times.instant(time) < now
                    if !isKnown { changed[time, 0, 0] = 1e9 }
                }
                let after = try joined(main, changed) { $0.known = known }
                #expect(after.observed.prefix(origin * 2) == before.observed.prefix(origin * 2))
                for time in 0..<origin where before.isObserved(time: time, node: 0, channel: 1) {
                    #expect(after[time, 0, 1] == before[time, 0, 1], "\(step) s from \(from), step \(time)")
                }
            }
        }
    }

    @Test func `places by name, by distance, one for all, or an error`() throws {
        let main = series("flow", step: 3600, count: 5, places: ["a", "b", "c"], coordinates: [50, 50.1, 52])
        let named = try joined(main, series("n", step: 3600, count: 5, places: ["c", "a"]))
        #expect(named[2, 0, 1] == 2.5 && named[2, 2, 1] == 2 && !named.isObserved(time: 2, node: 1, channel: 1))
        let stations = series("w", step: 3600, count: 5, places: ["S", "N"], coordinates: [50.02, 50.11])
        let near = try joined(main, stations) { $0.within = "30 km" }
        #expect(near[2, 0, 1] == 2 && near[2, 1, 1] == 2.5 && !near.isObserved(time: 2, node: 2, channel: 1))
        #expect(try joined(main, stations)[2, 2, 1] == 2.5)
        #expect(try joined(main, series("city", step: 3600, count: 5, places: ["city"]))[3, 1, 1] == 3)
        func message(_ other: Series, _ change: (inout JoinRule) -> Void = { _ in }) -> String {
            do { _ = try joined(main, other, change) } catch { return "\(error)" }
            return ""
        }
        #expect(message(series("x", step: 3600, count: 5, places: ["p", "q"])).contains("none of its places"))
        #expect(message(stations) { $0.places = .all }.contains("has 2"))
        #expect(
            message(series("x", step: 3600, count: 5, places: ["p", "q"])) { $0.places = .nearest }.contains(
                "coordinates"))
        #expect(message(stations) { $0.within = "far" }.contains("no distance"))
        var absolute = stations
        absolute.times.clock = .utc
        #expect(message(absolute).contains("absolute times"))
    }

    @Test func `sources are read and joined, targets before covariates`() throws {
        try withFolder { folder in
            let hours = (0..<72).map { TimeText.stamp(start + Int64($0) * 3600) }
            try AtomicFile.write(
                "\(folder)/flow.csv",
                text: "time,a,b,temp,rain\n" + hours.enumerated().map { "\($1),\($0),2\($0),\($0 % 9),0\n" }.joined())
            func load(_ change: (inout DataSource) -> Void) throws -> LoadedSeries {
                var source = DataSource()
                change(&source)
                return try source.load()
            }
            var weather = DataSource()
            (weather.path, weather.columns, weather.columnsAre) = ("\(folder)/flow.csv", ["te*", "rain"], .channels)
            weather.as = .pastCovariates
            let loaded = try load {
                ($0.path, $0.columns, $0.value) = ("\(folder)/flow.csv", ["a", "b"], "flow")
                $0.sources = [weather]
            }
            #expect(loaded.series.places.map(\.id) == ["a", "b"])
            #expect(loaded.series.channels.map(\.name) == ["flow", "temp", "rain"] && loaded.targets == ["flow"])
            #expect(loaded.series[10, 1, 0] == 210 && loaded.series[10, 1, 1] == 1)
            #expect(loaded.quality.findings(.joined).first?.message.contains("2 past covariates") == true)
            // A day and a half of rain alone, held for an hour each.
            try AtomicFile.write(
                "\(folder)/rain.csv",
                text: "time,rain\n" + hours.enumerated().filter { $0.offset < 36 }.map { "\($1),\($0)\n" }.joined())
            var rain = DataSource()
            (rain.path, rain.value, rain.as, rain.join.mask) = ("\(folder)/rain.csv", "rain", .pastCovariates, true)
            let masked = try load {
                ($0.path, $0.columns, $0.value) = ("\(folder)/flow.csv", ["a", "b"], "flow")
                $0.sources = [rain]
            }
            #expect(masked.series.channels.map(\.name) == ["flow", "rain", "rain.known"])
            #expect((0..<72).allSatisfy { masked.series[$0, 1, 2] == ($0 < 36 ? 1 : 0) })
            #expect((0..<72).allSatisfy { masked.series.isObserved(time: $0, node: 0, channel: 1) == ($0 < 36) })
            #expect((0..<72).allSatisfy { masked.series.isObserved(time: $0, node: 0, channel: 2) })
            #expect(masked.sources.map(\.channels) == [["rain", "rain.known"]])
            let error = #expect(throws: DataError.self) { try load { $0.sources = [weather] } }
            #expect(error?.message.contains("all are covariates") == true)
            weather.columns = ["wind"]
            let unknown = #expect(throws: DataError.self) { try weather.load() }
            #expect(unknown?.message.contains("data.columns") == true)
        }
    }
}
