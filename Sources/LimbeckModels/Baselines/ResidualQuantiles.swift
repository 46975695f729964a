public import LimbeckSeries

/// A forecaster of values with quantiles around them: those of its own errors on the training part, for each step, place
/// and channel.
public struct ResidualQuantiles: Forecaster {
    public let base: any Forecaster
    public let levels: [Double]
    /// `[H, N, O, Q]`, added to the value.
    private var gaps: [Float]

    public var name: String { base.name }
    public var history: Int { base.history }
    public var horizon: Int { base.horizon }
    public var cost: ForecastCost {
        ForecastCost(parameters: base.cost.parameters + gaps.count, flops: base.cost.flops + gaps.count)
    }

    /// Errors are taken from at most so many windows, evenly spread.
    static let mostWindows = 2000

    /// - Parameter training: steps in which targets lie.
    public init(_ base: any Forecaster, _ series: Series, training: Range<Int>, history: Int, levels: [Double]) throws {
        self.base = base
        self.levels = levels
        let last = training.upperBound - base.horizon
        let distance = max(1, (training.count + Self.mostWindows - 1) / Self.mostWindows)
        let origins = Array(stride(from: training.lowerBound + history, through: last, by: distance))
        let forecast = try base.forecast(series, origins: origins)
        var gaps: [Float] = []
        for step in 0..<forecast.horizon {
            for node in 0..<forecast.nodeCount {
                for channel in 0..<forecast.channelCount {
                    var errors: [Float] = []
                    for (number, origin) in origins.enumerated()
                    where series.isObserved(time: origin + step, node: node, channel: channel) {
                        let value = forecast.values[
                            forecast.offset(origin: number, step: step, node: node, channel: channel)]
                        errors.append(series[origin + step, node, channel] - value)
                    }
                    errors.sort()
                    gaps += levels.map { level in
                        guard let last = errors.indices.last else { return 0 }
                        let place = level * Double(last), below = Int(place), rest = Float(place - Double(below))
                        return errors[below] * (1 - rest) + errors[min(below + 1, last)] * rest
                    }
                }
            }
        }
        self.gaps = gaps
    }

    /// The same with gaps stretched.
    public func stretched(_ stretch: Stretch) -> ResidualQuantiles {
        var result = self
        let step = gaps.count / base.horizon
        for index in gaps.indices {
            result.gaps[index] *= stretch.factor(level: levels[index % levels.count], step: index / step)
        }
        return result
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        let values = try base.forecast(series, origins: origins), count = levels.count
        let window = values.horizon * values.nodeCount * values.channelCount
        var result: [Float] = []
        result.reserveCapacity(values.values.count * count)
        for (index, value) in values.values.enumerated() {
            let first = index % window * count
            for level in 0..<count {
                // The forecast of a value stays what it is, and others on their side of it.
                let gap = gaps[first + level]
                result.append(
                    value + (levels[level] == 0.5 ? 0 : levels[level] < 0.5 ? min(gap, 0) : max(gap, 0)))
            }
        }
        return Forecast(
            origins: origins, horizon: values.horizon, nodeCount: values.nodeCount,
            channelCount: values.channelCount * count, values: result)
    }
}
