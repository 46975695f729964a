import LimbeckCompute
public import LimbeckSeries

/// Linear regression with an L2 penalty, in closed form, one map for each step of the horizon,
/// shared by all places: from the history, the profile at the history and the profile at the
/// target step (Hoerl & Kennard 1970). Solved by Cholesky factorisation; the penalty is in original
/// units.
///
/// Values are divided by the largest of them, so that no product leaves the range of a float, and
/// products of blocks of rows are added up in double precision.
public struct Ridge: Forecaster {
    public let history: Int
    public let horizon: Int
    let profile: HistoricalAverage
    /// One row of `features` weights for each step.
    let weights: [[Double]]
    public var name: String { "ridge" }

    public var cost: ForecastCost {
        ForecastCost(
            parameters: weights.count * features + profile.cost.parameters,
            flops: 2 * weights.count * features * profile.shape.nodes * profile.shape.channels)
    }

    private var features: Int { 2 * history + 2 }

    /// Fits on every origin whose target lies in `range`; unobserved targets do not count.
    public init(
        _ series: Series, range: Range<Int>, history: Int, profile: HistoricalAverage,
        penalty: Double = 1
    ) throws {
        self.history = history
        horizon = profile.horizon
        self.profile = profile
        let size = series.stepSize, features = 2 * history + 2
        let origins = Partition.origins(in: range, history: history, horizon: profile.horizon)
        var weights: [[Double]] = []
        let (largest, worst) = Ridge.largest(series, range)
        let unit = largest > 0 ? Double(largest) : 1
        func unusable(_ what: String) -> ModelError {
            let place = series.places[worst % size / series.channelCount].id
            return ModelError(
                .notFinite,
                "\(series.name): ridge \(what); the largest value is \(series.values[worst]) of \"\(place)\" (channel \(series.channels[worst % series.channelCount].name)) at \(worst / size) steps from the start. Correct or remove it, and look at the data's quality report."
            )
        }
        guard largest.isFinite else { throw unusable("cannot be fitted to values that are not finite") }
        // Rows of all times once: the profile as a series.
        let usual = (0..<series.times.count).map { profile.row(series, $0).map { Float(Double($0) / unit) } }
        let values = series.values.map { Float(Double($0) / unit) }
        for step in 0..<profile.horizon {
            var gram = [Double](repeating: 0, count: features * features)
            var moment = [Double](repeating: 0, count: features)
            // Blocks of rows become one product each.
            let block = 4096
            var rows = [Float](repeating: 0, count: block * features)
            var targets = [Float](repeating: 0, count: block)
            var filled = 0
            func flush() {
                Ridge.accumulate(rows, targets, filled, features, &gram, &moment)
                filled = 0
            }
            for origin in origins {
                for column in 0..<size where series.observed[(origin + step) * size + column] {
                    Ridge.fill(&rows, at: filled * features, values, usual, origin, step, column, history)
                    targets[filled] = values[(origin + step) * size + column]
                    filled += 1
                    if filled == block { flush() }
                }
            }
            flush()
            for index in 0..<features - 1 { gram[index * features + index] += penalty / (unit * unit) }
            gram[features * features - 1] += 1e-9
            guard var solution = Self.solution(gram, moment, features) else { throw unusable("has no solution") }
            solution[features - 1] *= unit
            weights.append(solution)
        }
        self.weights = weights
    }

    /// Products of floats carry errors of 1e-7 of their size. Features that repeat each other, as a week's
    /// profile does in a history of a week, need a penalty above them: a share of the mean diagonal, as small as
    /// will do.
    private static func solution(_ gram: [Double], _ moment: [Double], _ features: Int) -> [Double]? {
        let mean = (0..<features).reduce(0) { $0 + gram[$1 * features + $1] } / Double(features)
        for share in [0, 1e-7, 1e-6, 1e-5, 1e-4] {
            var raised = gram
            for index in 0..<features { raised[index * features + index] += share * mean }
            if let found = LinearSolver.solve(raised, moment, n: features), found.allSatisfy(\.isFinite) {
                return found
            }
        }
        return nil
    }

    /// The largest magnitude up to the end of `range`, and where it is; a value that is not finite
    /// is the largest.
    private static func largest(_ series: Series, _ range: Range<Int>) -> (value: Float, index: Int) {
        var worst = (value: Float(0), index: 0)
        for index in 0..<range.upperBound * series.stepSize {
            let value = series.values[index].isNaN ? .infinity : abs(series.values[index])
            if value > worst.value { worst = (value, index) }
        }
        return worst
    }

    private static func fill(
        _ rows: inout [Float], at base: Int, _ values: [Float], _ usual: [[Float]], _ origin: Int,
        _ step: Int, _ column: Int, _ history: Int
    ) {
        let size = usual.first?.count ?? 0
        for lag in 0..<history {
            let time = origin - history + lag
            rows[base + lag] = values[time * size + column]
            rows[base + history + lag] = usual[time][column]
        }
        rows[base + 2 * history] = usual[origin + step][column]
        rows[base + 2 * history + 1] = 1
    }

    private static func accumulate(
        _ rows: [Float], _ targets: [Float], _ count: Int, _ features: Int, _ gram: inout [Double],
        _ moment: inout [Double]
    ) {
        let product = DenseAlgebra.gram(rows, rows: count, columns: features)
        for index in gram.indices { gram[index] += Double(product[index]) }
        let side = DenseAlgebra.moment(rows, targets, rows: count, columns: features)
        for index in moment.indices { moment[index] += Double(side[index]) }
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        let size = series.stepSize, features = features
        var values = [Float](repeating: 0, count: origins.count * horizon * size)
        var usual: [Int: [Float]] = [:]
        func profileRow(_ time: Int) -> [Float] {
            if let row = usual[time] { return row }
            let row = Array(profile.row(series, time))
            usual[time] = row
            return row
        }
        for (index, origin) in origins.enumerated() {
            let past = (0..<history).map { profileRow(origin - history + $0) }
            for step in 0..<horizon {
                let target = profileRow(origin + step), weight = weights[step]
                for column in 0..<size {
                    var sum = weight[features - 1] + weight[features - 2] * Double(target[column])
                    for lag in 0..<history {
                        sum += weight[lag] * Double(series.values[(origin - history + lag) * size + column])
                        sum += weight[history + lag] * Double(past[lag][column])
                    }
                    guard abs(sum) <= Double(Float.greatestFiniteMagnitude) else {
                        let place = series.places[column / series.channelCount].id
                        throw ModelError(
                            .notFinite,
                            "\(series.name): the ridge forecast of \"\(place)\" at step \(origin + step) is \(sum), beyond what a number of the data can hold; correct the values before it."
                        )
                    }
                    values[(index * horizon + step) * size + column] = Float(sum)
                }
            }
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: series.nodeCount,
            channelCount: series.channelCount, values: values)
    }
}
