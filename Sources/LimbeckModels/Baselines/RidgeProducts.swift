import LimbeckCompute
import LimbeckSeries

/// Sums of products from which a ridge regression of every step of the horizon is solved, for one channel.
///
/// A row is an origin and a place. What all steps share, the history, its profile and a one, is
/// multiplied once; of a step only its profile and target are its own. Rows whose target a step did not observe are
/// taken out of the shared products again.
struct RidgeProducts {
    private let series: Series
    private let channel: Int
    private let range: Range<Int>
    private let history, horizon: Int
    private let profile: Profile
    /// The mean of what was observed in training: subtracted from everything, so that an offset costs no digits.
    let level: Double
    /// The same of each covariate.
    let covariateLevels: [Double]

    /// History, its profile, each covariate's history, and a one.
    private var shared: Int { (2 + covariateLevels.count) * history + 1 }
    /// Behind them each step's profile, then each step's target, zero where it was not observed.
    private var width: Int { shared + 2 * horizon }

    /// `[shared, width]`, on and right of the diagonal.
    private var sums: [Double]
    /// Of the shared features in rows that a step did not observe, `[shared, shared]`; empty where there are none.
    private var unobserved: [[Double]]
    /// Of a step's profile with itself and with its target.
    private var squares, moments: [Double]

    init(_ series: Series, channel: Int, range: Range<Int>, history: Int, profile: Profile) {
        self.series = series
        self.channel = channel
        self.range = range
        self.history = history
        self.profile = profile
        horizon = profile.shape.horizon
        func mean(_ channel: Int) -> Double {
            var total = 0.0, count = 0.0
            let first = range.lowerBound * series.stepSize + channel, end = range.upperBound * series.stepSize
            for index in stride(from: first, to: end, by: series.channelCount) where series.observed[index] {
                total += Double(series.values[index])
                count += 1
            }
            return count > 0 ? total / count : 0
        }
        level = mean(channel)
        covariateLevels = (profile.shape.outputs..<profile.shape.channels).map(mean)
        let shared = (2 + covariateLevels.count) * history + 1
        sums = [Double](repeating: 0, count: shared * (shared + 2 * horizon))
        unobserved = [[Double]](repeating: [], count: horizon)
        squares = [Double](repeating: 0, count: horizon)
        moments = squares
    }

    private static let blockRows = 128

    /// Adds up the products of every origin whose targets lie in the range.
    mutating func gather() {
        let size = series.stepSize, shared = shared, width = width, level = level
        let origins = Partition.origins(in: range, history: history, horizon: horizon)
        guard let first = origins.min(), let last = origins.max() else { return }
        let begin = first - history
        let usual = (begin..<last + horizon).map { time in
            profile.trainingRow(series.times, time).map { Double($0) - level }
        }
        var rows = [Double](repeating: 0, count: Self.blockRows * width)
        var left = [[Double]](repeating: [], count: horizon)
        var filled = 0
        for origin in origins {
            for column in stride(from: channel, to: size, by: series.channelCount) {
                let base = filled * width
                let own = column / series.channelCount * profile.shape.outputs + channel
                for lag in 0..<history {
                    let time = origin - history + lag
                    rows[base + lag] = Double(series.values[time * size + column]) - level
                    rows[base + history + lag] = usual[time - begin][own]
                    let place = time * size + column - channel + profile.shape.outputs
                    for (covariate, level) in covariateLevels.enumerated() {
                        rows[base + (2 + covariate) * history + lag] = Double(series.values[place + covariate]) - level
                    }
                }
                rows[base + shared - 1] = 1
                for step in 0..<horizon {
                    let index = (origin + step) * size + column
                    let isObserved = series.observed[index]
                    let expected = isObserved ? usual[origin + step - begin][own] : 0
                    let target = isObserved ? Double(series.values[index]) - level : 0
                    rows[base + shared + step] = expected
                    rows[base + shared + horizon + step] = target
                    squares[step] += expected * expected
                    moments[step] += expected * target
                    guard !isObserved else { continue }
                    left[step] += rows[base..<base + shared]
                    if left[step].count == Self.blockRows * shared { takeOut(&left[step], step) }
                }
                filled += 1
                guard filled == Self.blockRows else { continue }
                DenseAlgebra.addCross(rows, rows: filled, width: width, left: shared, to: &sums)
                filled = 0
            }
        }
        DenseAlgebra.addCross(rows, rows: filled, width: width, left: shared, to: &sums)
        for step in 0..<horizon where !left[step].isEmpty { takeOut(&left[step], step) }
    }

    private mutating func takeOut(_ rows: inout [Double], _ step: Int) {
        if unobserved[step].isEmpty { unobserved[step] = [Double](repeating: 0, count: shared * shared) }
        DenseAlgebra.addCross(rows, rows: rows.count / shared, width: shared, left: shared, to: &unobserved[step])
        rows.removeAll(keepingCapacity: true)
    }

    /// The weights of a step, of values less the level, and its intercept; nil where there is no solution.
    func weights(_ step: Int, penalty: Double) -> [Double]? {
        // In this order: history, its profile, covariates, the step's profile.
        let features = shared, one = shared - 1
        func product(_ row: Int, _ column: Int) -> Double {
            let taken = unobserved[step].isEmpty || column >= shared ? 0 : unobserved[step][row * shared + column]
            return sums[row * width + column] - taken
        }
        let count = product(one, one)
        guard count > 0 else { return [Double](repeating: 0, count: features + 1) }
        func column(_ feature: Int) -> Int { feature < one ? feature : shared + step }
        let target = shared + horizon + step
        let means = (0..<features).map { feature in
            (feature < one ? product(feature, one) : product(one, column(feature))) / count
        }
        let targetMean = product(one, target) / count
        func covariance(_ first: Int, _ second: Int) -> Double {
            let raw = first < one ? product(first, column(second)) : squares[step]
            return raw - count * means[first] * means[second]
        }
        let deviations = (0..<features).map { feature -> Double in
            let variance = covariance(feature, feature) / count
            // What is left of equal values is rounding.
            return variance > 1e-14 * means[feature] * means[feature] ? variance.squareRoot() : 0
        }
        var gram = [Double](repeating: 0, count: features * features)
        var moment = [Double](repeating: 0, count: features)
        for first in 0..<features {
            gram[first * features + first] = 1
            guard deviations[first] > 0 else { continue }
            for second in first..<features where deviations[second] > 0 {
                let value = covariance(first, second) / (deviations[first] * deviations[second])
                gram[first * features + second] = value
                gram[second * features + first] = value
            }
            gram[first * features + first] += penalty
            let raw = first < one ? product(first, target) : moments[step]
            moment[first] = (raw - count * means[first] * targetMean) / deviations[first]
        }
        guard let scaled = LinearSolver.solve(gram, moment, n: features), scaled.allSatisfy(\.isFinite) else {
            return nil
        }
        let weights = (0..<features).map { deviations[$0] > 0 ? scaled[$0] / deviations[$0] : 0 }
        return weights + [targetMean - zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 }]
    }
}
