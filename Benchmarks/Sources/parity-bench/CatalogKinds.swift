import LimbeckCompute
import LimbeckExport
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries

/// Every model of the catalog as it comes, with drawn parameters, exported as teachers are.
enum CatalogKinds {
    static func all() throws -> [Kind] {
        let hourly = series(step: 3600)
        var kinds = try ModelCatalog.standard.entries.map { entry in
            Kind(name: entry.name, content: try content(hourly, entry.name))
        }
        // Every five minutes for half a day, and a history of a week.
        kinds.append(Kind(name: "stid-5min", content: try content(series(step: 300), "stid", history: 144)))
        kinds.append(Kind(name: "linear-week", content: try content(hourly, "linear", history: 168)))
        for cell in ["gru", "lstm"] {
            let layers = try forecaster(hourly, history: 12) { context in
                var configuration = Recurrent.Configuration()
                (configuration.layers, configuration.units) = (2, 16)
                configuration.cell = cell == "gru" ? .gru : .lstm
                return Recurrent(configuration, context)
            }
            kinds.append(Kind(name: "recurrent-\(cell)-2", content: try layers.student(series: hourly)))
        }
        return kinds
    }

    private static func content(_ series: Series, _ name: String, history: Int = 12) throws -> StudentContent {
        try forecaster(series, history: history) {
            try ModelCatalog.standard.entry(named: name).make(DefaultConfiguration(), $0)
        }.student(series: series, card: [CardEntry("name", name)], limits: ONNXExport.limits)
    }

    private static func forecaster(
        _ series: Series, history: Int, _ make: (ModelContext) throws -> any Model
    ) throws -> TrainedForecaster {
        let shape = ForecastShape(
            history: history, horizon: 6, nodes: series.nodeCount, channels: series.channelCount,
            step: series.times.step)
        let model = try make(ModelContext(shape: shape, graph: series.graph))
        let trace = Trace()
        trace.output("forecast", model(ModelInputs(trace, shape: shape, batch: 1), Scope(trace, mode: .inference)))
        let parameters = Parameters(trace.finish().parameters, seed: 3)
        var random = SplitMix(5)
        for entry in parameters.entries {
            // Variances are positive; other numbers are drawn around what training begins with.
            parameters[entry.path] =
                entry.path.hasSuffix("variance")
                ? random.floats(entry.shape.count, 0.5...1.5)
                : zip(parameters[entry.path] ?? [], random.floats(entry.shape.count)).map { $0 + 0.1 * $1 }
        }
        let size = series.stepSize
        return TrainedForecaster(
            name: "parity", model: model, shape: shape,
            scaler: Scaler(
                transform: .squareRoot, center: random.floats(size, 6...8), spread: random.floats(size, 1...3)),
            parameters: parameters, pool: WorkerPool(workers: 1))
    }

    /// Ten places in two channels, on UTC, with New Zealand's clock changes of 2023 and 2024.
    private static func series(step: Int64) -> Series {
        let nodes = 10
        var random = SplitMix(7)
        return Series(
            name: "synthetic",
            times: TimeGrid(
                start: 1_695_000_000 / step * step, step: step, count: 400, zone: "Pacific/Auckland", clock: .utc,
                offsets: HandMadeKinds.auckland),
            places: (0..<nodes).map { Place(id: "place \($0)") },
            channels: [Channel(name: "count", unit: "1/h"), Channel(name: "speed", unit: "km/h")],
            values: random.floats(400 * nodes * 2, 10...90),
            graph: Graph(nodeCount: nodes, dense: random.floats(nodes * nodes, 0...1)))
    }
}
