import LimbeckRuntime
public import LimbeckSeries

/// Tells by a rule how unusual the last reading of each place is: answers `z / (1 + z)` of a distance z in deviations.
public struct ReadingDetector: WindowForecaster {
    public let name: String
    public let history: Int
    public let horizon = 1
    public let cost: ForecastCost
    private let scaler: Scaler
    private let outputs: Int
    /// Of each place and channel the distance, `[N, O]`, from a scaled window `[T, N, C]` and its origin.
    private let distance: @Sendable (_ window: [Float], _ series: Series, _ origin: Int) -> [Float]

    init(
        _ name: String, _ context: BaselineContext, parameters: Int = 0,
        distance: @escaping @Sendable (_ window: [Float], _ series: Series, _ origin: Int) -> [Float]
    ) {
        self.name = name
        history = context.history
        cost = ForecastCost(parameters: parameters)
        scaler = context.scaler
        outputs = context.statistics.shape.outputs
        self.distance = distance
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        let size = series.stepSize
        return answer(series, origins) { window, origin in
            let first = (origin - history) * size
            for index in window.indices {
                window[index] = scaler.scaled(series.values[first + index], at: index % size)
            }
        }
    }

    public func forecast(_ windows: Windows, origins: [Int]) throws -> Forecast {
        answer(windows.series, origins) { window, origin in
            window.withUnsafeMutableBufferPointer { windows.fillHistory($0, history: history, origins: [origin]) }
        }
    }

    private func answer(_ series: Series, _ origins: [Int], _ cut: (inout [Float], Int) -> Void) -> Forecast {
        var values: [Float] = [], window = [Float](repeating: 0, count: history * series.stepSize)
        values.reserveCapacity(origins.count * series.nodeCount)
        for origin in origins {
            cut(&window, origin)
            let distances = distance(window, series, origin)
            for node in 0..<series.nodeCount {
                let largest = distances[node * outputs..<(node + 1) * outputs].max() ?? 0
                values.append(largest / (1 + largest))
            }
        }
        return Forecast(
            origins: origins, horizon: 1, nodeCount: series.nodeCount, channelCount: 1, values: values)
    }
}

/// Answers of windows as they were cut, with what is planted in them.
public protocol WindowForecaster: Forecaster {
    func forecast(_ windows: Windows, origins: [Int]) throws -> Forecast
}

extension TrainedForecaster: WindowForecaster {}

extension Catalog<BaselineEntry> {
    /// Of anomalies: how unusual the last reading of each place is, `[origins, 1, N, 1]`.
    public static var detectors: BaselineCatalog {
        BaselineCatalog([
            BaselineEntry("movingZScore", "How far the last reading is from the mean of those before it.") { context in
                let shape = context.statistics.shape, history = context.history
                return ReadingDetector("moving z-score", context) { window, series, _ in
                    shape.targetsOfWindow { entry in
                        var sum: Float = 0, squares: Float = 0
                        for step in 0..<history - 1 {
                            let value = window[step * series.stepSize + entry]
                            sum += value
                            squares += value * value
                        }
                        let count = Float(max(1, history - 1)), mean = sum / count
                        let deviation = max(0.1, max(0, squares / count - mean * mean).squareRoot())
                        return (window[(history - 1) * series.stepSize + entry] - mean).magnitude / deviation
                    }
                }
            },
            BaselineEntry("usual", "How far the last reading is from what is usual at that time of the day and week.") {
                context in
                let shape = context.statistics.shape, history = context.history, profile = context.statistics.profile
                return ReadingDetector("usual", context, parameters: profile.count) { window, series, origin in
                    let usual = profile.row(series.times, origin - 1)
                    var output = 0
                    return shape.targetsOfWindow { entry in
                        defer { output += 1 }
                        return (window[(history - 1) * series.stepSize + entry] - usual[output]).magnitude
                    }
                }
            },
            BaselineEntry(
                "neighbours", "How far the last reading is from what those of the places nearest by correlation tell."
            ) {
                Neighbours($0).detector
            },
        ])
    }
}

extension ForecastShape {
    /// Of each place and channel that is forecast, `[N, O]`.
    func targetsOfWindow(_ body: (_ entry: Int) -> Float) -> [Float] {
        (0..<nodes * outputs).map { body(entry($0)) }
    }
}
