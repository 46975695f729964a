import LimbeckSeries
import Testing

@testable import LimbeckData

@Suite struct ChannelChoiceTests {
    private func series() -> Series {
        Series(
            name: "array", times: TimeGrid(start: 0, step: 60, count: 2),
            places: [Place(id: "a"), Place(id: "b")],
            channels: (0..<3).map { Channel(name: "channel\($0)", unit: "x") },
            values: (0..<12).map(Float.init), observed: (0..<12).map { $0 != 5 })
    }

    private func chosen(_ entries: [String]) throws -> Series {
        var series = series()
        try ChannelChoice.apply(entries, to: &series)
        return series
    }

    @Test func `as many new names as channels rename them`() throws {
        let series = try chosen(["flow [veh/5min]", " occupancy ", "count [counts]"])
        #expect(series.channels.map(\.name) == ["flow", "occupancy", "count"])
        #expect(series.channels.map(\.unit) == ["veh/5min", "x", "counts"])
        #expect(series.channels.map(\.kind) == [.continuous, .continuous, .count])
        #expect(series.values == (0..<12).map(Float.init))
    }

    @Test func `channels are kept by name or number, in the order asked for`() throws {
        let series = try chosen(["speed [km/h] = channel2", "flow = 0"])
        #expect(series.channels.map(\.name) == ["speed", "flow"])
        #expect(series.values == [2, 0, 5, 3, 8, 6, 11, 9])
        #expect(series.observed == [true, true, false, true, true, true, true, true])
        #expect(try chosen(["channel1"]).values == [1, 4, 7, 10])
        #expect(try chosen([]).channelCount == 3)
    }

    @Test func `what names no channel is refused with those there are`() {
        let cases: [([String], String)] = [
            (["speed"], "array has no channel \"speed\" but 0 \"channel0\", 1 \"channel1\", 2 \"channel2\""),
            (["a", "b", "channel9 = 9"], "no channel \"a\""), (["a = 3"], "no channel \"3\""),
            ([" = channel1"], "names no channel"), (["a ="], "names no channel"), (["[km/h]"], "names no channel"),
            (["a = 0", "b = channel0"], "\"channel0\" is named twice"),
            (["a = 0", "a = 1"], "two channels are called \"a\""),
        ]
        for (entries, said) in cases {
            let error = #expect(throws: DataError.self) { try chosen(entries) }
            #expect(error?.message.contains(said) == true, "\(entries): \(error?.message ?? "")")
        }
    }
}
