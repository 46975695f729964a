import Foundation
import LimbeckRuntime
import LimbeckSeries
import Testing

@testable import LimbeckModels

@Suite struct ProfileTests {
    /// One place from Monday, 2024-01-01 on.
    private func series(_ values: [Float], step: Int64, missing: Set<Int> = []) -> Series {
        Series(
            name: "one", times: TimeGrid(start: 1_704_067_200, step: step, count: values.count),
            places: [Place(id: "here")], channels: [Channel(name: "level")], values: values,
            observed: values.indices.map { !missing.contains($0) })
    }

    private func statistics(
        _ series: Series, train: Int, history: Int = 4, horizon: Int = 2, seasons: SeasonChoice = .found
    ) -> TrainingStatistics {
        let shape = ForecastShape(
            history: history, horizon: horizon, nodes: 1, channels: 1, step: series.times.step)
        return TrainingStatistics(
            series, scaler: Scaler(center: [0], spread: [1]), range: 0..<train, shape: shape, seasons: seasons)
    }

    /// Noise from -1 to 1, the same at every run.
    private func noise(_ count: Int) -> [Float] {
        var state: UInt64 = 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) * 0x1p-23 - 1
        }
    }

    // MARK: By hand

    @Test func `a day of two halves, shrunk by how often they were seen`() {
        // 10 in the mornings and 20 in the afternoons of four days.
        let series = series([10, 20, 10, 20, 10, 20, 10, 20], step: 43_200)
        let shape = ForecastShape(history: 1, horizon: 1, nodes: 1, channels: 1, step: 43_200)
        let means = SeasonalMeans(series.values, series, range: 0..<8, shape: shape, candidates: .day)
        // The mean 15; -5 seen 4 times, by 4 + 1.
        #expect(means.tables(Profile.Shrinkage(day: 1), excluding: nil).clock == [11, 19])
        // Without the first morning: it is seen 3 times; both less their average by how often they were seen.
        let without = means.tables(Profile.Shrinkage(day: 1), excluding: 0..<1).clock
        let (morning, afternoon) = (3 * -5.0 / 4, 4 * 5.0 / 5)
        let average = (3 * morning + 4 * afternoon) / 7
        #expect(abs(without[0] - (15 + morning - average)) < 1e-9)
        #expect(abs(without[1] - (15 + afternoon - average)) < 1e-9)
    }

    @Test func `a weekday adds to its day, a week of the year to both`() {
        // Three weeks of days of 0 but for Sundays of 7.
        let week: [Float] = [0, 0, 0, 0, 0, 0, 7]
        let series = series(week + week + week, step: 86_400)
        let shape = ForecastShape(history: 1, horizon: 1, nodes: 1, channels: 1, step: 86_400)
        let means = SeasonalMeans(series.values, series, range: 0..<21, shape: shape, candidates: .week)
        // The mean 1; 6 seen 3 times by 3 + 3, -1 likewise.
        let clock = means.tables(Profile.Shrinkage(week: 3), excluding: nil).clock
        #expect(clock.map { ($0 * 100).rounded() / 100 } == [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 4])
        // What the weekday leaves: 3 on Sundays, -0.5 on others, on average 0 in a whole week of the year.
        let yearly = means.tables(Profile.Shrinkage(week: 3, year: 1), excluding: nil)
        #expect(yearly.year.count == 52)
        #expect(yearly.year[5..<50].allSatisfy { $0 == 0 }, "weeks that were never near are as usual")
    }

    @Test func `what was never seen is told by the coarser season`() {
        // A week in which nothing was read on Thursdays.
        let values: [Float] = (0..<24 * 14).map { Float($0 % 24) }
        let thursdays = Set((0..<24 * 14).filter { $0 / 24 % 7 == 3 })
        let statistics = statistics(
            series(values, step: 3600, missing: thursdays), train: 24 * 14, seasons: .declared([.day, .week]))
        for hour in 0..<24 {
            let value = statistics.usual.clock[3 * 24 + hour]
            #expect(abs(value - Float(hour)) < 1, "\(hour) o'clock on a Thursday is \(value)")
        }
    }

    // MARK: Out of fold

    @Test(arguments: [[], .day, [.day, .week], [.day, .week, .year]] as [Seasons])
    func `a row in training holds nothing of what is forecast from it`(_ seasons: Seasons) {
        let steps = 4 * 7 * 12, horizon = 3,
            shape = ForecastShape(
                history: 4, horizon: horizon, nodes: 1, channels: 1, step: 21_600)
        let values = noise(steps)
        func rows(_ values: [Float]) -> [Float] {
            let series = series(values, step: 21_600)
            return SeasonalMeans(series.values, series, range: 0..<steps, shape: shape, candidates: seasons)
                .outOfFold(
                    Profile.Shrinkage(
                        day: seasons.contains(.day) ? 1 : .infinity, week: seasons.contains(.week) ? 1 : .infinity,
                        year: seasons.contains(.year) ? 1 : .infinity))
        }
        let before = rows(values)
        // What a change does to the mean of all, which every step has, shrunk where a week of the year was seen once.
        let mean = 1000 / Float(steps)
        for changed in [0, 1, 27, 28, 29, 100, 171, steps - 2, steps - 1] {
            var other = values
            other[changed] += 1000
            let after = rows(other)
            for time in max(0, changed - horizon + 1)..<min(steps, changed + horizon) {
                #expect(
                    abs(after[time] - before[time] - mean) < (seasons.contains(.year) ? 0.5 : 0.1) * mean,
                    "step \(time) knows of step \(changed)")
            }
            let most = zip(before, after).map { abs($1 - $0 - mean) }.max() ?? 0
            #expect(seasons.isEmpty || most > 2 * mean, "the other folds do know of it")
        }
    }

    @Test func `a history as long as the season does not carry the target's own bin`() {
        let steps = 24 * 40,
            shape = ForecastShape(
                history: 24, horizon: 2, nodes: 1, channels: 1, step: 3600)
        let values = noise(steps)
        func rows(_ values: [Float]) -> [Float] {
            let series = series(values, step: 3600)
            return SeasonalMeans(series.values, series, range: 0..<steps, shape: shape, candidates: .day)
                .outOfFold(Profile.Shrinkage(day: 1))
        }
        let target = 500
        var other = values
        other[target] += 1000
        let before = rows(values), after = rows(other)
        // Every row that a window with this target reads; the mean of all is everyone's.
        let mean = 1000 / Float(steps)
        for time in target - 25...target + 1 { #expect(abs(after[time] - before[time] - mean) < 0.1 * mean) }
    }

    // MARK: Forms

    private func shape(_ form: ProfileForm, columns: Int = 3, step: Int64 = 1800) -> ForecastShape {
        var shape = ForecastShape(
            history: 4, horizon: 3, nodes: columns, channels: 1, step: step, seasons: [.day, .week])
        shape.profileForm = form
        return shape
    }

    @Test(arguments: ProfileForm.allCases)
    func `what a form can say it keeps, and keeping it again changes nothing`(_ form: ProfileForm) {
        let shape = shape(form), bins = 336, drawn = noise(bins * 3).map(Double.init)
        // Of three columns eight courses are enough; an hour's mean is a step's where both halves agree.
        let clock = (0..<bins * 3).map { index -> Double in
            let (bin, column) = (index / 3, index % 3)
            switch form {
            case .full, .lowRank: return drawn[index]
            case .hourly: return drawn[bin / 2 * 3 + column]
            case .fourier:
                let day = 2 * Double.pi * Double(bin % 48) / 48, week = 2 * Double.pi * Double(bin / 2) / 168
                return 3 + Double(column) * sin(2 * day) + 2 * cos(5 * week) - sin(24 * week)
            }
        }
        let kept = shape.clock(shape.kept(clock, columns: 3), columns: 3)
        #expect(zip(kept, clock).allSatisfy { abs($0 - $1) < 1e-5 }, "\(form)")
        let again = shape.clock(shape.kept(drawn, columns: 3), columns: 3)
        let twice = shape.clock(shape.kept(again, columns: 3), columns: 3)
        #expect(zip(again, twice).allSatisfy { abs($0 - $1) < 1e-5 }, "\(form)")
        let numbers = shape.profileParts.reduce(0) { $0 + $1.count(columns: 207) }
        #expect(form == .full ? numbers == 336 * 207 : numbers < 336 * 207 / 1, "\(form)")
    }

    @Test(arguments: ProfileForm.allCases)
    func `a row in training holds nothing of its target in any form`(_ form: ProfileForm) {
        let steps = 336 * 4, shape = shape(form, columns: 1), values = noise(steps)
        func rows(_ values: [Float]) -> [Float] {
            let series = series(values, step: 1800)
            return SeasonalMeans(series.values, series, range: 0..<steps, shape: shape, candidates: [.day, .week])
                .outOfFold(Profile.Shrinkage(day: 1, week: 1))
        }
        let before = rows(values), mean = 1000 / Float(steps)
        for changed in [0, 335, 336, 700, steps - 1] {
            var other = values
            other[changed] += 1000
            let after = rows(other)
            for time in max(0, changed - 2)..<min(steps, changed + 3) {
                #expect(
                    abs(after[time] - before[time] - mean) < 0.3 * mean,
                    "\(form): step \(time) knows of step \(changed)")
            }
        }
    }

    @Test func `the fewest numbers with which ridge forecasts as well are found`() throws {
        // What is usual changes by the hour, or by the step.
        func form(_ course: (Int) -> Float) throws -> ProfileForm {
            let values = noise(288 * 20).enumerated().map { step, noise in course(step % 288) + 0.5 * noise }
            let shape = ForecastShape(history: 4, horizon: 12, nodes: 1, channels: 1, step: 300)
            return try ProfileForm.chosen(
                series(values, step: 300), shape: shape, training: 0..<288 * 14,
                validation: Array(288 * 14..<288 * 20 - 12),
                seasons: .found)
        }
        #expect(try form { $0 / 12 % 3 == 0 ? 10 : 0 } == .hourly)
        #expect(try form { $0 % 6 < 2 ? 10 : 0 } == .full)
        // Where steps are no parts of an hour there is nothing to take the mean of.
        #expect(ProfileForm.hourly.suited(step: 86_400) == .full && ProfileForm.fourier.suited(step: 5000) == .full)
    }

    // MARK: Which seasons

    @Test func `seasons are those that come back`() {
        let hours = noise(24 * 7 * 10).enumerated().map { hour, noise in
            (daily: (hour % 24 < 8 ? 10 : 0) + noise, weekly: (hour / 24 % 7 > 4 ? 10 : 0) + noise, noise: noise)
        }
        #expect(statistics(series(hours.map(\.daily), step: 3600), train: hours.count).shape.seasons == .day)
        #expect(
            statistics(series(hours.map(\.weekly), step: 3600), train: hours.count).shape.seasons.contains(.week))
        #expect(statistics(series(hours.map(\.noise), step: 3600), train: hours.count).shape.seasons == [])
        let years = noise(52 * 8).enumerated().map { week, noise in week % 52 < 12 ? 10 + noise : noise }
        #expect(statistics(series(years, step: 604_800), train: years.count).shape.seasons == .year)
    }

    @Test func `two days are too few to tell a day from a trend`() {
        let values: [Float] = (0..<60).map { Float($0 % 24) }
        #expect(statistics(series(values, step: 3600), train: 41).shape.seasons == [])
    }

    @Test func `declared seasons are kept, as far as the step tells them`() {
        let values = noise(400)
        let daily = statistics(series(values, step: 86_400), train: 400, seasons: .declared([.day, .week, .year]))
        #expect(daily.shape.seasons == [.week, .year])
        #expect(daily.usual.clock.count == 7 && daily.usual.year.count == 52)
        #expect(statistics(series(values, step: 3600), train: 400, seasons: .declared([])).usual.clock.count == 1)
    }

    // MARK: No harm

    @Test(arguments: [0, 2, 8] as [Float])
    func `in two weeks of data the profile does no harm`(_ daily: Float) throws {
        // A level that wanders, and a course of the day of no, some or much weight.
        let steps = 24 * 14, shocks = noise(steps)
        var level: Float = 0
        let values: [Float] = (0..<steps).map { step in
            level = 0.98 * level + shocks[step]
            return 50 + level + daily * (step % 24 < 12 ? 1 : -1)
        }
        let series = series(values, step: 3600)
        let train = 24 * 10, origins = Array(train + 12..<steps - 6)
        func error(_ seasons: SeasonChoice) throws -> Float {
            let statistics = statistics(series, train: train, history: 12, horizon: 6, seasons: seasons)
            let ridge = try Ridge(series, range: 0..<train, history: 12, profile: statistics.usual)
            return try meanError(ridge, series, origins)
        }
        let (found, none, all) = (try error(.found), try error(.declared([])), try error(.declared([.day, .week])))
        let persistence = try meanError(Persistence(horizon: 6), series, origins)
        #expect(found <= 1.03 * none, "with the seasons found \(found), without any \(none)")
        #expect(all <= 1.1 * none, "with every season \(all), without any \(none)")
        #expect(found <= 1.03 * persistence, "\(found), where persistence has \(persistence)")
        if daily == 8 { #expect(found < 0.8 * none, "a course of the day is learned: \(found) of \(none)") }
    }

    private func meanError(_ forecaster: some Forecaster, _ series: Series, _ origins: [Int]) throws -> Float {
        let forecast = try forecaster.forecast(series, origins: origins)
        var total: Float = 0
        for (index, origin) in origins.enumerated() {
            for step in 0..<forecast.horizon {
                total += abs(forecast.values[index * forecast.horizon + step] - series.values[origin + step])
            }
        }
        return total / Float(origins.count * forecast.horizon)
    }
}
