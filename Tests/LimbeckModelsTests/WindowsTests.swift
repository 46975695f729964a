import LimbeckCompute
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries
import Testing

@Suite struct WindowsTests {
    /// Three nodes, two channels; value = 100·time + 10·node + channel. Monday 2024-01-01, hourly.
    private func series(steps: Int = 60) -> Series {
        var values: [Float] = []
        for step in 0..<steps {
            for column in 0..<6 { values.append(Float(100 * step + 10 * (column / 2) + column % 2)) }
        }
        return Series(
            name: "small",
            times: TimeGrid(start: 1_704_067_200, step: 3600, count: steps, clock: .local),
            places: ["a", "b", "c"].map { Place(id: $0) },
            channels: [Channel(name: "x"), Channel(name: "y")], values: values)
    }

    private let scaler = Scaler(
        center: [Float](repeating: 100, count: 6), spread: [Float](repeating: 2, count: 6))

    @Test func `windows hold the steps before their origin, targets those from it on`() throws {
        var series = series()
        series.observed[series.offset(time: 31, node: 2, channel: 1)] = false
        let windows = try Windows(series, scaler: scaler)
        let shape = ForecastShape(history: 3, horizon: 2, nodes: 3, channels: 2, step: 3600)
        let trace = Trace()
        let inputs = ModelInputs(trace, shape: shape, batch: 2)
        let hours = CalendarSlot(.hourOfDay, first: -1, count: 3)
        _ = inputs.calendar(hours)
        trace.output("history", inputs.history)
        let computation = trace.finish()
        let executable = Executable(
            computation, parameters: Parameters(computation.parameters, seed: 1), pool: WorkerPool(workers: 1))
        let origins = [30, 58]
        windows.fill(WindowBuffers(executable, shape: shape, slots: inputs.slots), origins: origins[...])
        let history = try #require(executable.input("history"))
        var target = [Float](repeating: -1, count: 24), mask = target
        target.withUnsafeMutableBufferPointer { target in
            mask.withUnsafeMutableBufferPointer {
                windows.fillTargets(target, $0, horizon: 2, outputs: 2, origins: origins[...])
            }
        }
        for (window, origin) in origins.enumerated() {
            for cell in 0..<18 {
                #expect(history[window * 18 + cell] == (series.values[(origin - 3) * 6 + cell] - 100) / 2)
            }
            for cell in 0..<12 {
                #expect(target[window * 12 + cell] == (series.values[origin * 6 + cell] - 100) / 2)
                #expect(mask[window * 12 + cell] == (series.observed[origin * 6 + cell] ? 1 : 0))
            }
        }
        #expect(mask.count { $0 == 0 } == 1)
        #expect(Array(try #require(executable.indices(ModelInputs.name(hours)))) == [5, 6, 7, 9, 10, 11])
    }

    @Test func `targets are the first channels alone where the others are covariates`() throws {
        let windows = try Windows(series(), scaler: scaler)
        var target = [Float](repeating: -1, count: 12), mask = target
        target.withUnsafeMutableBufferPointer { target in
            mask.withUnsafeMutableBufferPointer {
                windows.fillTargets(target, $0, horizon: 2, outputs: 1, origins: [30, 58])
            }
        }
        let shape = ForecastShape(history: 3, horizon: 2, nodes: 3, channels: 2, outputs: 1, step: 3600)
        for index in 0..<12 {
            let time = [30, 31, 58, 59][index / 3], place = index % 3
            #expect(target[index] == (Float(100 * time + 10 * place) - 100) / 2)
            #expect(shape.entry(index) == 2 * place)
        }
    }

    @Test func `no window sees its future`() throws {
        let whole = series()
        var cut = whole
        for index in cut.values.indices where index >= 30 * 6 { cut.values[index] = -7 }
        let model = LinearForecast(
            .init(),
            ModelContext(shape: ForecastShape(history: 4, horizon: 2, nodes: 3, channels: 2, step: 3600), graph: nil))
        let trace = Trace()
        let shape = ForecastShape(history: 4, horizon: 2, nodes: 3, channels: 2, step: 3600)
        _ = model(ModelInputs(trace, shape: shape, batch: 1), Scope(trace, mode: .inference))
        let forecaster = TrainedForecaster(
            name: "linear", model: model, shape: shape, scaler: scaler,
            parameters: Parameters(trace.finish().parameters, seed: 3), pool: WorkerPool(workers: 1))
        let before = try forecaster.forecast(whole, origins: [30]).values
        #expect(try forecaster.forecast(cut, origins: [30]).values == before)
        #expect(try forecaster.forecast(cut, origins: [31]).values != forecaster.forecast(whole, origins: [31]).values)
    }

    @Test func `a series with gaps is refused, naming place and step`() throws {
        var series = series()
        series[5, 1, 0] = .nan
        #expect {
            try Windows(series, scaler: scaler)
        } throws: { error in
            "\(error)".contains("\"b\"") && "\(error)".contains("step 5")
        }
    }
}
