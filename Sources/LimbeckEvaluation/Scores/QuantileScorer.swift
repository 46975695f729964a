public import LimbeckSeries

/// Scores quantiles in original units against what was observed.
///
/// `crps` is twice the mean over levels of the pinball loss, the continuous ranked probability score as far as these
/// levels tell it (Gneiting & Ranjan 2011); `coverage` the share of truths within the outermost levels, in percent, bounds
/// included. Of several channels each has its own scores, and what stands for all is their mean, errors in deviations (σ).
public struct QuantileScorer: Sendable {
    public let levels: [Double]
    /// Steps ahead with scores of their own, from 1.
    public var horizons: [Int]
    /// σ of each channel; not read where there is one.
    public var deviations: [Double]

    public init(levels: [Double], horizons: [Int], deviations: [Double]) {
        self.levels = levels
        self.horizons = horizons
        self.deviations = deviations
    }

    /// The share that the outermost levels promise.
    public var promised: Double { (levels.last ?? 1) - (levels.first ?? 0) }

    /// - Parameter forecast: `[origins, H, N, O·Q]`, of the first channels of `truth`.
    public func scores(
        _ forecast: Forecast, against truth: Series, model: String, role: Role, split: ScoreSplit, seed: Int
    ) -> [Score] {
        let channels = forecast.channelCount / levels.count
        let steps = horizons.filter { 1...max(1, forecast.horizon) ~= $0 }
        var result: [Score] = []
        for horizon in steps.map(ScoreHorizon.step) + [.average] {
            let cells = (0..<channels).map { measured(forecast, truth, horizon, channel: $0) }
            func add(_ metric: String, _ value: Double, _ unit: String, _ channel: String) {
                result.append(
                    Score(
                        model: model, role: role, metric: metric, channel: channel, horizon: horizon, value: value,
                        unit: unit, split: split, seed: seed))
            }
            guard cells.allSatisfy({ $0.count > 0 }) else { continue }
            func mean(_ value: (Int) -> Double) -> Double {
                (0..<channels).reduce(0) { $0 + value($1) } / Double(channels)
            }
            let unit = channels == 1 ? truth.channels[0].unit : "σ"
            add("crps", mean { cells[$0].crps / (channels == 1 ? 1 : deviations[$0]) }, unit, "")
            add("coverage", mean { cells[$0].coverage }, "%", "")
            guard channels > 1 else { continue }
            for channel in 0..<channels {
                add("crps", cells[channel].crps, truth.channels[channel].unit, truth.channels[channel].name)
                add("coverage", cells[channel].coverage, "%", truth.channels[channel].name)
            }
        }
        return result
    }

    /// Of each level the share of truths at or below its quantile, over all channels.
    public func reliability(_ forecast: Forecast, against truth: Series) -> [Double] {
        var below = [Double](repeating: 0, count: levels.count), count = 0.0
        for channel in 0..<forecast.channelCount / levels.count {
            forEach(forecast, truth, .average, channel: channel) { base, value in
                count += 1
                for level in levels.indices where value <= forecast.values[base + level] { below[level] += 1 }
            }
        }
        return below.map { count > 0 ? $0 / count : 0 }
    }

    private func measured(
        _ forecast: Forecast, _ truth: Series, _ horizon: ScoreHorizon, channel: Int
    ) -> (crps: Double, coverage: Double, count: Double) {
        var loss = 0.0, inside = 0.0, count = 0.0
        forEach(forecast, truth, horizon, channel: channel) { base, value in
            count += 1
            for (number, level) in levels.enumerated() {
                let gap = Double(value) - Double(forecast.values[base + number])
                loss += max(level * gap, (level - 1) * gap)
            }
            if forecast.values[base] <= value, value <= forecast.values[base + levels.count - 1] { inside += 1 }
        }
        guard count > 0 else { return (0, 0, 0) }
        return (2 * loss / count / Double(levels.count), 100 * inside / count, count)
    }

    /// `body(index of the first level, truth)` of every observed cell.
    private func forEach(
        _ forecast: Forecast, _ truth: Series, _ horizon: ScoreHorizon, channel: Int, _ body: (Int, Float) -> Void
    ) {
        let steps =
            switch horizon {
            case .step(let step): step - 1..<step
            case .average: 0..<forecast.horizon
            }
        for origin in forecast.origins.indices {
            for step in steps {
                for node in 0..<forecast.nodeCount {
                    let cell = truth.offset(time: forecast.origins[origin] + step, node: node, channel: channel)
                    guard truth.observed[cell] else { continue }
                    body(
                        forecast.offset(origin: origin, step: step, node: node, channel: channel * levels.count),
                        truth.values[cell])
                }
            }
        }
    }
}
