extension Series {
    /// How much each channel varies at a place: √ of the mean over places of the variance of what was observed in
    /// `range`; 1 where nothing varies. What makes errors of channels in different units comparable.
    public func channelDeviations(_ range: Range<Int>? = nil) -> [Double] {
        let range = range ?? 0..<times.count
        return (0..<channelCount).map { channel in
            var total = 0.0, measured = 0.0
            for node in 0..<nodeCount {
                // Welford 1962: one pass, no cancellation.
                var count = 0.0, mean = 0.0, squares = 0.0
                for time in range where isObserved(time: time, node: node, channel: channel) {
                    let value = Double(self[time, node, channel])
                    count += 1
                    let change = value - mean
                    mean += change / count
                    squares += change * (value - mean)
                }
                guard count > 0 else { continue }
                total += squares / count
                measured += 1
            }
            let deviation = measured > 0 ? (total / measured).squareRoot() : 0
            return deviation > 0 && deviation.isFinite ? deviation : 1
        }
    }

    /// The series with some channels told `steps` ahead: each step holds what they will be so many steps later. What lies
    /// beyond the end is missing.
    public func leading(channels ahead: [Int], by steps: Int) -> Series {
        var series = self
        let shift = steps * stepSize
        for base in stride(from: 0, to: values.count, by: channelCount) {
            for channel in ahead {
                let from = base + shift + channel
                series.values[base + channel] = from < values.count ? values[from] : .nan
                series.observed[base + channel] = from < values.count && observed[from]
            }
        }
        return series
    }

    /// Its first steps.
    public func prefix(_ count: Int) -> Series {
        guard count < times.count else { return self }
        var series = self
        series.times.count = count
        if !times.rows.isEmpty { series.times.rows = Array(times.rows.prefix(count)) }
        series.values = Array(values.prefix(count * stepSize))
        series.observed = Array(observed.prefix(count * stepSize))
        return series
    }

    /// The series with some of its channels, in this order.
    public func keeping(channels kept: [Int]) -> Series {
        guard kept != Array(0..<channelCount) else { return self }
        var values: [Float] = [], observed: [Bool] = []
        values.reserveCapacity(times.count * nodeCount * kept.count)
        observed.reserveCapacity(values.capacity)
        for base in stride(from: 0, to: self.values.count, by: channelCount) {
            for channel in kept {
                values.append(self.values[base + channel])
                observed.append(self.observed[base + channel])
            }
        }
        var series = self
        series.channels = kept.map { channels[$0] }
        series.values = values
        series.observed = observed
        return series
    }
}
