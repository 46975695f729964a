import LimbeckSeries
import Testing

@testable import LimbeckData

@Suite struct StampOffsetsTests {
    /// Hourly over a change of New York's clocks, the offset from `rule`.
    private func load(_ rule: (Int) -> String) throws -> LoadedSeries {
        // 2024-03-10T02:00 −05:00 is skipped there: 07:00 UTC.
        let rows = (0..<48).map { hour -> String in
            let instant = 1_709_942_400 + Int64(hour) * 3600
            let offset = rule(hour)
            let shift: Int64 = offset == "-04:00" ? -14_400 : offset == "-05:00" ? -18_000 : -16_200
            return "\(TimeText.stamp(instant + shift))\(offset),\(hour)"
        }
        return try LimbeckDataTests.load("time,a\n" + rows.joined(separator: "\n") + "\n")
    }

    @Test func `offsets that change tell the zone`() throws {
        // 48 hours from 2024-03-09T00:00Z on; clocks change at hour 31.
        let loaded = try load { $0 < 31 ? "-05:00" : "-04:00" }
        #expect(loaded.series.times.zone == "America/New_York")
        #expect(loaded.series.times.local(30).hour == 1 && loaded.series.times.local(31).hour == 3)
        let finding = try #require(loaded.quality.findings(.timeZone).first)
        #expect(finding.message.contains("−05:00, −04:00, as clocks had in America/New_York"))
        #expect(finding.message.contains("data.zone"))
    }

    @Test func `offsets that no clocks had are said, and one that stays says nothing`() throws {
        let odd = try load { $0 < 20 ? "-04:30" : "-05:00" }
        #expect(odd.series.times.zone.isEmpty)
        #expect(odd.quality.findings(.timeZone).first?.message.contains("which no time zone's clocks had") == true)
        #expect(try load { _ in "-05:00" }.quality.findings(.timeZone).isEmpty)
    }
}
