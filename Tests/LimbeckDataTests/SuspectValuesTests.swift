import LimbeckSeries
import Testing

@testable import LimbeckData

@Suite struct SuspectValuesTests {
    private var state: UInt64 = 11

    private mutating func draw() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) * 0x1p-24
    }

    private func findings(_ values: [Float]) -> [String] {
        let series = Series(
            name: "one", times: TimeGrid(start: 0, step: 300, count: values.count), places: [Place(id: "a")],
            channels: [Channel(name: "x")], values: values)
        return QualityCheck.report(series).findings.filter { [.notMeasured, .stuck].contains($0.kind) }.map(\.message)
    }

    /// Speeds about 60, some jams down to 15.
    private mutating func speeds(_ count: Int) -> [Float] {
        (0..<count).map { 60 + 8 * draw() - ($0 % 288 > 260 ? 40 * draw() : 0) }
    }

    @Test mutating func `zeros among speeds are suspected, with the line that says so`() {
        var values = speeds(2000)
        for index in 500..<590 { values[index] = 0 }
        values[1200] = 0
        let found = findings(values)
        #expect(found.count == 1)
        #expect(found.first?.contains("91 exact zeros (4.55 %)") == true, "\(found)")
        #expect(found.first?.hasSuffix("set data.missing: [0]") == true)
    }

    @Test mutating func `honest zeros are not`() {
        // Counts at night, rain, the sun, switches, small counts, changes about zero.
        let counts = (0..<2000).map { hour -> Float in
            let day = Float(hour % 24 - 4)
            return day < 0 || day > 18 ? (draw() * 3).rounded(.down) : (300 * draw() * day / 18).rounded(.down)
        }
        let rain = (0..<2000).map { _ in draw() > 0.9 ? 4 * draw() * draw() * draw() : Float(0) }
        let sun = (0..<2000).map { max(0, 800 * Float($0 % 24 - 6) * Float(19 - $0 % 24) / 42 * (0.8 + 0.2 * draw())) }
        let switches = (0..<2000).map { _ in draw() > 0.5 ? Float(1) : 0 }
        let few = (0..<2000).map { _ in (8 * draw()).rounded(.down) }
        let changes = (0..<2000).map { _ in draw() > 0.9 ? 0 : draw() - 0.5 }
        for (name, values) in [
            ("counts", counts), ("rain", rain), ("sun", sun), ("switches", switches), ("few", few),
            ("changes", changes),
        ] { #expect(findings(values) == [], "\(name)") }
    }

    @Test mutating func `numbers of nines far from all others are suspected`() {
        for mark in [-9999, 999.9, 99_999, -999] as [Float] {
            var values = (0..<1000).map { _ in 20 * draw() - 5 }
            for index in stride(from: 3, to: 1000, by: 97) { values[index] = mark }
            let found = findings(values)
            #expect(
                found.count == 1 && found[0].contains("set data.missing: [\(SuspectValues.spelled(mark))]"), "\(found)")
        }
        // A height of 999 m among others, and a percentage of 99.
        #expect(findings((0..<1000).map { _ in 900 + 150 * draw() } + [999, 999]) == [])
        #expect(findings((0..<1000).map { _ in (99 * draw()).rounded() }) == [])
    }

    @Test mutating func `a value that stands still is told`() {
        var values = speeds(2000)
        for index in 700..<760 { values[index] = values[700] }
        let found = findings(values)
        #expect(found.count == 1 && found[0].hasPrefix("60 values repeated 24 times or more"), "\(found)")
        #expect(findings((0..<2000).map { Float($0 / 40) }) == [], "where all stand still, it means nothing")
    }
}
