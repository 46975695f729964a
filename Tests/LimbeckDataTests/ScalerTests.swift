import LimbeckData
import LimbeckRuntime
import LimbeckSeries
import Testing

@Suite struct ScalerTests {
    @Test func `statistics are of observed training cells only`() throws {
        // Channel x of node a in steps 0, 1, 2: 0, 100, 200; the rest must not matter.
        var series = smallSeries()
        series[1, 0, 0] = 9999
        series.observed[series.offset(time: 1, node: 0)] = false
        let scaler = try fitScaler(series, on: 0..<3, scope: .perNode)
        #expect(scaler.center[0] == 100)
        #expect(scaler.spread[0] == 100)
        // Node b, channel y: 11, 111, 211; variance 20000/3.
        #expect(scaler.center[3] == 111)
        #expect(abs(scaler.spread[3] - 81.64966) < 1e-4)
    }

    @Test func `global statistics are shared by the places of a channel`() throws {
        let scaler = try fitScaler(smallSeries(), on: 0..<2, scope: .global)
        // Channel x: 0, 10, 20, 100, 110, 120; mean 60, variance 15400/6.
        #expect([0, 2, 4].map { scaler.center[$0] } == [60, 60, 60])
        #expect([1, 3, 5].map { scaler.center[$0] } == [61, 61, 61])
        #expect(scaler.spread.allSatisfy { abs($0 - 50.662281) < 1e-4 })
    }

    @Test(arguments: Scaler.Transform.allCases, ScalerScope.allCases)
    func `unscaling undoes scaling`(transform: Scaler.Transform, scope: ScalerScope) throws {
        let series = smallSeries()
        let scaler = try fitScaler(series, on: 0..<40, transform: transform, scope: scope)
        for (index, value) in series.values.enumerated() {
            let back = scaler.unscaled(scaler.scaled(value, at: index % 6), at: index % 6)
            #expect(abs(back - value) <= 1e-4 * max(1, abs(value)))
        }
    }

    @Test func `a constant or silent place scales without dividing by zero`() throws {
        var series = smallSeries()
        for time in 0..<60 {
            series[time, 0, 0] = 5
            series.observed[series.offset(time: time, node: 1)] = false
            series[time, 1, 0] = .nan
        }
        let scaler = try fitScaler(series, on: 0..<60, scope: .perNode)
        #expect(scaler.spread[0] == 1)
        #expect(scaler.center[0] == 5)
        let global = try fitScaler(series, on: 0..<60, scope: .global)
        #expect(scaler.center[2] == global.center[2])
        #expect(scaler.spread[2] == global.spread[2])
    }

    @Test func `a channel without training values is an error naming it`() {
        var series = smallSeries()
        for time in 0..<10 {
            for node in 0..<3 {
                series.observed[series.offset(time: time, node: node, channel: 1)] = false
            }
        }
        #expect {
            try fitScaler(series, on: 0..<10)
        } throws: { "\($0)".contains("\"y\"") }
    }
}
