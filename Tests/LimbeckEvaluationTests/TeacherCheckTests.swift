import LimbeckEvaluation
import LimbeckSeries
import Testing

/// What is wrong with forecasts that are worse than persistence, found by trying.
@Suite struct TeacherCheckTests {
    private static let steps = 400, places = 4, horizon = 4

    private static let series: Series = {
        var state: UInt64 = 7
        let values: [Float] = (0..<steps * places).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let (step, place) = (index / places, index % places)
            return Float(50 * (place + 1)) + Float(step * (step + 3 * place) % 17) * 4 + Float(state >> 40) * 0x1p-24
        }
        return Series(
            name: "t", times: TimeGrid(start: 0, step: 3600, count: steps),
            places: (0..<places).map { Place(id: "p\($0)") }, channels: [Channel(name: "v")], values: values)
    }()

    private static let scaler = Scaler(center: [80, 130, 180, 230], spread: [20, 20, 20, 20])

    /// The truth of every fifth window, changed.
    private func check(
        shift: Int = 0, _ value: (_ truth: (Int, Int) -> Float, _ step: Int, _ place: Int) -> Float
    ) -> TeacherCheck {
        let origins = Array(stride(from: 10, to: 380, by: 5))
        var values: [Float] = []
        for origin in origins {
            for step in 0..<Self.horizon {
                for place in 0..<Self.places {
                    values.append(
                        value({ Self.series.values[(origin + shift + $0) * Self.places + $1] }, step, place))
                }
            }
        }
        let forecast = Forecast(
            origins: origins, horizon: Self.horizon, nodeCount: Self.places, channelCount: 1, values: values)
        return TeacherCheck(forecast, of: Self.series, scaler: Self.scaler)
    }

    @Test func `a good teacher is not doubted`() {
        let good = check { truth, step, place in truth(step, place) + 1 }
        #expect(good.warning(named: "t", part: "validation") == nil)
        #expect(abs(good.error - 1) < 1e-5)
        #expect(good.repairs.isEmpty)
    }

    @Test(arguments: [1, 2, 3])
    func `forecasts meant for later steps are found, however good they look`(shift: Int) throws {
        let found = check(shift: shift) { truth, step, place in truth(step, place) }
        let best = try #require(found.repairs.first)
        #expect(best.error < 1e-4)
        #expect(best.change == "each origin \(shift == 1 ? "one step" : "\(shift) steps") later")
        let warning = found.warning(named: "mine", part: "validation") ?? ""
        #expect(warning.contains("with \(best.change) its MAE would be"), "\(warning)")
    }

    @Test func `forecasts meant for earlier steps are found where they are worse than persistence`() throws {
        // Up and down by turns: one step off is as wrong as can be, and the last value is right half the time.
        let series = Series(
            name: "t", times: TimeGrid(start: 0, step: 3600, count: 100), places: [Place(id: "p")],
            channels: [Channel(name: "v")], values: (0..<100).map { Float($0 % 2 * 100) + Float($0 * $0 % 7) })
        let origins = Array(10..<90)
        let values = origins.flatMap { series.values[($0 - 1)..<($0 + 3)] }
        let forecast = Forecast(origins: origins, horizon: 4, nodeCount: 1, channelCount: 1, values: values)
        let found = TeacherCheck(forecast, of: series, scaler: Scaler(center: [50], spread: [50]))
        #expect(found.isWorse)
        #expect(found.repairs.first == TeacherCheck.Repair(change: "each origin one step earlier", error: 0))
        #expect(
            found.warning(named: "mine", part: "test")?.contains("each origin one step earlier its MAE would be 0")
                == true)
    }

    @Test func `a teacher that repeats the last value is not taken for a shift`() {
        let last = check { truth, _, place in truth(-1, place) }
        #expect(last.warning(named: "t", part: "validation") == nil)
    }

    @Test func `exchanged axes are found`() {
        let found = check { truth, step, place in truth(place, step) }
        #expect(found.repairs.first?.change == "the axes of steps and places exchanged")
        #expect(found.repairs.first?.error == 0)
    }

    @Test func `standardised values are found`() {
        let found = check { truth, step, place in Self.scaler.scaled(truth(step, place), at: place) }
        #expect(found.repairs.first?.change.contains("scaled back") == true)
        #expect((found.repairs.first?.error ?? 1) < 1e-4)
    }

    @Test func `another unit is found with its factor`() {
        let found = check { truth, step, place in truth(step, place) * 1.8 + 32 }
        #expect(
            found.repairs.first?.change.contains("another unit (times 0.55556, plus -17.778)") == true,
            "\(found.repairs)")
    }

    @Test func `a teacher that is merely bad gets a list of what to look at`() {
        let found = check { _, step, place in Float((step * 7 + place * 13) % 5) * 100 }
        let warning = found.warning(named: "mine", part: "training") ?? ""
        #expect(warning.contains("is worse than repeating the last value"))
        #expect(warning.contains("check its units") && warning.contains("one step beside it"), "\(warning)")
    }
}
