import LimbeckData
import LimbeckSeries
import Testing

/// What the file of a student says about gaps is what was done about them in training.
@Suite struct FillingRuleTests {
    /// Three places by the hour over four weeks, two channels, a gap here and there; the third place is silent in
    /// training.
    private func series() -> Series {
        let steps = 24 * 28
        var values: [Float] = []
        for step in 0..<steps {
            for place in 0..<3 { values += [Float(step * (place + 2) % 37), Float(step % 24) + Float(place)] }
        }
        let observed = values.indices.map { index in
            (index / 6 >= 500 || index / 2 % 3 != 2) && index * 7919 % 11 != 3
        }
        return Series(
            name: "gaps", times: TimeGrid(start: 1_704_067_200, step: 3600, count: steps),
            places: (0..<3).map {
                Place(id: "\($0)", coordinate: Coordinate(latitude: Double($0 * $0), longitude: 3))
            },
            channels: [Channel(name: "a"), Channel(name: "b")],
            values: zip(values, observed).map { $1 ? $0 : .nan }, observed: observed)
    }

    @Test(arguments: ["mean", "median", "seasonal", "spatial"])
    func `numbers of the rule are those that filled the training`(_ name: String) throws {
        let series = series()
        let imputer = try ImputerCatalog.standard.entry(named: name).make()
        let filled = try imputer.impute(series, fittedOn: 0..<480).series
        let rule = try #require(try imputer.rule(series, fittedOn: 0..<480))
        let width = series.stepSize
        var checked = 0
        for index in series.values.indices where !series.observed[index] {
            let (step, entry) = (index / width, index % width)
            let expected: Float
            switch rule.missing {
            case .constant: expected = rule.filling.values[entry]
            case .seasonal:
                expected = rule.filling.values[series.times.local(step).hourOfWeek * width + entry]
            case .spatial:
                let count = rule.filling.neighbours.count / 3, node = entry / 2
                let near = (node * count..<(node + 1) * count).filter {
                    series.isObserved(time: step, node: rule.filling.neighbours[$0], channel: entry % 2)
                }
                let weight = near.reduce(0) { $0 + rule.filling.weights[$1] }
                let sum = near.reduce(Float(0)) {
                    $0 + rule.filling.weights[$1] * series[step, rule.filling.neighbours[$1], entry % 2]
                }
                expected = weight > 0 ? sum / weight : rule.filling.values[entry]
            default: throw DataError(.badConfiguration, "\(rule.missing)")
            }
            #expect(abs(filled.values[index] - expected) <= 1e-4 * max(1, abs(expected)))
            checked += 1
        }
        #expect(checked > 300)
    }

    @Test func `every causal imputer has a rule, others none`() throws {
        for entry in ImputerCatalog.standard.entries {
            #expect(try (entry.make().rule(series(), fittedOn: 0..<480) != nil) == entry.isCausal, "\(entry.name)")
        }
    }
}
