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

/// The mean of the training part at the same step of the week, place and channel.
public struct HistoricalAverage: Forecaster {
    public let history = 0
    public let horizon: Int
    /// In original units, `[steps of the week, N, C]`.
    public let profile: [Float]
    let shape: ForecastShape
    public var name: String { "historical average" }
    public var cost: ForecastCost { ForecastCost(parameters: profile.count) }

    public init(_ statistics: TrainingStatistics, scaledBack unscale: (Float, Int) -> Float) {
        shape = statistics.shape
        horizon = shape.horizon
        let size = shape.nodes * shape.channels
        profile = statistics.profile.enumerated().map { unscale($1, $0 % size) }
    }

    /// The profile's row of a step, original units.
    func row(_ series: Series, _ time: Int) -> ArraySlice<Float> {
        let size = shape.nodes * shape.channels
        let bin = shape.supported(.stepOfWeek).index(
            local: series.times.localSeconds(time), step: series.times.step)
        return profile[bin * size..<(bin + 1) * size]
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        var values: [Float] = []
        values.reserveCapacity(origins.count * horizon * series.stepSize)
        for origin in origins {
            for step in 0..<horizon { values += row(series, origin + step) }
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: series.nodeCount,
            channelCount: series.channelCount, values: values)
    }
}
