import LimbeckRuntime
public import LimbeckSeries

/// Repeats the last known value.
public struct Persistence: Forecaster {
    public let history = 1
    public let horizon: Int
    public var name: String { "persistence" }
    public var cost: ForecastCost { ForecastCost() }

    public init(horizon: Int) { self.horizon = horizon }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        let size = series.stepSize
        var values: [Float] = []
        values.reserveCapacity(origins.count * horizon * size)
        for origin in origins {
            for _ in 0..<horizon { values += series.values[(origin - 1) * size..<origin * size] }
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: series.nodeCount,
            channelCount: series.channelCount, values: values)
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
    public var cost: ForecastCost { ForecastCost(parameters: profile.clock.count + profile.year.count) }

    public init(_ profile: Profile) {
        self.profile = profile
        horizon = profile.shape.horizon
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        var values: [Float] = []
        values.reserveCapacity(origins.count * horizon * series.stepSize)
        for origin in origins {
            for step in 0..<horizon { values += profile.row(series.times, origin + step) }
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: series.nodeCount,
            channelCount: series.channelCount, values: values)
    }
}
