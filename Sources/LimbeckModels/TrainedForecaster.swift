public import LimbeckCompute
public import LimbeckRuntime
public import LimbeckSeries

/// A model with its parameters and everything needed to forecast in original units.
public final class TrainedForecaster: Forecaster {
    public let name: String
    public let model: any Model
    public let shape: ForecastShape
    public let scaler: Scaler
    public let parameters: Parameters
    public let pool: WorkerPool
    /// What stood in for missing readings while it was trained, and does on a device.
    public let rule: FillingRule

    /// Parameter paths are the model's own, without a role before them.
    public init(
        name: String, model: any Model, shape: ForecastShape, scaler: Scaler,
        parameters: Parameters, pool: WorkerPool, rule: FillingRule = .forward
    ) {
        self.name = name
        self.model = model
        self.shape = shape
        self.scaler = scaler
        self.parameters = parameters
        self.pool = pool
        self.rule = rule
    }

    /// The same with quantiles stretched about the median.
    public func stretched(_ stretch: Stretch) -> TrainedForecaster {
        var shape = shape
        shape.head.stretch = stretch
        return TrainedForecaster(
            name: name, model: model, shape: shape, scaler: scaler, parameters: parameters, pool: pool, rule: rule)
    }

    public var history: Int { shape.history }
    public var horizon: Int { shape.horizon }

    /// The inference computation at a batch size, and the calendar it reads; for exporters with
    /// recurrent layers and convolutions as one operation each.
    public func inference(
        batch: Int, keepsWhole: Bool = false
    ) -> (computation: Computation, slots: [CalendarSlot]) {
        let (computation, inputs) = traced(batch: batch, keepsWhole: keepsWhole, feedsProfile: false, answers: true)
        return (computation, inputs.slots)
    }

    private func traced(
        batch: Int, keepsWhole: Bool = false, feedsProfile: Bool, answers: Bool
    ) -> (computation: Computation, inputs: ModelInputs) {
        let trace = Trace(keepsWhole: keepsWhole)
        let inputs = ModelInputs(trace, shape: shape, batch: batch, feedsProfile: feedsProfile)
        let output = model(inputs, Scope(trace, mode: .inference))
        trace.output("forecast", answers ? shape.head.answer(output) : output)
        return (trace.finish(), inputs)
    }

    public var cost: ForecastCost {
        // Optimised for one window: what a device would compute; constants folded at export.
        ForecastCost(parameters: parameters.count, flops: inference(batch: 1).computation.optimizedCost.flops)
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        try forecast(Windows(series, scaler: scaler, rule: rule), origins: origins)
    }

    /// As `forecast(_:origins:)`, with windows already cut. Throws when a forecast is not finite.
    public func forecast(_ windows: Windows, origins: [Int]) throws -> Forecast {
        var values = try outputs(windows, origins, answers: true)
        if shape.head.output.isScaled {
            for index in values.indices { values[index] = scaler.unscaled(values[index], at: shape.answerEntry(index)) }
        }
        return Forecast(
            origins: origins, horizon: shape.answerSteps, nodeCount: shape.nodes,
            channelCount: shape.answerWidth, values: values)
    }

    /// What losses read, in scaled units or logits, `[origins, S, N, W]`: what soft labels are.
    public func scaledForecast(_ windows: Windows, origins: [Int]) throws -> [Float] {
        try outputs(windows, origins, answers: false)
    }

    private func outputs(_ windows: Windows, _ origins: [Int], answers: Bool) throws -> [Float] {
        try check(windows.series, origins.map(windows.step))
        let batch = max(1, min(64, origins.count))
        let (computation, traced) = traced(batch: batch, feedsProfile: windows.feedsProfile, answers: answers)
        let executable = Executable(computation, parameters: parameters, pool: pool)
        let inputs = WindowBuffers(
            executable, shape: shape, slots: traced.slots, profiles: traced.profileSpans)
        let size = answers ? shape.answerCount : shape.outputCount
        var values: [Float] = []
        values.reserveCapacity(origins.count * size)
        for first in stride(from: 0, to: origins.count, by: batch) {
            let real = origins[first..<min(first + batch, origins.count)]
            // A short last batch is padded with its last window, and the padding discarded.
            let padded = Array(real) + repeatElement(real[real.endIndex - 1], count: batch - real.count)
            windows.fill(inputs, origins: padded[...])
            executable.run()
            guard let output = executable.output("forecast") else { break }
            let kept = output.prefix(real.count * size)
            if let bad = kept.firstIndex(where: { !$0.isFinite }) {
                throw ModelError(
                    .notFinite,
                    "\(name): the forecast at origin \(origins[first + bad / size]) is not finite, first in \(executable.firstNonFinite() ?? "its inputs")."
                )
            }
            values += kept
        }
        return values
    }

    /// Throws `mismatch` when the model does not fit the series or an origin lacks its history.
    private func check(_ series: Series, _ origins: [Int]) throws {
        func check(_ isGood: Bool, _ what: String) throws {
            if !isGood { throw ModelError(.mismatch, "\(name): \(what).") }
        }
        try check(
            series.nodeCount == shape.nodes && series.channelCount == shape.channels,
            "the model is for \(shape.nodes) places of \(shape.channels) channels, the data has \(series.nodeCount) of \(series.channelCount)"
        )
        try check(
            series.times.step == shape.step,
            "the model is for steps of \(shape.step) s, the data has steps of \(series.times.step) s")
        let range = shape.history...max(shape.history, series.times.count)
        if let bad = origins.first(where: { !range.contains($0) }) {
            try check(false, "origin \(bad) has no \(shape.history) steps of history in \(series.times.count)")
        }
    }

    /// One forecast of all places, batch 1, one thread, as often as it is called.
    public func timing(_ windows: Windows, origin: Int) -> () -> Void {
        let (computation, slots) = inference(batch: 1)
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: 1))
        let inputs = WindowBuffers(executable, shape: shape, slots: slots)
        return {
            windows.fill(inputs, origins: [origin])
            executable.run()
        }
    }
}
