import LimbeckCompute

/// Times programs beside each other: in turn, in short blocks of calls, each by its fastest block.
///
/// A machine slows down and speeds up while it measures. Taken one after the other, equal programs differ by what
/// happened meanwhile; in turn all of them meet the same, and the fastest block is the one that least came between.
struct LatencyMeasurement {
    /// Microseconds that a block lasts at least, that everything may last, and the fewest and most blocks of a program.
    var block = 400.0
    var budget = 3e6
    var rounds = 12...80
    /// Microseconds since any instant.
    var clock: () -> Double = microseconds

    /// Microseconds of one call of each program.
    func measure(_ programs: [() throws -> Void]) throws -> [Double] {
        // The first call is the one that sets memory up.
        let counts = try programs.map { program in
            try program()
            let begin = clock()
            try program()
            return Int(max(1, min(10_000, (block / max(clock() - begin, 0.01)).rounded(.up))))
        }
        var fastest = [Double](repeating: .infinity, count: programs.count)
        let start = clock()
        for round in 0..<rounds.upperBound {
            if round >= rounds.lowerBound, clock() - start > budget { break }
            for turn in programs.indices {
                let index = (turn + round) % programs.count
                let begin = clock()
                for _ in 0..<counts[index] { try programs[index]() }
                fastest[index] = min(fastest[index], (clock() - begin) / Double(counts[index]))
            }
        }
        return fastest
    }
}

extension Session {
    /// The contestants with their latencies, measured beside each other.
    func timed(_ contestants: [Contestant]) throws -> [Contestant] {
        let indices = contestants.indices.filter { contestants[$0].timing != nil }
        let measured = try LatencyMeasurement().measure(indices.compactMap { contestants[$0].timing })
        var result = contestants
        for (index, latency) in zip(indices, measured) { result[index].latencyMicroseconds = latency }
        return result
    }
}
