import LimbeckDistill
import LimbeckModels
import LimbeckSeries
import Testing

/// Vehicles by the hundred beside shares by the hundredth: neither may drown the other.
@Suite struct SeveralChannelsTests {
    private func task(unit: Float = 1) throws -> WindowTask {
        let steps = 40
        var values: [Float] = []
        for step in 0..<steps {
            for place in 0..<2 {
                let wave = Float(step * (place + 1) % 7) - 3
                values += [unit * 100 * wave, 0.05 * wave]
            }
        }
        let series = Series(
            name: "two", times: TimeGrid(start: 0, step: 3600, count: steps),
            places: [Place(id: "a"), Place(id: "b")],
            channels: [Channel(name: "flow"), Channel(name: "share")], values: values)
        let scaler = Scaler(
            center: [0, 0, 0, 0], spread: [150 * unit, 0.08, 250 * unit, 0.12])
        return WindowTask(
            try Windows(series, scaler: scaler),
            shape: ForecastShape(history: 3, horizon: 2, nodes: 2, channels: 2, step: 3600),
            train: Array(3..<30), validation: Array(30..<38))
    }

    @Test func `errors are weighed by spread within a channel, not across`() throws {
        let weights = try #require(task().outputUnits)
        let expected: [Float] = [0.75, 0.8, 1.25, 1.2]
        for (weight, expected) in zip(weights, expected) { #expect(abs(weight - expected) < 1e-6) }
        let other = try #require(task(unit: 1024).outputUnits)
        for (a, b) in zip(weights, other) { #expect(abs(a - b) < 1e-6) }
    }

    @Test func `the error of validation does not depend on a channel's unit`() throws {
        let samples = [30, 33]
        let outputs = (0..<samples.count * 8).map { Float($0 % 5) / 4 - 0.5 }
        let error = try task().error(outputs, samples: samples)
        #expect(abs(try task(unit: 1024).error(outputs, samples: samples) - error) < 1e-6)
        #expect((0.3..<3).contains(error), "\(error) is a share of a deviation")
    }
}
