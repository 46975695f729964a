import LimbeckSeries

extension Series {
    /// Adds a channel that is 1 where any of `channels` was measured, else 0: models tell by it what was filled in.
    mutating func addMask(of channels: Range<Int>, named name: String) {
        var values: [Float] = [], observed: [Bool] = []
        values.reserveCapacity(self.values.count + times.count * nodeCount)
        observed.reserveCapacity(values.capacity)
        for base in stride(from: 0, to: self.values.count, by: channelCount) {
            let isKnown = channels.contains { self.observed[base + $0] }
            values += self.values[base..<base + channelCount] + [isKnown ? 1 : 0]
            observed += self.observed[base..<base + channelCount] + [true]
        }
        self.channels.append(Channel(name: name))
        (self.values, self.observed) = (values, observed)
    }
}
