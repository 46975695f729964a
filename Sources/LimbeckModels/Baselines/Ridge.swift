public import LimbeckSeries

/// Linear regression with an L2 penalty, in closed form, one map for each step of the horizon,
/// shared by all places of a channel: from the history, the profile at the history, the history of the place's
/// covariates and the profile at the target step (Hoerl & Kennard 1970).
///
/// With every feature centred and divided by its deviation, Z, and the target centred, y, the weights are
/// `(ZᵀZ + λI)⁻¹ Zᵀy`, by Cholesky factorisation. The intercept carries no penalty. So a constant added to the data is
/// added to the forecast, and a factor multiplies it. Products are of doubles.
public struct Ridge: Forecaster {
    public let history: Int
    public let horizon: Int
    let profile: Profile
    /// A map for every channel: in another's units its weights mean nothing.
    let channels: [Map]
    public var name: String { "ridge" }

    public var cost: ForecastCost {
        ForecastCost(
            parameters: channels.count * horizon * features + profile.count,
            flops: 2 * horizon * features * profile.shape.nodes * profile.shape.outputs)
    }

    private var covariates: Int { profile.shape.channels - profile.shape.outputs }
    private var features: Int { (2 + covariates) * history + 2 }

    struct Map: Sendable {
        /// Subtracted from every value before its weight.
        var level: Double
        /// The same of each covariate.
        var covariateLevels: [Double]
        /// Of each step: weights of the history, of the profile at the history, of each covariate's history, of the
        /// profile at the target step, and the intercept.
        var weights: [[Double]]
    }

    /// Fits on every origin whose target lies in `range`; unobserved targets do not count.
    ///
    /// - Parameter penalty: λ.
    public init(
        _ series: Series, range: Range<Int>, history: Int, profile: Profile,
        penalty: Double = 1
    ) throws {
        self.history = history
        horizon = profile.shape.horizon
        self.profile = profile
        let (largest, worst) = Ridge.largest(series, range)
        func unusable(_ what: String) -> ModelError {
            let size = series.stepSize
            let place = series.places[worst % size / series.channelCount].id
            return ModelError(
                .notFinite,
                "\(series.name): ridge \(what); the largest value is \(series.values[worst]) of \"\(place)\" (channel \(series.channels[worst % series.channelCount].name)) at \(worst / size) steps from the start. Correct or remove it, and look at the data's quality report."
            )
        }
        guard largest.isFinite else { throw unusable("cannot be fitted to values that are not finite") }
        channels = try (0..<profile.shape.outputs).map { channel in
            var products = RidgeProducts(series, channel: channel, range: range, history: history, profile: profile)
            products.gather()
            let weights = try (0..<profile.shape.horizon).map { step in
                guard let found = products.weights(step, penalty: penalty) else { throw unusable("has no solution") }
                return found
            }
            return Map(level: products.level, covariateLevels: products.covariateLevels, weights: weights)
        }
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

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        let size = series.stepSize, features = features, outputs = profile.shape.outputs
        let width = series.nodeCount * outputs
        var values = [Float](repeating: 0, count: origins.count * horizon * width)
        var usual: [Int: [Float]] = [:]
        func profileRow(_ time: Int) -> [Float] {
            if let row = usual[time] { return row }
            let row = profile.row(series.times, time)
            usual[time] = row
            return row
        }
        for (index, origin) in origins.enumerated() {
            let past = (0..<history).map { profileRow(origin - history + $0) }
            for step in 0..<horizon {
                let target = profileRow(origin + step)
                for output in 0..<width {
                    let map = channels[output % outputs], column = profile.shape.entry(output)
                    let place = column / series.channelCount * series.channelCount + outputs
                    let level = map.level, weight = map.weights[step]
                    var sum = weight[features - 1] + weight[features - 2] * (Double(target[output]) - level)
                    for lag in 0..<history {
                        sum += weight[lag] * (Double(series.values[(origin - history + lag) * size + column]) - level)
                        sum += weight[history + lag] * (Double(past[lag][output]) - level)
                        let row = (origin - history + lag) * size + place
                        for (covariate, level) in map.covariateLevels.enumerated() {
                            sum +=
                                weight[(2 + covariate) * history + lag]
                                * (Double(series.values[row + covariate]) - level)
                        }
                    }
                    sum += level
                    guard abs(sum) <= Double(Float.greatestFiniteMagnitude) else {
                        let place = series.places[column / series.channelCount].id
                        throw ModelError(
                            .notFinite,
                            "\(series.name): the ridge forecast of \"\(place)\" at step \(origin + step) is \(sum), beyond what a number of the data can hold; correct the values before it."
                        )
                    }
                    values[(index * horizon + step) * width + output] = Float(sum)
                }
            }
        }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: series.nodeCount,
            channelCount: outputs, values: values)
    }
}
