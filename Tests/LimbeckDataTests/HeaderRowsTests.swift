import LimbeckSeries
import Testing

@testable import LimbeckData

@Suite struct HeaderRowsTests {
    @Test func `a row of units stands below the names`() throws {
        let loaded = try load("Datum;Messwert A\n;µg/m³\n01.01.2024 00:00;30,01\n01.01.2024 01:00;31,5\n")
        #expect(loaded.series.places.map(\.id) == ["Messwert A"])
        #expect(loaded.series.channels[0].unit == "µg/m³")
        #expect(loaded.series.values == [30.01, 31.5])
        #expect(loaded.quality.findings(.units).first?.message.contains("µg/m³") == true)
    }

    @Test func `units of a long file are those of its channels`() throws {
        let loaded = try load(
            "time,station,pm,wind\n,,[µg/m³],(m/s)\n2024-01-01T00:00,a,1,2\n2024-01-01T01:00,a,3,4\n")
        #expect(loaded.series.channels.map(\.name) == ["pm", "wind"])
        #expect(loaded.series.channels.map(\.unit) == ["µg/m³", "m/s"])
        #expect(loaded.series.values == [1, 2, 3, 4])
    }

    @Test func `several rows of names are joined`() throws {
        let loaded = try load("time,north,south\n,counter,counter\n2024-01-01T00:00,1,2\n2024-01-01T01:00,3,4\n")
        #expect(loaded.series.places.map(\.id) == ["north counter", "south counter"])
        #expect(loaded.series.times.count == 2)
    }

    @Test func `rows of values are none`() throws {
        for missing in ["NA,", "nan,nan", "-,-"] {
            let loaded = try load("time,a,b\n2024-01-01T00:00,\(missing)\n2024-01-01T01:00,3,4\n2024-01-01T02:00,3,4\n")
            #expect(loaded.series.places.map(\.id) == ["a", "b"], "\(missing)")
            #expect(loaded.series.times.count == 3)
        }
        // Without times, a first row of which nothing was measured.
        let loaded = try load("a,b\nNA,NA\n1,2\n3,4\n") { ($0.start, $0.step) = ("2024-01-01", "1h") }
        #expect(loaded.series.times.count == 3)
    }

    @Test func `columns that count the rows are left out of a long file, and it is said`() throws {
        let rows = (1...6).map { "\($0),2024-01-01T0\($0):00,a,note \($0),\(10 * $0)" }
        let loaded = try load("No,time,station,remark,flow\n" + rows.joined(separator: "\n") + "\n")
        #expect(loaded.series.channels.map(\.name) == ["flow"])
        #expect(loaded.quality.findings(.textColumns).first?.examples == ["No", "remark"])
    }
}
