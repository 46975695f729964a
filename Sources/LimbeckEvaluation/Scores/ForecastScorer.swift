public import LimbeckSeries

/// Scores forecasts in original units against what was observed.
///
/// Every metric is computed at the chosen steps ahead and over the whole horizon pooled. Cells
/// that were not observed never count. A metric that is undefined on this data (MAPE without a
/// truth of 1 or more) yields no score; where a metric leaves observed cells out, a second score
/// named `<metric>Count` says how many remained.
public struct ForecastScorer: Sendable {
    public var metrics: [any Metric]
    /// Steps ahead, counted from 1, with scores of their own; those beyond the horizon are skipped.
    public var horizons: [Int]

    public init(
        metrics: [any Metric] = [MAE(), RMSE(), WAPE(), MAPE()], horizons: [Int] = [1, 3, 6, 12]
    ) {
        self.metrics = metrics
        self.horizons = horizons
    }

    /// Throws `shape`, `outOfRange` or, naming origin, step, node and channel, `notFinite`.
    public func scores(
        _ forecast: Forecast, against truth: Series, model: String, role: Role,
        split: ScoreSplit, seed: Int
    ) throws -> [Score] {
        let pairs = try ForecastPairs(forecast, truth)
        let steps = horizons.filter { 1...max(1, forecast.horizon) ~= $0 }
        var result: [Score] = []
        for horizon in steps.map(ScoreHorizon.step) + [.average] {
            let input = try pairs.input(horizon)
            for metric in metrics {
                func score(_ name: String, _ value: Double, _ unit: String) -> Score {
                    Score(
                        model: model, role: role, metric: name, horizon: horizon, value: value,
                        unit: unit, split: split, seed: seed)
                }
                do {
                    let measured = try metric.value(input)
                    let unit = metric.unit.name(channel: pairs.unit)
                    result.append(score(metric.name, measured.value, unit))
                    if measured.count < pairs.observedCount(horizon) {
                        result.append(
                            score(metric.name + "Count", Double(measured.count), "values"))
                    }
                } catch let error as EvaluationError where error.code == .undefined {
                    continue
                }
            }
        }
        return result
    }
}

/// A forecast beside its truth, checked: shapes fit, targets lie inside the series.
struct ForecastPairs {
    let forecast: Forecast
    let truth: Series

    init(_ forecast: Forecast, _ truth: Series) throws {
        guard forecast.nodeCount == truth.nodeCount, forecast.channelCount <= truth.channelCount,
            forecast.horizon > 0, forecast.channelCount > 0
        else {
            throw EvaluationError(
                .shape,
                "the forecast is [origins, \(forecast.horizon), \(forecast.nodeCount),"
                    + " \(forecast.channelCount)], but “\(truth.name)” has \(truth.nodeCount) nodes"
                    + " and \(truth.channelCount) channels; score it against the series it is for")
        }
        let last = truth.times.count - forecast.horizon
        if let origin = forecast.origins.first(where: { $0 < 0 || $0 > last }) {
            throw EvaluationError(
                .outOfRange,
                "the forecast from step \(origin) reaches \(forecast.horizon) steps, beyond the"
                    + " \(truth.times.count) steps of “\(truth.name)”; leave that origin out")
        }
        if let index = forecast.values.firstIndex(where: { !$0.isFinite }) {
            throw Self.notFinite(forecast, truth, index)
        }
        self.forecast = forecast
        self.truth = truth
    }

    /// The channels' common unit; empty when they differ.
    var unit: String {
        let units = Set(truth.channels.prefix(forecast.channelCount).map(\.unit))
        return units.count == 1 ? units.first ?? "" : ""
    }

    func input(_ horizon: ScoreHorizon) throws -> MetricInput {
        var predicted: [Float] = []
        var expected: [Float] = []
        var mask: [Bool] = []
        let size = forecast.values.count / (horizon == .average ? 1 : forecast.horizon)
        predicted.reserveCapacity(size)
        expected.reserveCapacity(size)
        mask.reserveCapacity(size)
        forEach(horizon) { index, cell, _, _, _ in
            predicted.append(forecast.values[index])
            expected.append(truth.values[cell])
            mask.append(truth.observed[cell])
        }
        return try MetricInput(predicted: predicted, expected: expected, mask: mask)
    }

    func observedCount(_ horizon: ScoreHorizon) -> Int {
        var count = 0
        forEach(horizon) { _, cell, _, _, _ in if truth.observed[cell] { count += 1 } }
        return count
    }

    /// `body(forecast index, series index, origin, step from 0, node)`, origins outermost.
    @inline(__always)
    func forEach(_ horizon: ScoreHorizon, _ body: (Int, Int, Int, Int, Int) -> Void) {
        let steps =
            switch horizon {
            case .step(let step): step - 1..<step
            case .average: 0..<forecast.horizon
            }
        for origin in forecast.origins.indices {
            for step in steps {
                for node in 0..<forecast.nodeCount {
                    for channel in 0..<forecast.channelCount {
                        let time = forecast.origins[origin] + step
                        body(
                            forecast.offset(
                                origin: origin, step: step, node: node, channel: channel),
                            truth.offset(time: time, node: node, channel: channel),
                            origin, step, node)
                    }
                }
            }
        }
    }

    private static func notFinite(
        _ forecast: Forecast, _ truth: Series, _ index: Int
    ) -> EvaluationError {
        let channel = index % forecast.channelCount
        let node = index / forecast.channelCount % forecast.nodeCount
        let step = index / forecast.channelCount / forecast.nodeCount % forecast.horizon
        let origin = index / forecast.channelCount / forecast.nodeCount / forecast.horizon
        return EvaluationError(
            .notFinite,
            "the forecast from step \(forecast.origins[origin]) is \(forecast.values[index])"
                + " \(step + 1) ahead at “\(truth.places[node].id)”, channel"
                + " “\(truth.channels[channel].name)”; such a model cannot be scored: look at its"
                + " training loss and at its input there")
    }
}
