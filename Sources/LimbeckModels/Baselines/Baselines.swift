import LimbeckRuntime
public import LimbeckSeries

/// Repeats the last known value.
public struct Persistence: Forecaster {
    public let history = 1
    public let horizon: Int
    public var name: String { "persistence" }
    public var cost: ForecastCost { ForecastCost() }

    /// Channels that are forecast, the first of the series; nil for all.
    private let outputs: Int?

    public init(horizon: Int, outputs: Int? = nil) {
        self.horizon = horizon
        self.outputs = outputs
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        let size = series.stepSize, outputs = outputs ?? series.channelCount
        var values: [Float] = []
        values.reserveCapacity(origins.count * horizon * series.nodeCount * outputs)
        for origin in origins {
            let last = series.values[(origin - 1) * size..<origin * size].first(outputs, of: series.channelCount)
            for _ in 0..<horizon { values += last }
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: series.nodeCount,
            channelCount: outputs, values: values)
    }
}

/// What is usual in the training part at the same step of day, week and year, as the data has such seasons: the
/// profile by itself.
public struct HistoricalAverage: Forecaster {
    public let history = 0
    public let horizon: Int
    /// In original units.
    public let profile: Profile
    public var name: String { "historical average" }
    public var cost: ForecastCost { ForecastCost(parameters: profile.count) }

    public init(_ profile: Profile) {
        self.profile = profile
        horizon = profile.shape.horizon
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        var values: [Float] = []
        let outputs = profile.shape.outputs
        values.reserveCapacity(origins.count * profile.shape.outputCount)
        for origin in origins {
            for step in 0..<horizon {
                values += profile.row(series.times, origin + step)
            }
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: series.nodeCount,
            channelCount: outputs, values: values)
    }
}

extension ArraySlice<Float> {
    /// Of numbers by place and channel those of the first channels.
    fileprivate func first(_ outputs: Int, of channels: Int) -> ArraySlice<Float> {
        if outputs == channels { return self }
        return stride(from: startIndex, to: endIndex, by: channels).flatMap { self[$0..<$0 + outputs] }[...]
    }
}
