import LimbeckSeries
import Testing

@testable import LimbeckData

/// One node and channel, hourly from Monday 2024-01-01; NaN is missing.
private func line(_ values: [Float]) -> Series {
    Series(
        name: "line",
        times: TimeGrid(start: 1_704_067_200, step: 3600, count: values.count, clock: .local),
        places: [Place(id: "a")], channels: [Channel(name: "x")], values: values)
}

/// Four places on a line, two channels, a third of the cells missing by a fixed pattern.
private func patchy() -> Series {
    let steps = 400
    var values: [Float] = []
    for step in 0..<steps {
        for column in 0..<8 {
            let isMissing = (step * 31 + column * 17) % 3 == 0
            values.append(isMissing ? .nan : Float(step % 24 + 10 * column))
        }
    }
    return Series(
        name: "patchy", times: TimeGrid(start: 0, step: 3600, count: steps),
        places: (0..<4).map {
            Place(id: "\($0)", coordinate: Coordinate(latitude: 0, longitude: Double($0) / 100))
        },
        channels: [Channel(name: "x"), Channel(name: "y")], values: values)
}

@Suite struct ImputationTests {
    private let nan = Float.nan

    @Test func `linear draws a line and holds the ends`() throws {
        let filled = try LinearImputer().impute(line([nan, 2, nan, nan, 8, nan]), fittedOn: 0..<6)
        #expect(filled.series.values == [2, 2, 4, 6, 8, 8])
        #expect(filled.tally == [.init(method: "linear", count: 4)])
    }

    @Test func `forward repeats the last value and leaves the start to the training mean`() throws {
        let filled = try ForwardImputer().impute(line([nan, 2, nan, 6, nan]), fittedOn: 0..<4)
        #expect(filled.series.values == [4, 2, 2, 6, 6])
        #expect(filled.tally.map(\.method) == ["forward", "training mean"])
        #expect(filled.tally.map(\.count) == [2, 1])
    }

    @Test func `mean and median are those of training`() throws {
        let series = line([1, 2, 9, nan, 1000])
        #expect(try MeanImputer().impute(series, fittedOn: 0..<4).series.values[3] == 4)
        #expect(try MedianImputer().impute(series, fittedOn: 0..<4).series.values[3] == 2)
    }

    @Test func `seasonal takes the hour of the week`() throws {
        var values = (0..<504).map { Float($0 % 168) }
        values[168 + 30] = 130
        values[336 + 30] = nan
        values[336 + 31] = nan
        let filled = try SeasonalImputer().impute(line(values), fittedOn: 0..<336)
        #expect(filled.series.values[336 + 30] == 80)
        #expect(filled.series.values[336 + 31] == 31)
    }

    @Test func `spatial weighs neighbours by inverse distance`() throws {
        var series = Series(
            name: "s", times: TimeGrid(start: 0, step: 60, count: 1),
            places: [0, 1, 3].map {
                Place(id: "\($0)", coordinate: Coordinate(latitude: 0, longitude: Double($0)))
            },
            channels: [Channel(name: "x")], values: [nan, 9, 3])
        let filled = try SpatialImputer().impute(series, fittedOn: 0..<1)
        // (9/1 + 3/3) / (1 + 1/3) = 7.5.
        #expect(abs(filled.series.values[0] - 7.5) < 1e-5)
        series.places[1].coordinate = nil
        #expect {
            try SpatialImputer().impute(series, fittedOn: 0..<1)
        } throws: { "\($0)".contains("\"1\"") }
    }

    @Test(arguments: ImputerCatalog.standard.entries.map(\.name))
    func `observed cells and the mask survive, and nothing stays open`(name: String) throws {
        let series = patchy()
        let imputer = try ImputerCatalog.standard.entry(named: name).make()
        let filled = try imputer.impute(series, fittedOn: 0..<280)
        #expect(filled.series.observed == series.observed)
        #expect(filled.series.values.allSatisfy { $0.isFinite })
        for index in series.values.indices where series.observed[index] {
            #expect(filled.series.values[index] == series.values[index])
        }
        #expect(filled.tally.reduce(0) { $0 + $1.count } == series.missingCount)
        #expect(filled.silent.isEmpty)
    }

    @Test(arguments: ImputerCatalog.standard.entries.filter(\.isCausal).map(\.name))
    func `a causal imputer does not see what comes after training`(name: String) throws {
        let series = patchy()
        let imputer = try ImputerCatalog.standard.entry(named: name).make()
        let filled = try imputer.impute(series, fittedOn: 0..<280).series
        var other = series
        for index in other.values.indices where index >= 300 * 8 { other.values[index] *= -7 }
        let changed = try imputer.impute(other, fittedOn: 0..<280).series
        #expect(changed.values[..<(300 * 8)] == filled.values[..<(300 * 8)])
    }

    @Test func `a silent place becomes zero, with a warning`() throws {
        var series = patchy()
        for step in 0..<400 {
            series[step, 2, 1] = nan
            series.observed[series.offset(time: step, node: 2, channel: 1)] = false
        }
        let filled = try LinearImputer().impute(series, fittedOn: 0..<280)
        #expect((0..<400).allSatisfy { filled.series[$0, 2, 1] == 0 })
        #expect(filled.silent == ["2, y"])
        #expect(filled.findings.contains { $0.kind == .silentPlace && $0.severity == .warning })
        #expect(filled.tally.last == .init(method: "zero", count: 400))
    }
}
