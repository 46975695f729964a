public import LimbeckSeries

/// Compares a teacher with persistence, and where it is worse tries what is most often wrong with forecasts that were
/// made elsewhere: origins a few steps off, axes in another order, standardised values, another unit.
///
/// Errors are mean absolute errors over observed targets of at most `mostWindows` windows, in the units of the data; of
/// several channels in deviations of each.
public struct TeacherCheck: Sendable {
    /// A change of the forecasts, and the error it would leave.
    public struct Repair: Hashable, Sendable {
        /// As it continues "its MAE would be … with": "each origin one step earlier".
        public var change: String
        public var error: Double

        public init(change: String, error: Double) {
            self.change = change
            self.error = error
        }
    }

    public let error: Double
    /// Of the last value before each window.
    public let persistence: Double
    /// By more than a hundredth.
    public let isWorse: Bool
    /// What was tried, the best first. Of a teacher that is no worse than persistence, only what no honest
    /// forecast gains by, and it would gain much.
    public let repairs: [Repair]
    public let windows: Int

    static let mostWindows = 300
    private static let mostCells = 400_000

    /// - Parameter scaler: of the training part, one entry for each place and channel.
    public init(_ forecast: Forecast, of series: Series, scaler: Scaler) {
        let all = forecast.origins.indices.filter { forecast.origins[$0] > 0 }
        let window = forecast.horizon * forecast.nodeCount * forecast.channelCount
        let most = max(1, min(Self.mostWindows, Self.mostCells / max(1, window)))
        let chosen = Array(stride(from: 0, to: all.count, by: max(1, (all.count + most - 1) / most))).map { all[$0] }
        let trial = Trial(
            forecast: forecast, series: series, chosen: chosen,
            sizes: series.channelCount > 1 ? series.channelDeviations() : [1])
        windows = chosen.count
        error = trial.error { $0 }
        persistence = trial.persistence
        isWorse = error > 1.01 * persistence
        func shifted(_ shift: Int) -> Repair {
            let steps = abs(shift) == 1 ? "one step" : "\(abs(shift)) steps"
            return Repair(
                change: "each origin \(steps) \(shift < 0 ? "earlier" : "later")",
                error: trial.error(shift: shift) { $0 })
        }
        // None of these brings an honest forecast closer to the truth.
        var repairs = [1, 2, 3].map(shifted)
        if forecast.horizon == forecast.nodeCount, forecast.horizon > 1 {
            repairs.append(
                Repair(change: "the axes of steps and places exchanged", error: trial.error(isExchanged: true) { $0 }))
        }
        if scaler.center.count == forecast.nodeCount * forecast.channelCount {
            repairs.append(
                Repair(
                    change: "the values scaled back to the data's units (they look standardised)",
                    error: trial.error(each: { scaler.unscaled($0, at: $1) })))
        }
        guard isWorse else {
            let own = error
            self.repairs = repairs.filter { $0.error < 0.8 * own }.sorted { $0.error < $1.error }
            return
        }
        // These do where a teacher repeats what it saw, or is biased.
        repairs += [-1, -2, -3].map(shifted)
        if let line = trial.line() {
            repairs.append(
                Repair(
                    change: "another unit (times \(Self.short(line.factor)), plus \(Self.short(line.offset)))",
                    error: trial.error { Float(line.factor * Double($0) + line.offset) }))
        }
        self.repairs = repairs.filter { $0.error.isFinite }.sorted { ($0.error, $0.change) < ($1.error, $1.change) }
    }

    /// One line for people; nil where nothing is doubtful, or nothing was observed.
    public func warning(named name: String, part: String) -> String? {
        guard isWorse else {
            return repairs.first.map { best in
                "the forecasts of the teacher \(name) do not lie where they belong: their MAE on \(windows) \(part) windows "
                    + "is \(Self.short(error)), with \(best.change) its MAE would be \(Self.short(best.error)); an origin is "
                    + "the time of the first step that is forecast"
            }
        }
        let start =
            "the teacher \(name) is worse than repeating the last value (MAE \(Self.short(error)) against "
            + "\(Self.short(persistence)) on \(windows) \(part) windows)"
        // A repair that does not even reach persistence explains nothing.
        if let best = repairs.first, best.error < persistence, best.error < 0.7 * error {
            return "\(start); with \(best.change) its MAE would be \(Self.short(best.error)): write its forecasts so"
        }
        return "\(start); if it was made elsewhere, check its units (not standardised), the order of its axes and of "
            + "its places, and that an origin is the time of the first step that is forecast, not one step beside it"
    }

    private static func short(_ value: Double) -> String {
        guard abs(value) >= 1e-4, abs(value) < 1e7 else { return value == 0 ? "0" : "\(Float(value))" }
        return value.fixed(abs(value) >= 100 ? 1 : abs(value) >= 1 ? 3 : 5)
    }
}

/// The windows that are compared.
private struct Trial {
    let forecast: Forecast
    let series: Series
    /// Indices of origins.
    let chosen: [Int]
    /// Of each channel, what its errors are divided by.
    let sizes: [Double]

    private var columns: Int { forecast.nodeCount * forecast.channelCount }

    /// Calls with a forecast, its target and its column, for every observed target of windows that lie in the series.
    private func each(shift: Int, isExchanged: Bool, _ body: (Float, Float, Int) -> Void) {
        for window in chosen {
            let origin = forecast.origins[window] + shift
            guard origin > 0, origin + forecast.horizon <= series.times.count else { continue }
            for step in 0..<forecast.horizon {
                for column in 0..<columns {
                    let target = (origin + step) * columns + column
                    guard series.observed[target] else { continue }
                    let (node, channel) = (column / forecast.channelCount, column % forecast.channelCount)
                    let index =
                        isExchanged
                        ? forecast.offset(origin: window, step: node, node: step, channel: channel)
                        : forecast.offset(origin: window, step: step, node: node, channel: channel)
                    body(forecast.values[index], series.values[target], column)
                }
            }
        }
    }

    func error(shift: Int = 0, isExchanged: Bool = false, _ change: (Float) -> Float) -> Double {
        error(shift: shift, isExchanged: isExchanged, each: { value, _ in change(value) })
    }

    func error(shift: Int = 0, isExchanged: Bool = false, each change: (Float, Int) -> Float) -> Double {
        var sum = 0.0, count = 0
        each(shift: shift, isExchanged: isExchanged) { value, target, column in
            sum += Double(abs(change(value, column) - target)) / sizes[column % sizes.count]
            count += 1
        }
        return count > 0 ? sum / Double(count) : .nan
    }

    var persistence: Double {
        var sum = 0.0, count = 0
        for window in chosen {
            let origin = forecast.origins[window]
            guard origin + forecast.horizon <= series.times.count else { continue }
            for step in 0..<forecast.horizon {
                for column in 0..<columns where series.observed[(origin + step) * columns + column] {
                    let last = series.values[(origin - 1) * columns + column]
                    sum +=
                        Double(abs(last - series.values[(origin + step) * columns + column]))
                        / sizes[column % sizes.count]
                    count += 1
                }
            }
        }
        return count > 0 ? sum / Double(count) : .nan
    }

    /// Least squares of the targets on the forecasts; nil where these are all equal.
    func line() -> (factor: Double, offset: Double)? {
        var count = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0
        each(shift: 0, isExchanged: false) { value, target, _ in
            count += 1
            let (changeX, changeY) = (Double(value) - x, Double(target) - y)
            x += changeX / count
            y += changeY / count
            xx += changeX * (Double(value) - x)
            xy += changeX * (Double(target) - y)
        }
        guard xx > 0 else { return nil }
        return (xy / xx, y - xy / xx * x)
    }
}
