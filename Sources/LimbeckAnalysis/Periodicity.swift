public import LimbeckSeries

/// Periods of each place: peaks of the autocorrelation of its observed values.
///
/// `r(k) = mean(z_t z_{t+k}) / mean(z²)` over the pairs that were both observed, `z` centred. A
/// lag is a period when r is at least `threshold` there, stands `rise` above its lowest value
/// before, and is the highest within a fifth of the lag to either side. A multiple of a period p
/// already found counts only if r dips among the multiples before it and is higher by `gain` than
/// there and than one p earlier or later (the week beside the day, but not the second day).
public struct Periodicity: Analysis {
    public var threshold = 0.2
    public var rise = 0.1
    public var gain = 0.02
    /// The longest lag in steps; 0: a bit over a week for steps below a day, else 400, and never
    /// more than a third of the series.
    public var longestLag = 0

    public init() {}

    /// A period and the autocorrelation at it.
    public struct Period: Hashable, Sendable {
        public var lag: Int
        public var correlation: Double

        public init(lag: Int, correlation: Double) {
            self.lag = lag
            self.correlation = correlation
        }
    }

    public func analyze(_ series: Series) -> [Observation] {
        var found: [Observation] = []
        for node in 0..<series.nodeCount {
            for channel in 0..<series.channelCount {
                for period in periods(series, node: node, channel: channel) {
                    found.append(
                        Observation(
                            place: series.places[node].id, channel: series.channels[channel].name,
                            name: "period", value: Double(Int64(period.lag) * series.times.step),
                            unit: "s", strength: period.correlation))
                }
            }
        }
        return found
    }

    /// Ascending by lag.
    public func periods(_ series: Series, node: Int, channel: Int = 0) -> [Period] {
        let automatic =
            series.times.step < 86_400 ? Int(8 * 86_400 / series.times.step) + 1 : 400
        let limit = min(longestLag > 0 ? longestLag : automatic, series.times.count / 3)
        guard limit >= 3 else { return [] }
        let curve = Self.autocorrelation(series.column(node, channel), longestLag: limit)
        var periods: [Period] = []
        var lowest = curve[1]
        for lag in 2..<limit {
            lowest = min(lowest, curve[lag])
            let value = curve[lag]
            guard value >= threshold, value - lowest >= rise,
                isHighest(curve, at: lag, within: max(1, lag / 5)),
                periods.allSatisfy({ stands(curve, at: lag, among: $0.lag) })
            else { continue }
            periods.append(Period(lag: lag, correlation: value))
        }
        return periods
    }

    /// r(0) … r(longestLag); 0 where there is nothing to correlate.
    public static func autocorrelation(_ values: [Double?], longestLag: Int) -> [Double] {
        let known = values.compactMap { $0 }
        var curve = [Double](repeating: 0, count: longestLag + 1)
        guard known.count > 1 else { return curve }
        let mean = known.reduce(0, +) / Double(known.count)
        let centred = values.map { $0.map { $0 - mean } ?? 0 }
        let mask = values.map { $0 == nil ? 0.0 : 1.0 }
        let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(known.count)
        guard variance > 0 else { return curve }
        let isComplete = known.count == values.count
        for lag in 0...min(longestLag, values.count - 1) {
            var sum = 0.0
            for time in 0..<values.count - lag { sum += centred[time] * centred[time + lag] }
            var pairs = Double(values.count - lag)
            if !isComplete {
                pairs = 0
                for time in 0..<values.count - lag { pairs += mask[time] * mask[time + lag] }
            }
            curve[lag] = pairs > 0 ? sum / pairs / variance : 0
        }
        return curve
    }

    private func isHighest(_ curve: [Double], at lag: Int, within reach: Int) -> Bool {
        let around = max(1, lag - reach)...min(curve.count - 1, lag + reach)
        return curve[lag] > curve[lag - 1] && around.allSatisfy { curve[$0] <= curve[lag] }
    }

    /// Is a multiple of `period` more than just that? Peaks wander a little: a twentieth of the
    /// period is forgiven.
    private func stands(_ curve: [Double], at lag: Int, among period: Int) -> Bool {
        let rest = lag % period
        guard min(rest, period - rest) * 20 <= period else { return true }
        let before = stride(from: lag - period, to: 0, by: -period).map { curve[$0] }
        let later = lag + period < curve.count ? curve[lag + period] : -1
        guard let dip = before.min(), let previous = before.first else { return true }
        return curve[lag] >= dip + gain && curve[lag] > previous && curve[lag] > later
    }
}
