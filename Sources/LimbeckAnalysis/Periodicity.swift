public import LimbeckSeries

/// Periods of each place: peaks of the autocorrelation of its observed values.
///
/// `r(k) = Σ z_t z_{t+k} / √(Σ z_t² Σ z_{t+k}²)` over the pairs that were both observed, `z` centred; 0 where these are
/// less than a twentieth of all. A
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
        let transform = FourierTransform(holding: series.times.count + limit(series))
        for node in 0..<series.nodeCount {
            for channel in 0..<series.channelCount {
                for period in periods(series, node, channel, transform) {
                    found.append(
                        Observation(
                            place: series.places[node].id, channel: series.channels[channel].name,
                            name: "period", value: seconds(period.lag, series.times),
                            unit: "s", strength: period.correlation))
                }
            }
        }
        return found
    }

    /// Periods that people know, in seconds: day, week and year (of 365.25 days).
    public static let known: [(name: String, seconds: Double)] = [
        ("1 day", 86_400), ("1 week", 604_800), ("1 year", 31_557_600),
    ]

    /// The known period that a peak at `lag` stands for: within a step or a fiftieth of it, where the autocorrelation is
    /// nearly as high. Noise moves a peak by that much; a year of 52 whole weeks is one too.
    private func knownPeriod(_ lag: Int, _ curve: [Double], _ times: TimeGrid) -> Int? {
        Self.known.lazy.compactMap { period -> Int? in
            let exact =
                times.isRegular ? period.seconds / Double(times.step) : Double(times.steps(in: Int64(period.seconds)))
            let nearest = Int(exact.rounded())
            let isYearOfWeeks = period.seconds > 700_000 && Int64(lag) * times.step == 52 * 604_800
            guard nearest >= 2, nearest < curve.count, abs(Double(lag) - exact) <= max(1, 0.02 * exact),
                isYearOfWeeks || curve[nearest] >= curve[lag] - 0.05
            else { return nil }
            return nearest
        }.first
    }

    /// A lag in seconds, that of a known period where it is one.
    private func seconds(_ lag: Int, _ times: TimeGrid) -> Double {
        if times.isRegular { return Double(Int64(lag) * times.step) }
        let known = Self.known.first { times.steps(in: Int64($0.seconds)) == lag && lag > 1 }
        return known?.seconds ?? Double(lag) * times.meanStep
    }

    /// Ascending by lag; each once.
    public func periods(_ series: Series, node: Int, channel: Int = 0) -> [Period] {
        periods(series, node, channel, FourierTransform(holding: series.times.count + limit(series)))
    }

    private func limit(_ series: Series) -> Int {
        let automatic =
            series.times.step < 86_400 ? series.times.steps(in: 8 * 86_400) + 1 : 400
        return min(longestLag > 0 ? longestLag : automatic, series.times.count / 3)
    }

    private func periods(
        _ series: Series, _ node: Int, _ channel: Int, _ transform: FourierTransform
    ) -> [Period] {
        let limit = limit(series)
        guard limit >= 3 else { return [] }
        let curve = Self.autocorrelation(series.column(node, channel), longestLag: limit, transform)
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
        var named: [Period] = []
        for period in periods {
            let lag = knownPeriod(period.lag, curve, series.times) ?? period.lag
            if named.last?.lag != lag { named.append(Period(lag: lag, correlation: period.correlation)) }
        }
        return named
    }

    /// r(0) … r(longestLag); 0 where there is nothing to correlate. By Fourier transform: T log T.
    public static func autocorrelation(_ values: [Double?], longestLag: Int) -> [Double] {
        autocorrelation(values, longestLag: longestLag, nil)
    }

    private static func autocorrelation(
        _ values: [Double?], longestLag: Int, _ transform: FourierTransform?
    ) -> [Double] {
        let known = values.compactMap { $0 }
        var curve = [Double](repeating: 0, count: longestLag + 1)
        guard known.count > 1 else { return curve }
        let mean = known.reduce(0, +) / Double(known.count)
        let longest = min(longestLag, values.count - 1)
        let transform = transform ?? FourierTransform(holding: values.count + longest)
        var centred = values.map { $0.map { $0 - mean } ?? 0 }
        var mask = values.map { $0 == nil ? 0.0 : 1.0 }
        let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(known.count)
        guard variance > 0 else { return curve }
        let padding = [Double](repeating: 0, count: transform.size - values.count)
        centred += padding
        mask += padding
        let energies = energies(centred, mask, transform, longest, isComplete: known.count == values.count)
        transform.correlations(&centred, &mask)
        for lag in 0...longest {
            let pairs = mask[lag].rounded(), energy = energies[lag]
            let isEnough = pairs > 0 && 20 * pairs >= Double(values.count - lag) && energy > 1e-12 * variance * pairs
            curve[lag] = isEnough ? min(1, max(-1, centred[lag] / energy)) : 0
        }
        return curve
    }

    /// `√(Σ z_t² Σ z_{t+k}²)` over the observed pairs, for each lag.
    private static func energies(
        _ centred: [Double], _ mask: [Double], _ transform: FourierTransform, _ longest: Int, isComplete: Bool
    ) -> [Double] {
        var squares = centred.map { $0 * $0 }
        guard !isComplete else {
            // What the first or the last k leave out.
            let count = Int(mask.reduce(0, +))
            var first = squares.reduce(0, +), last = first
            return (0...longest).map { lag in
                if lag > 0 {
                    first -= squares[count - lag]
                    last -= squares[lag - 1]
                }
                return (max(0, first) * max(0, last)).squareRoot()
            }
        }
        var known = mask
        transform.crossCorrelation(&squares, &known)
        return (0...longest).map { lag in
            let other = lag == 0 ? 0 : transform.size - lag
            return (max(0, squares[lag]) * max(0, squares[other])).squareRoot()
        }
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
