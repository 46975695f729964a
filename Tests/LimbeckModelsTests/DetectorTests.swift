import LimbeckCompute
import LimbeckRuntime
import LimbeckSeries
import Testing

@testable import LimbeckModels

/// Rules that tell how unusual a reading is, and what a model is told of readings that stand still.
@Suite struct DetectorTests {
    private func context(
        _ values: [Float], nodes: Int, history: Int, training: Range<Int>, spread: Float = 1
    ) -> BaselineContext {
        let series = Series(
            name: "s", times: TimeGrid(start: 0, step: 3600, count: values.count / nodes),
            places: (0..<nodes).map { Place(id: "p\($0)") }, channels: [Channel(name: "v")], values: values)
        let scaler = Scaler(
            center: [Float](repeating: 0, count: nodes), spread: [Float](repeating: spread, count: nodes))
        let shape = ForecastShape(history: history, horizon: 1, nodes: nodes, channels: 1, step: 3600, seasons: [])
        return BaselineContext(
            series: series, training: training, history: history,
            statistics: TrainingStatistics(series, scaler: scaler, range: training, shape: shape), scaler: scaler)
    }

    private func score(_ name: String, _ context: BaselineContext, at origin: Int) throws -> [Float] {
        let detector = try BaselineCatalog.detectors.entry(named: name).make(context)
        let own = try detector.forecast(context.series, origins: [origin]).values
        // The same of windows that were cut.
        let windows = try Windows(context.series, scaler: context.scaler)
        #expect(try (detector as? any WindowForecaster)?.forecast(windows, origins: [origin]).values == own)
        return own
    }

    @Test func `by hand: a moving z-score, and the distance from what is usual`() throws {
        // Readings 1, 3, 1, 3 have mean 2 and deviation 1; the fifth is 5: z = 3, told as 3 / 4.
        let values: [Float] = [1, 3, 1, 3, 5, 9, 9, 9]
        let moving = try score("movingZScore", context(values, nodes: 1, history: 5, training: 0..<4), at: 5)
        #expect(abs(moving[0] - 0.75) < 1e-5)
        // In deviations of 4 it is the same: z has no unit.
        let scaled = try score("movingZScore", context(values, nodes: 1, history: 5, training: 0..<4, spread: 4), at: 5)
        #expect(abs(scaled[0] - 0.75) < 1e-4)
        // The mean of training is 2: the reading of 5 lies 3 above.
        let usual = try score("usual", context(values, nodes: 1, history: 2, training: 0..<4), at: 5)
        #expect(abs(usual[0] - 0.75) < 0.05, "\(usual)")
    }

    @Test func `a place is told from those that vary with it, and one of its own is found`() throws {
        var random = CounterGenerator(seed: 4)
        var values: [Float] = []
        for _ in 0..<400 {
            let common = Float(random.next(below: 1000)) / 500 - 1
            for _ in 0..<4 { values.append(common + Float(random.next(below: 100)) / 1000) }
        }
        // The third place goes another way at the last step, by what is usual among all.
        values[399 * 4 + 2] = values[399 * 4 + 1] > 0 ? -1 : 1
        let own = context(values, nodes: 4, history: 3, training: 0..<300)
        let told = try score("neighbours", own, at: 400), usual = try score("usual", own, at: 400)
        #expect(told[2] > 0.9 && told[2] == told.max() && told[0] < told[2], "\(told)")
        #expect(usual[2] < 0.7, "\(usual)")
        // Alone it has nobody to be told from.
        #expect(
            try score(
                "neighbours", context(Array(values.prefix(400)), nodes: 1, history: 3, training: 0..<300), at: 390
            ).count == 1)
    }

    @Test func `places that vary together are found, the nearest first`() {
        let rows: [[Float]] = [[1, 2, 3, 4], [2, 4, 6, 8.5], [4, 3, 2, 1], [5, 5, 5, 5]]
        #expect(Likeness.nearest(rows, count: 2) == [[1, 3], [0, 3], [3, 1], [0, 1]])
        #expect(Likeness.nearest(rows, count: 0) == [[], [], [], []])
    }

    /// Zero whatever it reads.
    private struct Nothing: Model {
        func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
            inputs.trace.constant(
                [Float](repeating: 0, count: inputs.batch * inputs.shape.nodes),
                [
                    inputs.batch, 1, inputs.shape.nodes, 1,
                ])
        }
    }

    @Test func `by hand: spans of readings that did not change are added up`() throws {
        // Six steps: spans of 2, 4 and 5 changes. Of three places one never changes, one for its last three, one at the end.
        let window: [Float] = [
            5, 1, 1, 5, 2, 2, 5, 7, 3, 5, 7, 4, 5, 7, 4, 5, 7, 5,
        ]
        var shape = ForecastShape(history: 6, horizon: 1, nodes: 3, channels: 1, step: 3600, seasons: [])
        shape.head = LabelHead(shares: [0.5])
        let trace = Trace()
        let inputs = ModelInputs(trace, shape: shape, batch: 1)
        trace.output("told", StillnessAware(Nothing())(inputs, Scope(trace, mode: .inference)))
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        parameters["still/weight"] = [1, 10, 100]
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: 1))
        let target = try #require(executable.input("history"))
        for (index, value) in window.enumerated() { target[index] = value }
        executable.run()
        #expect(executable.output("told").map(Array.init) == [111, 1, 0])
    }
}
