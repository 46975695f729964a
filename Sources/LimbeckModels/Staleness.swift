import LimbeckSeries

/// How long ago each cell of a series was last measured: a window knows only what it holds, so a value carried forward
/// from before it is not what a device would have.
struct Staleness: Sendable {
    /// Steps since the last measurement, `[T, N, C]`, 0 where measured; the largest where never before. Empty where
    /// everything was measured.
    private let ages: [UInt16]
    /// The largest age of each step.
    private let oldest: [UInt16]
    private let size: Int

    init(_ series: Series) {
        size = series.stepSize
        guard series.observed.contains(false) else {
            (ages, oldest) = ([], [])
            return
        }
        var ages = [UInt16](repeating: 0, count: series.observed.count), oldest: [UInt16] = []
        oldest.reserveCapacity(series.times.count)
        for time in 0..<series.times.count {
            var largest: UInt16 = 0
            for index in time * size..<(time + 1) * size where !series.observed[index] {
                let before = time > 0 ? ages[index - size] : .max
                ages[index] = before == .max ? .max : before + 1
                largest = max(largest, ages[index])
            }
            oldest.append(largest)
        }
        (self.ages, self.oldest) = (ages, oldest)
    }

    /// Puts the scaler's centre, 0, in place of what was last measured before `start`, in the `length` steps from there
    /// on that lie in `window`.
    func clear(_ window: UnsafeMutablePointer<Float>, start: Int, length: Int) {
        guard !ages.isEmpty else { return }
        for step in 0..<length where Int(oldest[start + step]) > step {
            for column in 0..<size where Int(ages[(start + step) * size + column]) > step {
                window[step * size + column] = 0
            }
        }
    }
}
