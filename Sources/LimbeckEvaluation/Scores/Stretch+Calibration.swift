public import LimbeckSeries

/// Quantiles that hold on data that nothing was trained on.
///
/// Each factor is the one with the least pinball loss on validation (a scaled variant of conformalised quantile
/// regression: Romano et al. 2019). Nothing crosses, since one side has one factor. What was trained for long is too sure
/// of itself, the more the farther it looks ahead.
extension Stretch {
    /// Factors are sought between these.
    private static let bounds = 0.2...5.0
    /// Origins that are looked at, at the most.
    private static let limit = 2000

    /// - Parameters:
    ///   - forecast: `[origins, H, N, O·Q]` of validation, of the first channels of `truth`.
    ///   - isSymmetric: one factor for both sides.
    public init(
        calibrating forecast: Forecast, against truth: Series, levels: [Double], isSymmetric: Bool = false
    ) {
        let middle = levels.firstIndex(of: 0.5) ?? levels.count / 2
        let sides =
            isSymmetric
            ? [levels.indices.filter { $0 != middle }] : [Array(0..<middle), Array(middle + 1..<levels.count)]
        let outputs = forecast.channelCount / levels.count
        let every = max(1, (forecast.origins.count + Self.limit - 1) / Self.limit)
        var factors = sides.map { _ in [Float]() }
        for step in 0..<forecast.horizon {
            // Truth less the median, and each quantile less it; in pairs of one channel's unit, so they are weighed by it.
            var gaps: [Double] = [], spans: [[Double]] = levels.map { _ in [] }
            for index in stride(from: 0, to: forecast.origins.count, by: every) {
                let time = forecast.origins[index] + step
                for node in 0..<forecast.nodeCount {
                    for channel in 0..<outputs where truth.isObserved(time: time, node: node, channel: channel) {
                        let base = forecast.offset(
                            origin: index, step: step, node: node, channel: channel * levels.count)
                        let median = Double(forecast.values[base + middle])
                        // By the width of the interval where there are several units: a factor has none.
                        let width =
                            outputs > 1
                            ? max(1e-9, Double(forecast.values[base + levels.count - 1] - forecast.values[base])) : 1
                        gaps.append((Double(truth[time, node, channel]) - median) / width)
                        for level in levels.indices {
                            spans[level].append((Double(forecast.values[base + level]) - median) / width)
                        }
                    }
                }
            }
            for (side, own) in sides.enumerated() {
                factors[side].append(Float(Self.factor(gaps, own.map { (levels[$0], spans[$0]) })))
            }
        }
        self.init(below: factors[0], above: factors[factors.count - 1])
    }

    /// The factor of the least pinball loss, which is convex in it: by thirds.
    private static func factor(_ gaps: [Double], _ levels: [(level: Double, spans: [Double])]) -> Double {
        guard !gaps.isEmpty, levels.contains(where: { $0.spans.contains { $0 != 0 } }) else { return 1 }
        func loss(_ factor: Double) -> Double {
            levels.reduce(0) { sum, one in
                var own = 0.0
                for (gap, span) in zip(gaps, one.spans) {
                    let rest = gap - factor * span
                    own += max(one.level * rest, (one.level - 1) * rest)
                }
                return sum + own
            }
        }
        var low = bounds.lowerBound, high = bounds.upperBound
        while high - low > 0.005 {
            let (left, right) = (low + (high - low) / 3, high - (high - low) / 3)
            if loss(left) <= loss(right) { high = right } else { low = left }
        }
        return (low + high) / 2
    }
}
