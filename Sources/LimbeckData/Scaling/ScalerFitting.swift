public import LimbeckRuntime
public import LimbeckSeries

/// Which values share one mean and deviation.
public enum ScalerScope: String, Codable, Hashable, Sendable, CaseIterable {
    /// All places of a channel together.
    case global
    /// Each place by itself.
    case perNode
}

/// The scaler of `series`, learned from its observed cells in `training` only.
///
/// `center` is the mean and `spread` the standard deviation (divisor n) of the transformed
/// values, one entry per node and channel `[N, C]`; `.global` repeats the channel's. A spread of
/// zero becomes 1. A place without observations takes its channel's statistics.
///
/// Throws `nothingObserved` when a channel has no observed cell in `training`.
public func fitScaler(
    _ series: Series, on training: Range<Int>, transform: Scaler.Transform = .identity,
    scope: ScalerScope = .global
) throws -> Scaler {
    precondition(
        training.lowerBound >= 0 && training.upperBound <= series.times.count,
        "fitScaler: training \(training) outside 0..<\(series.times.count)")
    let size = series.stepSize
    let identity = Scaler(transform: transform, center: [], spread: [])
    var columns = [Moments](repeating: Moments(), count: size)
    for step in training {
        for column in 0..<size where series.observed[step * size + column] {
            columns[column].add(Double(identity.transformed(series.values[step * size + column])))
        }
    }
    let channels = series.channelCount
    var center = [Float](repeating: 0, count: size)
    var spread = [Float](repeating: 1, count: size)
    for channel in 0..<channels {
        let members = stride(from: channel, to: size, by: channels)
        let pooled = members.reduce(into: Moments()) { $0.merge(columns[$1]) }
        guard pooled.count > 0 else {
            throw DataError(
                .nothingObserved,
                "\(series.name): channel \(quoted(series.channels[channel].name)) has no value "
                    + "in the training steps \(training.lowerBound)..<\(training.upperBound); "
                    + "give it data or leave it out.")
        }
        for column in members {
            let isOwn = scope == .perNode && columns[column].count > 0
            let moments = isOwn ? columns[column] : pooled
            center[column] = Float(moments.mean)
            spread[column] = Float(moments.deviation)
        }
    }
    return Scaler(transform: transform, center: center, spread: spread)
}

/// Running mean and squared deviations (Welford 1962; merging after Chan et al. 1979).
struct Moments {
    private(set) var count = 0
    private(set) var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let change = value - mean
        mean += change / Double(count)
        squares += change * (value - mean)
    }

    mutating func merge(_ other: Moments) {
        guard other.count > 0 else { return }
        let total = count + other.count
        let change = other.mean - mean
        squares +=
            other.squares + change * change * Double(count) * Double(other.count) / Double(total)
        mean += change * Double(other.count) / Double(total)
        count = total
    }

    /// Standard deviation; 1 where all values are equal up to rounding.
    var deviation: Double {
        guard count > 0 else { return 1 }
        let deviation = (squares / Double(count)).squareRoot()
        return deviation <= 1e-7 * max(1e-30, abs(mean)) ? 1 : deviation
    }
}
