import Foundation
import LimbeckData
import LimbeckSeries
import Testing

@testable import LimbeckAnalysis

@Suite struct AnalysisTests {
    /// Hourly, one place.
    private func line(_ count: Int, _ value: (Int) -> Float) -> Series {
        Series(
            name: "line", times: TimeGrid(start: 0, step: 3600, count: count),
            places: [Place(id: "a")], channels: [Channel(name: "x", unit: "m")],
            values: (0..<count).map(value))
    }

    @Test func `autocorrelation by hand`() {
        // Mean 2; centred -1, 1, -1, 1: r(1) = -1, r(2) = 1.
        func rounded(_ values: [Double]) -> [Double] { values.map { ($0 * 1e9).rounded() / 1e9 } }
        #expect(rounded(Periodicity.autocorrelation([1, 3, 1, 3], longestLag: 2)) == [1, -1, 1])
        // Centred -1, 1, missing, 1, -1 (mean 2): one pair at lag 2 (1·1), r(2) = 1.
        let gappy = Periodicity.autocorrelation([1, 3, nil, 3, 1], longestLag: 2)
        #expect(rounded(gappy) == [1, -1, 1])
        #expect(Periodicity.autocorrelation([5, 5, 5], longestLag: 1) == [0, 0])
        #expect(Periodicity.autocorrelation([nil, nil], longestLag: 1) == [0, 0])
    }

    @Test(arguments: [(50, 16), (333, 100), (1000, 999)])
    func `the autocorrelation is that of its definition, gaps and all`(count: Int, longest: Int) {
        var generator = Seeded(state: UInt64(count))
        let values: [Double?] = (0..<count).map { index in
            count > 100 && index % 7 == 3
                ? nil : Double.random(in: -5...5, using: &generator) + sin(Double(index) / 4) * 10
        }
        let known = values.compactMap(\.self)
        let mean = known.reduce(0, +) / Double(known.count)
        let curve = Periodicity.autocorrelation(values, longestLag: longest)
        #expect(curve.count == longest + 1)
        for lag in 0...longest {
            var sum = 0.0, pairs = 0.0, before = 0.0, after = 0.0
            for time in 0..<count - lag {
                guard let first = values[time], let second = values[time + lag] else { continue }
                sum += (first - mean) * (second - mean)
                before += (first - mean) * (first - mean)
                after += (second - mean) * (second - mean)
                pairs += 1
            }
            let expected = 20 * pairs >= Double(count - lag) && pairs > 0 ? sum / (before * after).squareRoot() : 0
            #expect(abs(curve[lag] - expected) < 1e-9, "lag \(lag)")
        }
    }

    @Test func `a peak beside a day is the day`() throws {
        var generator = Seeded(state: 3)
        // Five minutes, thirty days: noise moves the peak by a few steps.
        let values = (0..<288 * 30).map { step in
            Float(20 * sin(Double(step) * 2 * .pi / 288) + Double.random(in: -20...20, using: &generator))
        }
        let series = Series(
            name: "t", times: TimeGrid(start: 0, step: 300, count: values.count), places: [Place(id: "a")],
            channels: [Channel(name: "x")], values: values)
        #expect(Periodicity().periods(series, node: 0).first?.lag == 288)
    }

    @Test func `day and week are found at every Auckland counter`() throws {
        let series = try DatasetCatalog.standard.entry(named: "auckland").load().series
        let found = (0..<series.nodeCount).map {
            Periodicity().periods(series, node: $0).map(\.lag)
        }
        for (place, lags) in zip(series.places, found) {
            // One counter lives by weekend nights: its peak is at 23 hours, hardly above that of a day.
            #expect(lags == [24, 168], "\(place.id)")
        }
    }

    @Test func `noise, constants and straight lines have no period`() {
        var state: UInt64 = 1
        let noise = line(3000) { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40)
        }
        #expect(Periodicity().periods(noise, node: 0).isEmpty)
        #expect(Periodicity().periods(line(3000) { _ in 4 }, node: 0).isEmpty)
        #expect(Periodicity().periods(line(3000) { Float($0) }, node: 0).isEmpty)
        #expect(Periodicity().periods(line(5) { Float($0) }, node: 0).isEmpty)
    }

    @Test func `a slope is found beneath day, week and outliers`() throws {
        let series = line(24 * 7 * 20) { hour in
            let outlier: Float = hour % 997 == 0 ? 5000 : 0
            return Float(hour) * 0.125 + Float(hour % 24) * 3 + Float(hour / 24 % 7) * 20 + outlier
        }
        let slope = try #require(Trend().slope(series, node: 0))
        #expect(abs(slope.perDay - 3) < 0.4)
        #expect(slope.isSignificant)
        #expect(slope.low <= slope.perDay && slope.perDay <= slope.high)
    }

    @Test func `the median slope by hand`() throws {
        // Slopes of (0,0) (1,1) (2,2) (3,9): 1, 1, 1, 3, 4, 7; median 2.
        let points = [(0.0, 0.0), (1, 1), (2, 2), (3, 9)].map { (day: $0.0, value: $0.1) }
        #expect(try #require(Trend.theilSen(points)).perDay == 2)
        #expect(Trend.theilSen(Array(points.prefix(3))) == nil)
    }

    @Test func `no slope in what goes up and down`() throws {
        let series = line(24 * 7 * 20) { Float($0 % 24 + ($0 / 168 % 2) * 5) }
        #expect(try !#require(Trend().slope(series, node: 0)).isSignificant)
    }

    @Test(arguments: AnalysisCatalog.standard.entries.map(\.name))
    func `every analysis survives a silent place`(name: String) throws {
        let entry = try #require(AnalysisCatalog.standard.entries.first { $0.name == name })
        #expect(entry.make().analyze(line(500) { _ in .nan }).isEmpty)
        #expect(!entry.summary.isEmpty)
    }
}
