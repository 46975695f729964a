public import LimbeckRuntime
public import LimbeckSeries

extension StudentContent {
    /// Sets each node's anomaly threshold to the `quantile` of what was ordinary: the distance, in spreads,
    /// of observed readings from forecasts one step ahead, over windows that nothing was trained on.
    ///
    /// A node with fewer than 50 such readings gets the quantile of all nodes together; without any
    /// reading there are no thresholds. Channels count alike; of quantiles the forecast is that of the medians.
    public mutating func calibrateAnomalies(
        on forecast: Forecast, of series: Series, quantile: Double = 0.995
    ) {
        let targets = shape.targets.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
        guard forecast.channelCount == targets.count else { return }
        var distances = [[Float]](repeating: [], count: shape.nodes)
        for (window, origin) in forecast.origins.enumerated() where origin < series.times.count {
            for node in 0..<shape.nodes {
                for (output, channel) in targets.enumerated() {
                    let entry = node * shape.channels + channel
                    let cell = origin * series.stepSize + entry
                    guard series.observed[cell] else { continue }
                    let place = forecast.offset(origin: window, step: 0, node: node, channel: output)
                    let distance =
                        (scaler.scaled(series.values[cell], at: entry)
                        - scaler.scaled(forecast.values[place], at: entry)).magnitude
                    if distance.isFinite { distances[node].append(distance) }
                }
            }
        }
        func threshold(_ values: [Float]) -> Float {
            let sorted = values.sorted()
            return sorted[min(Int((quantile * Double(sorted.count)).rounded(.down)), sorted.count - 1)]
        }
        let all = distances.flatMap { $0 }
        guard !all.isEmpty else { return }
        let pooled = threshold(all)
        anomalyThresholds = distances.map { $0.count >= 50 ? threshold($0) : pooled }
    }
}
