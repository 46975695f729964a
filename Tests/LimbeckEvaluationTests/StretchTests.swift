import LimbeckSeries
import Testing

@testable import LimbeckEvaluation

/// Quantiles that are stretched hold on what they are stretched on.
@Suite struct StretchTests {
    /// Truth uniform between −1 and 1, quantiles 0.1, 0.5 and 0.9 of a distribution that is as many times too narrow below
    /// and above.
    private func example(below: Float, above: Float, channels: Int = 1) -> (forecast: Forecast, truth: Series) {
        var state: UInt64 = 3
        func draw() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
        let count = 4002
        let values = (0..<count * channels).map { index in (2 * draw() - 1) * (index % channels == 0 ? 1 : 50) }
        let truth = Series(
            name: "uniform", times: TimeGrid(start: 0, step: 60, count: count), places: [Place(id: "a")],
            channels: (0..<channels).map { Channel(name: "\($0)") }, values: values,
            observed: values.indices.map { $0 % 7 != 3 })
        let origins = Array(0..<4000)
        let one: [Float] = (0..<channels).flatMap { channel -> [Float] in
            let size: Float = channel == 0 ? 1 : 50
            return [-0.8 / below * size, 0, 0.8 / above * size]
        }
        return (
            Forecast(
                origins: origins, horizon: 2, nodeCount: 1, channelCount: 3 * channels,
                values: origins.flatMap { _ in one + one }), truth
        )
    }

    @Test(arguments: [1, 2])
    func `each side gets the factor that it lacks, whatever the units`(_ channels: Int) {
        let (forecast, truth) = example(below: 2, above: 0.5, channels: channels)
        let stretch = Stretch(calibrating: forecast, against: truth, levels: [0.1, 0.5, 0.9])
        #expect(stretch.below.count == 2 && stretch.above.count == 2)
        for step in 0..<2 {
            #expect(abs(stretch.below[step] - 2) < 0.1 && abs(stretch.above[step] - 0.5) < 0.03, "\(stretch)")
        }
        let symmetric = Stretch(
            calibrating: example(below: 3, above: 3).forecast, against: truth.keeping(channels: [0]),
            levels: [0.1, 0.5, 0.9], isSymmetric: true)
        #expect(symmetric.below == symmetric.above && abs(symmetric.below[0] - 3) < 0.15, "\(symmetric)")
        #expect(stretch.factor(level: 0.5, step: 0) == 1 && stretch.factor(level: 0.1, step: 1) == stretch.below[1])
    }

    @Test func `without anything to go by nothing is stretched`() {
        var (forecast, truth) = example(below: 2, above: 2)
        truth.observed = truth.observed.map { _ in false }
        #expect(Stretch(calibrating: forecast, against: truth, levels: [0.1, 0.5, 0.9]).below == [1, 1])
        (forecast, truth) = example(below: 2, above: 2)
        forecast.values = forecast.values.map { _ in 0 }
        #expect(Stretch(calibrating: forecast, against: truth, levels: [0.1, 0.5, 0.9]).above == [1, 1])
    }
}
