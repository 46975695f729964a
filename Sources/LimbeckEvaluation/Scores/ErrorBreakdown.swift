public import LimbeckSeries

/// Mean absolute error seen from four sides: step ahead, place, part of the calendar, origin.
///
/// In the unit of the channel, or in deviations of each channel where there are several, over observed cells; nil where
/// nothing was observed.
public struct ErrorBreakdown: Hashable, Sendable {
    /// Absolute error summed over cells, with their number.
    public struct Cell: Hashable, Sendable {
        public var sum = 0.0
        public var count = 0

        public init(sum: Double = 0, count: Int = 0) {
            self.sum = sum
            self.count = count
        }

        public var mean: Double? { count == 0 ? nil : sum / Double(count) }

        mutating func add(_ error: Double) {
            sum += error
            count += 1
        }
    }

    /// `[horizon]`, the first step ahead first.
    public var horizon: [Cell]
    /// `[nodes]`
    public var place: [Cell]
    /// By the target's local hour, day of the week or month.
    public var course: [Cell]
    /// `[origins]`, what ``PairedComparison`` works on.
    public var origin: [Cell]

    /// Throws as ``ForecastScorer/scores(_:against:model:role:split:seed:)``.
    ///
    /// - Parameter deviations: σ of each channel; nil to measure it on `truth`.
    public init(_ forecast: Forecast, against truth: Series, deviations: [Double]? = nil) throws {
        let pairs = try ForecastPairs(forecast, truth)
        horizon = Array(repeating: Cell(), count: forecast.horizon)
        place = Array(repeating: Cell(), count: forecast.nodeCount)
        let calendar = Course(truth.times)
        course = Array(repeating: Cell(), count: calendar.labels.count)
        origin = Array(repeating: Cell(), count: forecast.origins.count)
        let parts = (0..<truth.times.count).map { calendar.index(truth.times, $0) }
        let deviations = forecast.channelCount > 1 ? deviations ?? truth.channelDeviations() : [1]
        pairs.forEach(.average) { index, cell, from, step, node, channel in
            guard truth.observed[cell] else { return }
            let error = abs(Double(forecast.values[index]) - Double(truth.values[cell])) / deviations[channel]
            horizon[step].add(error)
            place[node].add(error)
            course[parts[forecast.origins[from] + step]].add(error)
            origin[from].add(error)
        }
    }

    /// The same of log losses of labels or classes, in nats, which lie one step ahead.
    public init(_ forecast: Forecast, against labels: Labels) throws {
        horizon = [Cell()]
        place = Array(repeating: Cell(), count: forecast.nodeCount)
        let truth = labels.truth, calendar = Course(truth.times)
        course = Array(repeating: Cell(), count: calendar.labels.count)
        origin = Array(repeating: Cell(), count: forecast.origins.count)
        try LabelCells.forEach(forecast, labels) { index, cell, from, node in
            let part = calendar.index(truth.times, forecast.origins[from])
            for label in 0..<labels.count where truth.observed[cell + label] {
                let held = truth.values[cell + label] > 0.5
                // Of classes the true one's alone.
                guard held || !labels.areExclusive else { continue }
                let error = logLoss(forecast.values[index + label], held)
                horizon[0].add(error)
                place[node].add(error)
                course[part].add(error)
                origin[from].add(error)
            }
        }
    }
}
