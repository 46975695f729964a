import Testing

@testable import LimbeckRuntime

@Suite struct StudentFeedTests {
    /// Forecasts the sum of the last three readings of each of two nodes; hourly.
    static func content(late: Windowing.Late = .replace, thresholds: [Float] = [2]) -> StudentContent {
        var machine = Machine(inputs: 6, outputs: 2)
        machine.then(
            .reduce(Reduction(.sum, input: machine.input, output: machine.output, outer: 1, middle: 3, inner: 2)))
        var content = machine.content
        content.shape = StudentShape(history: 3, horizon: 1, nodes: 2, channels: 1)
        content.scaler = Scaler(center: [0, 0], spread: [1, 1])
        content.windowing.late = late
        content.anomalyThresholds = thresholds
        return content
    }

    static func forecast(_ feed: StudentFeed) throws -> [Float] {
        var output: [Float] = [0, 0]
        try feed.forecast(into: &output)
        return output
    }

    @Test func `readings become the window in the order of their times, by hand`() throws {
        let feed = StudentFeed(try Student(Self.content()))
        var output: [Float] = [0, 0]
        #expect(throws: StudentError.self) { try feed.forecast(into: &output) }
        #expect(feed.origin == nil)
        for (hour, value) in [(0, 1), (1, 2), (2, 4)] as [(Int64, Float)] {
            try feed.push([value, 10 * value], at: hour * 3600 + 120)
        }
        #expect(feed.origin == Int64(3 * 3600))
        #expect(try Self.forecast(feed) == [7, 70])
        // A later reading of the same step replaces the earlier.
        #expect(feed.push(8, node: 0, at: 2 * 3600 + 3599).arrival == .current)
        #expect(try Self.forecast(feed) == [11, 70])
        // The next step pushes the oldest out; node 1 is missing there and filled forward.
        #expect(feed.push(16, node: 0, at: 3 * 3600).arrival == .current)
        #expect(try feed.forecast(into: &output) == 1)
        #expect(output == [26, 20 + 40 + 40])
    }

    @Test func `late readings go to their place, or are ignored where the file says so`() throws {
        for late in Windowing.Late.allCases {
            let feed = StudentFeed(try Student(Self.content(late: late)))
            try feed.push([1, 1], at: 0)
            try feed.push([5, 5], at: 2 * 3600)
            let reading = feed.push(3, node: 0, at: 3600)
            #expect(reading.arrival == (late == .replace ? .late : .tooLate))
            #expect(try Self.forecast(feed) == (late == .replace ? [9, 7] : [7, 7]))
            try feed.push([6, 6], at: 3 * 3600)
            #expect(feed.push(9, node: 0, at: 0).arrival == .tooLate, "before the window")
            #expect(feed.dropped == (late == .replace ? 1 : 2))
        }
    }

    @Test func `steps without readings are missing, and an outage empties the window`() throws {
        let feed = StudentFeed(try Student(Self.content()))
        try feed.push([1, 1], at: 0)
        feed.advance(to: 3600)
        #expect(feed.origin == Int64(2 * 3600))
        var output: [Float] = [0, 0]
        #expect(try feed.forecast(into: &output) == 2 + 2)
        // The centre before the first reading, then the first reading twice.
        #expect(output == [2, 2])
        feed.advance(to: 1000 * 3600)
        #expect(try feed.forecast(into: &output) == 6)
        #expect(output == [0, 0])
        feed.advance(to: 0)
        #expect(feed.origin == Int64(1001 * 3600), "time does not go back")
    }

    @Test func `a reading is scored against the forecast of its step`() throws {
        let feed = StudentFeed(try Student(Self.content(thresholds: [2, 100])))
        #expect(feed.push(1, node: 0, at: 0).score == nil, "nothing was forecast")
        feed.push(1, node: 1, at: 0)
        _ = try Self.forecast(feed)
        let ordinary = feed.push(2.5, node: 0, at: 3600)
        #expect(ordinary == .init(arrival: .current, score: 1.5, isAnomaly: false))
        #expect(feed.push(4, node: 0, at: 3600).isAnomaly)
        #expect(!feed.push(4, node: 1, at: 3600).isAnomaly, "its own threshold")
        #expect(feed.push(4, node: 0, at: 2 * 3600).score == nil, "beyond the horizon")
    }

    @Test func `what is no reading changes nothing and traps nowhere`() throws {
        let feed = StudentFeed(try Student(Self.content()), phase: 1800)
        #expect(feed.push(1, node: 2, at: 0).arrival == .unknown)
        #expect(feed.push(1, node: 0, channel: -1, at: 0).arrival == .unknown)
        #expect(feed.origin == nil)
        #expect(feed.push(.nan, node: 0, at: 1800).arrival == .missing)
        #expect(feed.origin == Int64(3600 + 1800))
        #expect(throws: StudentError.self) { try feed.push([1], at: 0) }
        feed.push(1, node: 0, at: .min)
        feed.push(1, node: 0, at: .max)
        var output: [Float] = [0, 0]
        _ = try feed.forecast(into: &output)
        #expect(output.allSatisfy { $0.isFinite })
    }

    /// Any order of arrival gives the window of the times, where late readings are taken.
    @Test func `drawn timelines agree with a table of the last readings`() throws {
        var random = SplitMix(17)
        for _ in 0..<300 {
            let feed = StudentFeed(try Student(Self.content()))
            var table: [Int: [Float]] = [:]
            var newest = Int.min
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let step = max(-5, (newest == .min ? 0 : newest) + Int.random(in: -4...3, using: &random))
                let node = Int.random(in: 0...1, using: &random)
                let value = Float(Int.random(in: 0...9, using: &random))
                newest = max(newest, step)
                feed.push(value, node: node, at: Int64(step) * 3600 + Int64.random(in: 0..<3600, using: &random))
                if newest - step < 3 { table[step, default: [.nan, .nan]][node] = value }
            }
            var expected: [Float] = [0, 0]
            for node in 0..<2 {
                var last: Float = 0
                for step in newest - 2...newest {
                    let value = table[step]?[node] ?? .nan
                    last = value.isNaN ? last : value
                    expected[node] += last
                }
            }
            #expect(try Self.forecast(feed) == expected)
        }
    }
}
