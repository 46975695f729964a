import LimbeckCompute
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries

/// Small models with random parameters, and random data for them.
enum Trained {
    static func series(
        nodes: Int, channels: Int = 1, steps: Int = 500, step: Int64 = 3600,
        clock: LocalTime.Clock = .utc, offsets: [LocalTime.Offset] = []
    ) -> Series {
        var random = SplitMix(seed: 7)
        return Series(
            name: "random",
            times: TimeGrid(
                start: 1_700_000_000 / step * step, step: step, count: steps,
                zone: "Test/Zone", clock: clock, offsets: offsets),
            places: (0..<nodes).map {
                Place(
                    id: "place \($0)",
                    coordinate: Coordinate(latitude: Double($0), longitude: 10))
            },
            channels: (0..<channels).map { Channel(name: "channel \($0)", unit: "m") },
            values: (0..<steps * nodes * channels).map { _ in 50 + 20 * random.next() },
            graph: Graph(
                nodeCount: nodes, dense: (0..<nodes * nodes).map { _ in abs(random.next()) }))
    }

    /// The same with a fifth of all readings missing, some for longer than a history.
    static func gapped(_ series: Series) -> Series {
        var random = SplitMix(seed: 23), series = series
        for node in 0..<series.nodeCount {
            for channel in 0..<series.channelCount {
                var left = 0
                for time in 0..<series.times.count {
                    if left == 0, random.next() > 0.94 { left = random.next() > 0.5 ? 20 : 3 }
                    guard left > 0 else { continue }
                    left -= 1
                    series.observed[series.offset(time: time, node: node, channel: channel)] = false
                }
            }
        }
        return series.withGaps
    }

    static func scaler(_ series: Series) -> Scaler {
        var random = SplitMix(seed: 11)
        let count = series.stepSize
        return Scaler(
            transform: .squareRoot, center: (0..<count).map { _ in 7 + random.next() },
            spread: (0..<count).map { _ in 2 + random.next() })
    }

    /// Every parameter and state drawn anew, so that none sits at a value that hides a mistake.
    static func forecaster(
        _ series: Series, history: Int = 12, horizon: Int = 5, outputs: Int? = nil, seasons: Seasons? = nil,
        rule: FillingRule = .forward, head: any Head = PointHead(), form: ProfileForm = .full,
        _ make: (ModelContext) throws -> any Model
    ) rethrows -> TrainedForecaster {
        var shape = ForecastShape(
            history: history, horizon: horizon, nodes: series.nodeCount,
            channels: series.channelCount, outputs: outputs, step: series.times.step, seasons: seasons)
        shape.head = head
        shape.profileForm = form
        shape.facts = series.facts?.count ?? 0
        let model = try make(ModelContext(shape: shape, graph: series.graph))
        let trace = Trace()
        let inputs = ModelInputs(trace, shape: shape, batch: 1)
        trace.output("forecast", model(inputs, Scope(trace, mode: .inference)))
        let parameters = Parameters(trace.finish().parameters, seed: 3)
        var random = SplitMix(seed: 5)
        for entry in parameters.entries {
            parameters[entry.path] = (0..<entry.shape.count).map { _ in
                // Variances are positive.
                entry.path.hasSuffix("variance") ? 1.5 + random.next() : 0.5 * random.next()
            }
        }
        return TrainedForecaster(
            name: "small", model: model, shape: shape, scaler: scaler(series),
            parameters: parameters, pool: WorkerPool(workers: 1), rule: rule)
    }
}

/// Numbers from -1 to 1 (Steele et al. 2014, "SplitMix").
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Float {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        z ^= z >> 31
        return Float(z >> 40) / Float(1 << 23) - 1
    }
}

/// A model written as one closure.
struct Written: Model {
    let body: @Sendable (ModelInputs, Scope) -> Tensor

    init(_ body: @escaping @Sendable (ModelInputs, Scope) -> Tensor) { self.body = body }

    func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor { body(inputs, scope) }
}
