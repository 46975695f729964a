import LimbeckModels
import LimbeckRuntime
import LimbeckSeries
import Testing

@Suite struct RidgeTests {
    /// Two places, value of the next hour = 0.5 · this one + 20, with a kick every seventh hour.
    private func series(_ change: (inout Series) -> Void = { _ in }) -> Series {
        var values: [Float] = [10, 100]
        for step in 1..<400 {
            for place in 0..<2 {
                values.append(0.5 * values[2 * (step - 1) + place] + 20 + (step % 7 == 3 * place ? 30 : 0))
            }
        }
        var series = Series(
            name: "halves", times: TimeGrid(start: 0, step: 3600, count: 400),
            places: [Place(id: "north"), Place(id: "south")], channels: [Channel(name: "flow")],
            values: values, observed: values.map { _ in true })
        change(&series)
        return series
    }

    private func fit(_ series: Series, penalty: Double = 1e-6) throws -> Ridge {
        let shape = ForecastShape(history: 8, horizon: 2, nodes: 2, channels: 1, step: 3600)
        let scaler = Scaler(center: [0, 0], spread: [1, 1])
        let statistics = TrainingStatistics(series, scaler: scaler, range: 0..<300, shape: shape)
        return try Ridge(series, range: 0..<300, history: 8, profile: statistics.usual, penalty: penalty)
    }

    @Test func `a covariate that leads its target is read, in any unit, and its future is not`() throws {
        // flow at t = 3 · rain at t−2 + 7: rain is a fresh draw each hour, so nothing else tells of it.
        var random = CounterGenerator(seed: 4)
        let steps = 400
        for unit in [1, 1e6] as [Float] {
            let rain = (0..<steps * 2).map { _ in Float.random(in: 0..<1, using: &random) }
            var values: [Float] = []
            for index in 0..<steps * 2 { values += [index >= 4 ? 3 * rain[index - 4] + 7 : 7, unit * rain[index]] }
            var series = Series(
                name: "rain", times: TimeGrid(start: 0, step: 3600, count: steps),
                places: [Place(id: "a"), Place(id: "b")], channels: [Channel(name: "flow"), Channel(name: "rain")],
                values: values)
            let shape = ForecastShape(
                history: 4, horizon: 2, nodes: 2, channels: 2, outputs: 1, step: 3600, seasons: [])
            let scaler = Scaler(center: [0, 0, 0, 0], spread: [1, 1, 1, 1])
            let statistics = TrainingStatistics(series, scaler: scaler, range: 0..<300, shape: shape)
            let ridge = try Ridge(series, range: 0..<300, history: 4, profile: statistics.usual, penalty: 1e-6)
            let origins = Array(300..<390)
            let forecast = try ridge.forecast(series, origins: origins)
            #expect(forecast.channelCount == 1)
            for (index, origin) in origins.enumerated() {
                for cell in 0..<4 {
                    let truth = series[origin + cell / 2, cell % 2, 0]
                    #expect(abs(forecast.values[index * 4 + cell] - truth) < 0.01)
                }
            }
            #expect(try HistoricalAverage(statistics.usual).forecast(series, origins: [300]).values.count == 4)
            let last = try Persistence(horizon: 2, outputs: 1).forecast(series, origins: [300]).values
            #expect(last == [series[299, 0, 0], series[299, 1, 0], series[299, 0, 0], series[299, 1, 0]])
            // What comes after the origin changes nothing.
            for time in 300..<steps { series[time, 0, 1] = 1e9 }
            #expect(try ridge.forecast(series, origins: [300]).values == Array(forecast.values[0..<4]))
        }
    }

    @Test func `a linear rule is found, whatever the unit`() throws {
        // 1e30 squared is beyond a float, 1e-30 squared below one.
        for unit in [1, 1e30, 1e-30] as [Float] {
            let scaled = series { series in
                for index in series.values.indices { series.values[index] *= unit }
            }
            let origins = Array(300..<390)
            let forecast = try fit(scaled).forecast(scaled, origins: origins)
            var worst: Float = 0
            for (index, origin) in origins.enumerated() {
                for step in 0..<2 {
                    for place in 0..<2 {
                        let truth = scaled.values[(origin + step) * 2 + place] / unit
                        worst = max(worst, abs(forecast.values[(index * 2 + step) * 2 + place] / unit - truth))
                    }
                }
            }
            #expect(worst < 0.5, "off by \(worst) of values to 100 in units of \(unit)")
        }
    }

    @Test func `every channel has a map of its own, as if it were alone`() throws {
        // A flow that falls back to 40, and a share a thousand times smaller that keeps its level.
        func single(_ channel: Int) -> Series {
            series { series in
                guard channel == 1 else { return }
                var state: UInt64 = 3
                for index in series.values.indices {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let before = index < 2 ? 0.05 : series.values[index - 2]
                    series.values[index] = before + (Float(state >> 40) * 0x1p-24 - 0.5) * 0.01
                }
            }
        }
        let parts = [single(0), single(1)]
        var both = parts[0]
        both.channels = [Channel(name: "flow"), Channel(name: "share")]
        both.values = parts[0].values.indices.flatMap { index in parts.map { $0.values[index] } }
        both.observed = both.values.map { _ in true }
        let shape = ForecastShape(history: 8, horizon: 2, nodes: 2, channels: 2, step: 3600)
        let statistics = TrainingStatistics(
            both, scaler: Scaler(center: [0, 0, 0, 0], spread: [1, 1, 1, 1]), range: 0..<300, shape: shape,
            seasons: .declared([]))
        let ridge = try Ridge(both, range: 0..<300, history: 8, profile: statistics.usual)
        let origins = Array(300..<390)
        let together = try ridge.forecast(both, origins: origins).values
        for (channel, part) in parts.enumerated() {
            let shape = ForecastShape(history: 8, horizon: 2, nodes: 2, channels: 1, step: 3600)
            let statistics = TrainingStatistics(
                part, scaler: Scaler(center: [0, 0], spread: [1, 1]), range: 0..<300, shape: shape,
                seasons: .declared([]))
            let alone = try Ridge(part, range: 0..<300, history: 8, profile: statistics.usual)
                .forecast(part, origins: origins).values
            for index in alone.indices { #expect(together[2 * index + channel] == alone[index]) }
        }
    }

    @Test func `a history of a week, where the profile repeats itself, is fitted all the same`() throws {
        let count = 24 * 7 * 12
        var state: UInt64 = 1
        let values: [Float] = (0..<count).map { step in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let noise = Float(state >> 40) * 0x1p-24 - 0.5
            return 1000 + 400 * (step % 24 < 12 ? 1 : -1) + 100 * (step / 24 % 7 < 5 ? 1 : 0) + 50 * noise
        }
        let series = Series(
            name: "weeks", times: TimeGrid(start: 0, step: 3600, count: count), places: [Place(id: "one")],
            channels: [Channel(name: "flow")], values: values, observed: values.map { _ in true })
        let shape = ForecastShape(history: 168, horizon: 1, nodes: 1, channels: 1, step: 3600)
        let range = 0..<count - 168
        let statistics = TrainingStatistics(
            series, scaler: Scaler(center: [0], spread: [1]), range: range, shape: shape)
        let ridge = try Ridge(series, range: range, history: 168, profile: statistics.usual)
        let origins = Array(range.upperBound..<count)
        let forecast = try ridge.forecast(series, origins: origins)
        let error = zip(origins, forecast.values).reduce(0) { $0 + abs($1.1 - values[$1.0]) } / Float(origins.count)
        #expect(error < 20, "\(error), where the noise alone is 12.5 on average")
    }

    @Test func `one absurd value gives a finite forecast or an error that names it`() throws {
        for absurd in [1e38, -3e38] as [Float] {
            let broken = series { $0.values[2 * 150 + 1] = absurd }
            do {
                let forecast = try fit(broken).forecast(broken, origins: Array(300..<390))
                #expect(forecast.values.allSatisfy { $0.isFinite })
            } catch let error as ModelError {
                #expect(error.code == .notFinite)
                #expect(error.message.contains("\"south\" (channel flow) at 150 steps"), "\(error)")
            }
        }
    }

    @Test(arguments: [Float.infinity, .nan])
    func `a value that is not finite is named`(value: Float) {
        let broken = series { $0.values[2 * 40] = value }
        let error = #expect(throws: ModelError.self) { _ = try fit(broken) }
        #expect(error?.message.contains("\"north\" (channel flow) at 40 steps") == true, "\(error?.message ?? "")")
    }
}
