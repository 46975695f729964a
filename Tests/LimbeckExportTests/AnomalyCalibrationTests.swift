import LimbeckExport
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries
import Testing

@Suite struct AnomalyCalibrationTests {
    @Test func `the quantile of distances one step ahead, of observed readings alone, by hand`() throws {
        var series = Trained.series(nodes: 2, steps: 300)
        let trained = Trained.forecaster(series, history: 4, horizon: 2) {
            LinearForecast(LinearForecast.Configuration(), $0)
        }
        var content = try trained.student(series: series)
        content.scaler = Scaler(center: [0, 0], spread: [2, 4])
        let origins = Array(100..<200)
        // Node 0 is off by its window's number, node 1 always by 8; two steps ahead is far off.
        var values: [Float] = []
        for (number, origin) in origins.enumerated() {
            values += [series.values[origin * 2] + Float(number), series.values[origin * 2 + 1] - 8, 9e9, 9e9]
        }
        let forecast = Forecast(origins: origins, horizon: 2, nodeCount: 2, channelCount: 1, values: values)
        content.calibrateAnomalies(on: forecast, of: series, quantile: 0.9)
        // 90 of 100 distances 0, 0.5 … 49.5 lie below 45; node 1 is 8 / 4 always.
        #expect(abs(content.anomalyThresholds[0] - 45) < 1e-3)
        #expect(abs(content.anomalyThresholds[1] - 2) < 1e-3)

        // Unobserved cells do not count: with 40 left, node 0 takes the quantile of both nodes.
        for origin in 140..<200 { series.observed[origin * 2] = false }
        content.calibrateAnomalies(on: forecast, of: series, quantile: 0.5)
        #expect(abs(content.anomalyThresholds[0] - 2) < 1e-3)
        #expect(abs(content.anomalyThresholds[1] - 2) < 1e-3)
        _ = try Student(content)
    }
}
