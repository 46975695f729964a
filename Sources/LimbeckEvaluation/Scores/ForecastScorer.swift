public import LimbeckSeries

/// Scores forecasts in original units against what was observed.
///
/// Every metric is computed at the chosen steps ahead and over the whole horizon pooled. Of several channels each has
/// its own scores; what stands for all of them is the mean over channels, of errors in units of each channel's
/// deviation (σ), so that no channel counts more for its unit. Cells
/// that were not observed never count. A metric that is undefined on this data (MAPE without a
/// truth of 1 or more) yields no score; where a metric leaves observed cells out, a second score
/// named `<metric>Count` says how many remained.
public struct ForecastScorer: Sendable {
    public var metrics: [any Metric]
    /// Steps ahead, counted from 1, with scores of their own; those beyond the horizon are skipped.
    public var horizons: [Int]
    /// σ of each channel; nil to measure it on the series that is scored.
    public var deviations: [Double]?

    public init(
        metrics: [any Metric] = standard, horizons: [Int] = [1, 3, 6, 12],
        deviations: [Double]? = nil
    ) {
        self.metrics = metrics
        self.horizons = horizons
        self.deviations = deviations
    }

    /// Those that every forecast is scored by.
    public static let standard: [any Metric] = [MAE(), RMSE(), WAPE(), MAPE()]

    /// Throws `shape`, `outOfRange` or, naming origin, step, node and channel, `notFinite`.
    public func scores(
        _ forecast: Forecast, against truth: Series, model: String, role: Role,
        split: ScoreSplit, seed: Int
    ) throws -> [Score] {
        let pairs = try ForecastPairs(forecast, truth)
        let steps = horizons.filter { 1...max(1, forecast.horizon) ~= $0 }
        let channels = Array(truth.channels.prefix(forecast.channelCount))
        let deviations = channels.count > 1 ? deviations ?? truth.channelDeviations() : [1]
        var result: [Score] = []
        for horizon in steps.map(ScoreHorizon.step) + [.average] {
            let measured = try channels.indices.map { try measure(pairs, horizon, channel: $0) }
            func score(_ measure: Measure, _ channel: String, _ unit: String) -> Score {
                Score(
                    model: model, role: role, metric: measure.metric, channel: channel, horizon: horizon,
                    value: measure.value, unit: unit, split: split, seed: seed)
            }
            if channels.count == 1 {
                result += measured[0].map { score($0, "", $0.unit.name(channel: channels[0].unit)) }
                continue
            }
            result += Self.overall(measured, deviations).map { score($0, "", $0.unit.name(channel: "σ")) }
            for (channel, measures) in zip(channels, measured) {
                result += measures.map { score($0, channel.name, $0.unit.name(channel: channel.unit)) }
            }
        }
        return result
    }

    private struct Measure {
        var metric: String
        var value: Double
        var unit: MetricUnit
    }

    private func measure(_ pairs: ForecastPairs, _ horizon: ScoreHorizon, channel: Int) throws -> [Measure] {
        let input = try pairs.input(horizon, channel: channel)
        let observed = input.mask?.count { $0 } ?? input.expected.count
        var result: [Measure] = []
        for metric in metrics {
            do {
                let measured = try metric.value(input)
                result.append(Measure(metric: metric.name, value: measured.value, unit: metric.unit))
                if measured.count < observed {
                    result.append(
                        Measure(metric: metric.name + "Count", value: Double(measured.count), unit: .values))
                }
            } catch let error as EvaluationError where error.code == .undefined {
                continue
            }
        }
        return result
    }

    /// The mean over channels of what every channel has.
    private static func overall(_ channels: [[Measure]], _ deviations: [Double]) -> [Measure] {
        channels[0].compactMap { first in
            let values = zip(channels, deviations).compactMap { measures, deviation in
                measures.first { $0.metric == first.metric }.map { $0.value / first.unit.size(of: deviation) }
            }
            guard values.count == channels.count else { return nil }
            let sum = values.reduce(0, +)
            return Measure(
                metric: first.metric, value: first.unit == .values ? sum : sum / Double(values.count), unit: first.unit)
        }
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

    func input(_ horizon: ScoreHorizon, channel: Int) throws -> MetricInput {
        var predicted: [Float] = []
        var expected: [Float] = []
        var mask: [Bool] = []
        let size =
            forecast.values.count / forecast.channelCount / (horizon == .average ? 1 : forecast.horizon)
        predicted.reserveCapacity(size)
        expected.reserveCapacity(size)
        mask.reserveCapacity(size)
        forEach(horizon, channels: channel..<channel + 1) { index, cell, _, _, _, _ in
            predicted.append(forecast.values[index])
            expected.append(truth.values[cell])
            mask.append(truth.observed[cell])
        }
        return try MetricInput(predicted: predicted, expected: expected, mask: mask)
    }

    /// `body(forecast index, series index, origin, step from 0, node, channel)`, origins outermost.
    @inline(__always)
    func forEach(
        _ horizon: ScoreHorizon, channels: Range<Int>? = nil, _ body: (Int, Int, Int, Int, Int, Int) -> Void
    ) {
        let channels = channels ?? 0..<forecast.channelCount
        let steps =
            switch horizon {
            case .step(let step): step - 1..<step
            case .average: 0..<forecast.horizon
            }
        for origin in forecast.origins.indices {
            for step in steps {
                for node in 0..<forecast.nodeCount {
                    for channel in channels {
                        let time = forecast.origins[origin] + step
                        body(
                            forecast.offset(
                                origin: origin, step: step, node: node, channel: channel),
                            truth.offset(time: time, node: node, channel: channel),
                            origin, step, node, channel)
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
