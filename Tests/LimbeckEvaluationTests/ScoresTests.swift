import Foundation
import LimbeckEvaluation
import LimbeckFiles
import LimbeckSeries
import Testing

@Suite struct ScoresTests {
    /// 8 hours × 2 places; truth is 10 × place + hour.
    func series() -> Series {
        Series(
            name: "made", times: TimeGrid(start: 0, step: 3600, count: 8),
            places: [Place(id: "a"), Place(id: "b")],
            channels: [Channel(name: "count", unit: "people")],
            values: (0..<8).flatMap { [Float($0), Float(10 + $0)] })
    }

    /// Off by 1 one step ahead and by 3 two steps ahead, from origins 2 and 4.
    func forecast() -> Forecast {
        var values: [Float] = []
        for origin in [2, 4] {
            for step in 0..<2 {
                for node in 0..<2 {
                    values.append(Float(10 * node + origin + step) + (step == 0 ? 1 : 3))
                }
            }
        }
        return Forecast(origins: [2, 4], horizon: 2, nodeCount: 2, channelCount: 1, values: values)
    }

    func score(_ forecast: Forecast, _ series: Series) throws -> Scores {
        Scores(
            try ForecastScorer(metrics: [MAE(), MAPE()], horizons: [1, 2, 12]).scores(
                forecast, against: series, model: "m", role: .teacher, split: .test, seed: 7))
    }

    @Test func `errors are scored by step ahead and on average in the channel's unit`() throws {
        let scores = try score(forecast(), series())
        #expect(scores.value(role: .teacher, metric: "mae", horizon: .step(1)) == 1)
        #expect(scores.value(role: .teacher, metric: "mae", horizon: .step(2)) == 3)
        #expect(scores.value(role: .teacher, metric: "mae") == 2)
        #expect(scores.value(role: .teacher, metric: "mae", horizon: .step(12)) == nil)
        #expect(scores.filtered(metric: "mae").allSatisfy { $0.unit == "people" && $0.seed == 7 })
        #expect(scores.filtered(metric: "mapeCount").isEmpty)
    }

    @Test func `channels are scored apart, and together in deviations of each`() throws {
        // The temperature varies by about a hundredth of what the flow does.
        let truth = Series(
            name: "two", times: TimeGrid(start: 0, step: 3600, count: 4), places: [Place(id: "a")],
            channels: [Channel(name: "flow", unit: "veh/h"), Channel(name: "share")],
            values: [-100, 0, 100, 1, -100, 0, 100, 1])
        let forecast = Forecast(
            origins: [1], horizon: 2, nodeCount: 1, channelCount: 2, values: [120, 1.5, -60, 0.25])
        let scores = Scores(
            try ForecastScorer(metrics: [MAE(), RMSE(), WAPE()], horizons: [1]).scores(
                forecast, against: truth, model: "m", role: .teacher, split: .test, seed: 1))
        #expect(scores.channels == ["flow", "share"])
        #expect(scores.value(role: .teacher, metric: "mae", channel: "flow") == 30)
        #expect(scores.value(role: .teacher, metric: "mae", channel: "share") == 0.375)
        #expect(scores.value(role: .teacher, metric: "mae", channel: "flow", horizon: .step(1)) == 20)
        // σ is 100 and 0.5.
        #expect(scores.value(role: .teacher, metric: "mae") == (0.3 + 0.75) / 2)
        #expect(scores.value(role: .teacher, metric: "wape") == 52.5)
        #expect(scores.filtered(metric: "mae").allSatisfy { $0.unit == "σ" })
        #expect(scores.filtered(metric: "mae", channel: "flow").allSatisfy { $0.unit == "veh/h" })
        let errors = try ErrorBreakdown(forecast, against: truth)
        #expect(errors.horizon.map(\.mean) == [(0.2 + 1) / 2, (0.4 + 0.5) / 2])
        // Another unit of a channel changes nothing in what stands for all.
        var other = truth, same = forecast
        for index in stride(from: 0, to: 8, by: 2) { other.values[index] *= 1024 }
        for index in stride(from: 0, to: 4, by: 2) { same.values[index] *= 1024 }
        let scaled = Scores(
            try ForecastScorer(metrics: [MAE()], horizons: []).scores(
                same, against: other, model: "m", role: .teacher, split: .test, seed: 1))
        #expect(scaled.value(role: .teacher, metric: "mae") == scores.value(role: .teacher, metric: "mae"))
        let path = temporaryPath("channels.json")
        try scores.write(to: path)
        #expect(try Scores(contentsOf: path).all == scores.sorted)
        #expect(try scores.json.contains("\"metric\": \"mae\", \"channel\": \"share\", \"horizon\": \"average\""))
        let table = Comparison(scores).table()
        for text in ["2 channels, σ", "flow, veh/h", "share ", "0.525", "30.0"] {
            #expect(table.contains(text), "\(text) in\n\(table)")
        }
        #expect(Comparison(scores).channels.map(\.channel) == ["flow", "share"])
        #expect(scaled.difference(from: Scores(Array(scores.all.prefix(0)))) != nil)
    }

    @Test func `errors are told by hours, days of the week or months, whichever steps go through`() throws {
        for (step, course, parts) in [(3600, Course.hour, 24), (86_400, .weekday, 7), (604_800, .month, 12)]
            as [(Int64, Course, Int)]
        {
            var truth = series()
            truth.times.step = step
            let errors = try ErrorBreakdown(forecast(), against: truth)
            #expect(Course(truth.times) == course && errors.course.count == parts)
            #expect(errors.course.reduce(0) { $0 + $1.count } == errors.place.reduce(0) { $0 + $1.count })
        }
        var days = series()
        days.times.step = 86_400
        // Of 1970, whose first day was a Thursday.
        days.times.start = 0
        let errors = try ErrorBreakdown(forecast(), against: days)
        #expect(
            errors.course.indices.filter { errors.course[$0].count > 0 }
                == forecast().origins.flatMap { origin in
                    (0..<forecast().horizon).map { (3 + origin + $0) % 7 }
                }.reduce(into: Set<Int>()) { $0.insert($1) }.sorted())
    }

    @Test func `cells that were not observed never count`() throws {
        var truth = series()
        truth.observed[truth.offset(time: 3, node: 0)] = false
        truth[3, 0, 0] = 1e6
        let errors = try ErrorBreakdown(forecast(), against: truth)
        #expect(errors.horizon.map(\.count) == [4, 3])
        #expect(errors.place.map(\.count) == [3, 4])
        #expect(errors.origin.map(\.mean) == [5.0 / 3, 2])
        #expect(errors.course[2].mean == 1)
        #expect(errors.course[3].mean == 3)
        #expect(errors.course[3].count == 1)
        #expect(errors.course[7].mean == nil)
        #expect(try score(forecast(), truth).value(role: .teacher, metric: "mae") == 13.0 / 7)
    }

    @Test func `truths below one are left out of the percentage and counted`() throws {
        var truth = series()
        for time in 0..<8 { truth[time, 0, 0] = 0 }
        let scores = try score(forecast(), truth)
        #expect(scores.value(role: .teacher, metric: "mapeCount") == 4)
        for time in 0..<8 { truth[time, 1, 0] = 0 }
        let none = try score(forecast(), truth)
        #expect(none.filtered(metric: "mape").isEmpty)
        #expect(none.value(role: .teacher, metric: "mae") != nil)
    }

    @Test func `a forecast that is no number names origin, step and place`() {
        var broken = forecast()
        broken.values[broken.offset(origin: 1, step: 1, node: 1)] = .nan
        let error = #expect(throws: EvaluationError.self) { try score(broken, series()) }
        #expect(error?.code == .notFinite)
        #expect(error?.message.contains("from step 4") == true)
        #expect(error?.message.contains("2 ahead at “b”") == true)
    }

    @Test func `a forecast beyond the truth is refused`() {
        var late = forecast()
        late.origins[1] = 7
        let error = #expect(throws: EvaluationError.self) { try score(late, series()) }
        #expect(error?.code == .outOfRange)
    }

    @Test func `the file lists one score a line in a fixed order and reads back`() throws {
        var scores = Scores([
            Cost.bytes.score(5120, model: "s", role: .distilledStudent, split: .test, seed: 1),
            Score(
                model: "p \"q\"", role: .persistence, metric: "mae", horizon: .average, value: 0.1,
                unit: "°C", split: .test, seed: 1),
            Score(
                model: "p \"q\"", role: .persistence, metric: "mae", horizon: .step(12), value: 2,
                unit: "°C", split: .test, seed: 1),
        ])
        let path = temporaryPath("scores.json")
        try scores.write(to: path)
        let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        #expect(
            text == """
                [
                  {"model": "p \\"q\\"", "role": "persistence", "metric": "mae", "horizon": 12, \
                "value": 2, "unit": "°C", "split": "test", "seed": 1},
                  {"model": "p \\"q\\"", "role": "persistence", "metric": "mae", "horizon": "average", \
                "value": 0.1, "unit": "°C", "split": "test", "seed": 1},
                  {"model": "s", "role": "distilledStudent", "metric": "bytes", "horizon": "average", \
                "value": 5120, "unit": "B", "split": "test", "seed": 1}
                ]

                """)
        #expect(try Scores(contentsOf: path).all == scores.sorted)
        scores.all.reverse()
        #expect(try scores.json == text)
    }

    @Test func `a broken file is named with its place`() throws {
        let path = temporaryPath("scores.json")
        try AtomicFile.write(path, text: "[{\"model\": \"m\", \"role\": \"pupil\"}]")
        let error = #expect(throws: EvaluationError.self) { try Scores(contentsOf: path) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains(path) == true)
        #expect(error?.message.contains("entry 1") == true)
    }

    @Test func `a score that is no number is never written`() {
        let scores = Scores([
            Cost.flops.score(.nan, model: "m", role: .teacher, split: .test, seed: 1)
        ])
        #expect(throws: EvaluationError.self) { try scores.json }
    }
}

/// A path in a fresh folder of its own.
func temporaryPath(_ name: String) -> String {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("limbeck-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.appendingPathComponent(name).path
}
