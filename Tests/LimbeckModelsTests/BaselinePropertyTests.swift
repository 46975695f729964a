import LimbeckData
import LimbeckModels
import LimbeckSeries
import Testing

/// What a unit may change: adding a constant to the data adds it to every forecast, and a factor multiplies it.
@Suite struct BaselinePropertyTests {
    private static let places = 3, steps = 24 * 7 * 6, training = 24 * 7 * 4, history = 24, horizon = 4

    /// Whole numbers of up to 600 with a daily and weekly course, noise and gaps, so that offsets of whole numbers are
    /// exact in 32 bits.
    private static func series(seed: UInt64, offset: Float = 0, factor: Float = 1) -> Series {
        var state = seed
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(UInt32.max >> 1)
        }
        var values: [Float] = [], observed: [Bool] = []
        var level = 0.0
        for step in 0..<steps {
            for place in 0..<places {
                level = 0.8 * level + 40 * (draw() - 0.5)
                let hour = step % 24, day = step / 24 % 7
                let course = (hour > 6 && hour < 20 ? 200.0 : 60) * (day < 5 ? 1 : 0.6) * Double(place + 1) / 2
                values.append((Float((course + level + 100).rounded()) + offset) * factor)
                observed.append(draw() > 0.05)
            }
        }
        return Series(
            name: "drawn", times: TimeGrid(start: 1_704_067_200, step: 3600, count: steps),
            places: (0..<places).map { Place(id: "p\($0)") }, channels: [Channel(name: "value")], values: values,
            observed: observed)
    }

    private static func forecast(_ entry: BaselineEntry, _ series: Series) throws -> [Float] {
        let scaler = try fitScaler(series, on: 0..<training, scope: .perNode)
        let shape = ForecastShape(
            history: history, horizon: horizon, nodes: places, channels: 1, step: series.times.step)
        let context = BaselineContext(
            series: series, training: 0..<training, history: history,
            statistics: TrainingStatistics(series, scaler: scaler, range: 0..<training, shape: shape), scaler: scaler)
        let origins = Array(stride(from: training, through: steps - horizon, by: 5))
        return try entry.make(context).forecast(series, origins: origins).values
    }

    /// The largest difference from what is expected.
    private static func worst(_ found: [Float], _ expected: (Int) -> Float) -> Float {
        found.indices.reduce(0) { max($0, abs(found[$1] - expected($1))) }
    }

    @Test(arguments: BaselineCatalog.standard.entries.map(\.name), [450, 1000, 1024, 101_325, -5000] as [Float])
    func `a constant added to the data is added to the forecast`(name: String, offset: Float) throws {
        let entry = try #require(BaselineCatalog.standard.entries.first { $0.name == name })
        for seed in 1...3 as ClosedRange<UInt64> {
            let plain = try Self.forecast(entry, Self.series(seed: seed))
            let moved = try Self.forecast(entry, Self.series(seed: seed, offset: offset))
            // Means and forecasts are kept in 32 bits: a few of their smallest steps at this level.
            let step = (abs(offset) + 600).ulp
            #expect(Self.worst(moved) { plain[$0] + offset } <= 4 * step, "seed \(seed)")
        }
    }

    @Test(arguments: BaselineCatalog.standard.entries.map(\.name), [273.15, 0.1] as [Float])
    func `an offset that is not exact moves the forecast by no more than the data`(name: String, offset: Float) throws {
        let entry = try #require(BaselineCatalog.standard.entries.first { $0.name == name })
        let plain = try Self.forecast(entry, Self.series(seed: 4))
        let moved = try Self.forecast(entry, Self.series(seed: 4, offset: offset))
        #expect(Self.worst(moved) { plain[$0] + offset } <= 8 * (offset + 600).ulp)
    }

    @Test(arguments: BaselineCatalog.standard.entries.map(\.name), [0.001, 3.6, 8, 1000, -1, 1e-12, 1e12] as [Float])
    func `a factor of the data multiplies the forecast`(name: String, factor: Float) throws {
        let entry = try #require(BaselineCatalog.standard.entries.first { $0.name == name })
        let plain = try Self.forecast(entry, Self.series(seed: 5))
        let scaled = try Self.forecast(entry, Self.series(seed: 5, factor: factor))
        #expect(Self.worst(scaled) { plain[$0] * factor } <= 8 * (600 * abs(factor)).ulp)
    }
}
