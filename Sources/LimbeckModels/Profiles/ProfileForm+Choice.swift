public import LimbeckSeries

extension ProfileForm {
    /// A form is as good as another whose ridge regression has so much less error.
    private static let asWell = 0.01
    /// At most so many windows are forecast.
    private static let mostWindows = 400

    /// The form of fewest numbers with which ridge regression forecasts validation as well as with any: models read the
    /// history besides, so what a profile loses by itself says little.
    ///
    /// - Parameters:
    ///   - series: the channels that are forecast, filled.
    ///   - validation: origins of windows.
    public static func chosen(
        _ series: Series, shape: ForecastShape, training: Range<Int>, validation: [Int], seasons: SeasonChoice
    ) throws -> ProfileForm {
        let plain = Scaler(
            center: [Float](repeating: 0, count: series.stepSize), spread: [Float](repeating: 1, count: series.stepSize)
        )
        let stride = max(1, (validation.count + mostWindows - 1) / mostWindows)
        let origins = Swift.stride(from: 0, to: validation.count, by: stride).map { validation[$0] }
        let deviations = series.channelDeviations(training)
        var tried: [(form: ProfileForm, error: Double, count: Int)] = []
        for form in allCases where form == form.suited(step: shape.step) {
            let statistics = TrainingStatistics(
                series, scaler: plain, range: training, shape: shape, seasons: seasons, form: form)
            guard statistics.shape.seasons.clock != nil else { return .full }
            let ridge = try Ridge(series, range: training, history: shape.history, profile: statistics.usual)
            let forecast = try ridge.forecast(series, origins: origins)
            tried.append((form, error(forecast, series, deviations), statistics.usual.count))
        }
        let least = tried.map(\.error).min() ?? 0
        return tried.filter { $0.error <= least * (1 + asWell) }.min { $0.count < $1.count }?.form ?? .full
    }

    /// Mean absolute error over what was observed, in deviations of each channel.
    private static func error(_ forecast: Forecast, _ series: Series, _ deviations: [Double]) -> Double {
        var sum = 0.0, count = 0.0
        let size = series.stepSize, window = forecast.horizon * size
        for (number, origin) in forecast.origins.enumerated() {
            for index in 0..<window where series.observed[origin * size + index] {
                let gap = abs(
                    Double(forecast.values[number * window + index]) - Double(series.values[origin * size + index]))
                sum += gap / deviations[index % series.channelCount]
                count += 1
            }
        }
        return count > 0 ? sum / count : 0
    }
}
