import LimbeckSeries
import Testing

@testable import LimbeckData

/// Bare local stamps of a zone whose clocks show an hour twice in autumn.
@Suite struct LocalStampsTests {
    private func rows(_ stamps: [String]) -> String {
        stamps.enumerated().map { "2024-04-07T\($0.element),\($0.offset)" }.joined(separator: "\n") + "\n"
    }

    private func read(_ stamps: [String], _ clock: DataSource.Clock = .auto) throws -> LoadedSeries {
        try load("time,a\n" + rows(stamps)) {
            $0.zone = "Pacific/Auckland"
            $0.clock = clock
        }
    }

    @Test(arguments: [
        ["00:00", "01:00", "02:00", "02:00", "03:00", "04:00"],
        ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"],
    ])
    func `both autumn hours are kept where the order tells them apart`(stamps: [String]) throws {
        let loaded = try read(stamps)
        #expect(cells(loaded.series) == [0, 1, 2, 3, 4, 5])
        #expect(loaded.series.times.clock == .utc)
        let local = (0..<6).map { loaded.series.times.local($0) }
        #expect(local.map(\.hour) == stamps.map { Int($0.prefix(2)) ?? -1 })
        #expect(local.map(\.minute) == stamps.map { Int($0.suffix(2)) ?? -1 })
        #expect(loaded.quality.findings(.daylightSaving).map(\.count) == [1])
        #expect(loaded.quality.findings(.duplicateStamps).isEmpty)
    }

    @Test func `newest first is an order too`() throws {
        let loaded = try read(["04:00", "03:00", "02:00", "02:00", "01:00"])
        #expect(cells(loaded.series) == [4, 3, 2, 1, 0])
    }

    @Test func `an hour that stands there once stays on the local clock`() throws {
        let loaded = try read(["00:00", "01:00", "02:00", "03:00", "04:00"])
        #expect(loaded.series.times.clock == .local)
        #expect(cells(loaded.series) == [0, 1, 2, 3, 4])
    }

    @Test func `interleaved rows tell nothing, and the first are kept`() throws {
        let loaded = try read(["01:30", "02:00", "02:00", "02:30", "02:30", "03:00"])
        #expect(loaded.series.times.clock == .local)
        #expect(cells(loaded.series) == [0, 1, 3, 5])
    }

    @Test func `each place of a long file has its own order`() throws {
        let text =
            "time,place,v\n"
            + ["01:00,a,1", "01:00,b,2", "02:00,a,3", "02:00,b,4", "02:00,a,5", "02:00,b,6", "03:00,a,7", "03:00,b,8"]
            .map { "2024-04-07T\($0)" }.joined(separator: "\n") + "\n"
        let loaded = try load(text) { $0.zone = "Pacific/Auckland" }
        #expect(cells(loaded.series) == [1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test func `data.clock leads local stamps to UTC, with the offset of summer before and winter after`() throws {
        let loaded = try read(["00:00", "01:00", "03:00", "04:00"], .utc)
        #expect(TimeText.stamp(loaded.series.times.start) == "2024-04-06T11:00")
        // Two hours of 02:00 lie between.
        #expect(cells(loaded.series) == [0, 1, nil, nil, 2, 3])
        let spring = try load("time,a\n2024-09-29T01:00,1\n2024-09-29T03:00,2\n2024-09-29T04:00,3\n") {
            $0.zone = "Pacific/Auckland"
            $0.clock = .utc
        }
        #expect(cells(spring.series) == [1, 2, 3])
    }

    @Test func `dates alone stay dates`() throws {
        let loaded = try load("time,a\n2024-04-06,1\n2024-04-07,2\n2024-04-08,3\n") {
            $0.zone = "Pacific/Auckland"
            $0.clock = .utc
        }
        #expect(loaded.series.times.clock == .local)
    }
}

@Suite struct PlausibilityTests {
    private let scaler = Scaler(center: [10, 100], spread: [2, 20])

    private func finding(_ values: [Float]) -> QualityReport.Finding? {
        let grid = TimeGrid(start: 1_704_067_200, step: 3600, count: values.count / 2)
        let series = Series(
            name: "t", times: grid, places: [Place(id: "a"), Place(id: "b")], channels: [Channel(name: "v")],
            values: values)
        return PlausibilityCheck.finding(series, scaler: scaler, in: 0..<grid.count)
    }

    @Test func `a reading far from the training data is named with what was usual`() throws {
        let found = try #require(finding([10, 100, -9999, 120, 11, 99]))
        #expect(found.count == 1)
        #expect(found.message.contains("--missing -9999"))
        #expect(found.examples == ["a at 2024-01-01T01:00Z is -9999.0, in training mostly 4 to 16"])
    }

    @Test func `each place is compared with its own training data`() {
        #expect(finding([10, 100, 29, 280]) == nil)
        #expect(finding([10, 100, 100, 280])?.count == 1)
        #expect(finding([10, 100, .nan, 100]) == nil)
    }
}
