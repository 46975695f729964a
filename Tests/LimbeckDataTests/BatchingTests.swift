import LimbeckData
import LimbeckRuntime
import LimbeckSeries
import Testing

/// Three nodes, two channels; value = 100·time + 10·node + channel. Monday 2024-01-01, hourly.
func smallSeries(steps: Int = 60) -> Series {
    var values: [Float] = []
    for step in 0..<steps {
        for column in 0..<6 { values.append(Float(100 * step + 10 * (column / 2) + column % 2)) }
    }
    return Series(
        name: "small",
        times: TimeGrid(start: 1_704_067_200, step: 3600, count: steps, clock: .local),
        places: ["a", "b", "c"].map { Place(id: $0) },
        channels: [Channel(name: "x"), Channel(name: "y")], values: values)
}

@Suite struct BatchingTests {
    @Test func `an epoch has every origin once, then fills from the next shuffle`() {
        let sampler = WindowSampler(origins: Array(100..<150), batchSize: 16, seed: 7)
        let batches = sampler.batches(epoch: 3)
        #expect(batches.count == 4)
        #expect(batches.allSatisfy { $0.count == 16 })
        let all = batches.flatMap { $0 }
        #expect(all.prefix(50).sorted() == Array(100..<150))
        #expect(Array(all[50...]) == Array(sampler.order(epoch: 4).prefix(14)))
        #expect(Array(all.prefix(50)) != Array(100..<150))
    }

    @Test func `order depends on seed and epoch and on nothing else`() {
        let one = WindowSampler(origins: Array(0..<200), batchSize: 8, seed: 1)
        let same = WindowSampler(origins: Array(0..<200), batchSize: 32, seed: 1)
        let other = WindowSampler(origins: Array(0..<200), batchSize: 8, seed: 2)
        _ = one.order(epoch: 9)
        #expect(one.order(epoch: 5) == same.order(epoch: 5))
        #expect(one.order(epoch: 5) != one.order(epoch: 6))
        #expect(one.order(epoch: 5) != other.order(epoch: 5))
    }

    @Test func `the shuffle is fair`() {
        // Where does the first of four origins land? 8,000 draws, 2,000 expected in each place.
        var landed = [0, 0, 0, 0]
        let sampler = WindowSampler(origins: [0, 1, 2, 3], batchSize: 4, seed: 42)
        for epoch in 0..<8000 {
            if let place = sampler.order(epoch: epoch).firstIndex(of: 0) { landed[place] += 1 }
        }
        // Six standard deviations are 232.
        #expect(landed.allSatisfy { abs($0 - 2000) < 232 })
    }

    @Test func `fewer origins than a batch still fill it`() {
        let sampler = WindowSampler(origins: [4, 5, 6], batchSize: 8, seed: 1)
        let batches = sampler.batches(epoch: 0)
        #expect(batches.count == 1)
        #expect(batches[0].count == 8)
    }

    @Test func `a part too short for one window is an error`() throws {
        #expect {
            try WindowSampler.origins(in: 90..<100, named: "test", history: 24, horizon: 12)
        } throws: { error in
            let text = "\(error)"
            return text.contains("test part") && text.contains("10 steps") && text.contains("12")
        }
        let found = try WindowSampler.origins(in: 90..<100, named: "test", history: 24, horizon: 3)
        #expect(found == Array(90...97))
    }
}
