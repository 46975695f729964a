import LimbeckCompute
import LimbeckModels
import LimbeckSeries
import Testing

@Suite struct MismatchTests {
    @Test(arguments: [
        (nodes: 3, step: 3600, origin: 4, words: "places"),
        (nodes: 2, step: 600, origin: 4, words: "steps of 3600 s"),
        (nodes: 2, step: 3600, origin: 3, words: "history"),
        (nodes: 2, step: 3600, origin: 11, words: "history"),
        (nodes: 2, step: 3600, origin: -1, words: "history"),
    ])
    func `a series that does not fit the model is an error that says why`(
        nodes: Int, step: Int, origin: Int, words: String
    ) throws {
        let trained = try Self.trained()
        let series = Self.series(nodes: nodes, step: Int64(step))
        let windows = try Windows(
            series,
            scaler: Scaler(
                center: [Float](repeating: 0, count: nodes), spread: [Float](repeating: 1, count: nodes)))
        let error = #expect(throws: ModelError.self) {
            _ = try trained.scaledForecast(windows, origins: [4, origin])
        }
        #expect(error?.code == .mismatch)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func `a forecast may begin right after the data ends`() throws {
        let forecast = try Self.trained().forecast(Self.series(nodes: 2, step: 3600), origins: [4, 10])
        #expect(forecast.values.count == 2 * 2 * 2)
    }

    private static func series(nodes: Int, step: Int64) -> Series {
        Series(
            name: "ramp", times: TimeGrid(start: 0, step: step, count: 10),
            places: (0..<nodes).map { Place(id: "p\($0)") }, channels: [Channel(name: "value")],
            values: (0..<10 * nodes).map { Float($0) / 10 })
    }

    private static func trained() throws -> TrainedForecaster {
        let shape = ForecastShape(history: 4, horizon: 2, nodes: 2, channels: 1, step: 3600)
        let model = try ModelCatalog.standard.entry(named: "stid").make(
            DefaultConfiguration(), ModelContext(shape: shape, graph: nil))
        let trace = Trace()
        trace.output("y", model(ModelInputs(trace, shape: shape, batch: 1), Scope(trace, mode: .inference)))
        return TrainedForecaster(
            name: "student", model: model, shape: shape,
            scaler: Scaler(center: [0, 0], spread: [1, 1]),
            parameters: Parameters(trace.finish().parameters, seed: 1), pool: WorkerPool(workers: 1))
    }
}
