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

    private func joined(_ main: Series, _ other: Series, _ change: (inout JoinRule) -> Void = { _ in }) throws -> Series
    {
        var rule = JoinRule()
        change(&rule)
        return try CovariateJoin(main, other, rule: rule, file: "other.csv").joined().series
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
            let error = #expect(throws: DataError.self) { try load { $0.sources = [weather] } }
            #expect(error?.message.contains("all are covariates") == true)
            weather.columns = ["wind"]
            let unknown = #expect(throws: DataError.self) { try weather.load() }
            #expect(unknown?.message.contains("data.columns") == true)
        }
    }
}
