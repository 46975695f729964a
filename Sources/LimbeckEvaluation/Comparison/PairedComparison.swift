import LimbeckSeries

/// Whether one forecaster's error is smaller than another's on the same targets.
///
/// Forecasts from neighbouring origins share targets, so their errors are not independent. Blocks
/// of consecutive origins are drawn with replacement (moving block bootstrap, Künsch 1989), which
/// keeps that dependence inside a block, and the difference is taken anew each time.
public struct PairedComparison: Codable, Hashable, Sendable {
    /// Mean absolute errors over all targets.
    public var first, second: Double
    /// `first − second`: below zero, the first is better.
    public var difference: Double
    /// The middle 95 % of the differences drawn.
    public var low, high: Double
    public var blockLength: Int
    public var draws: Int

    /// Compares errors by origin from ``ErrorBreakdown/origin``, both over the same targets, in
    /// order of time.
    ///
    /// `blockLength` in origins is √n by default and then never less than twice the `horizon`.
    /// The same seed gives the same interval. Throws `incomparable` when targets differ and
    /// `undefined` without any.
    public init(
        _ first: [ErrorBreakdown.Cell], _ second: [ErrorBreakdown.Cell], horizon: Int,
        blockLength: Int? = nil, draws: Int = 2000, seed: UInt64 = 1
    ) throws {
        guard first.map(\.count) == second.map(\.count) else {
            throw EvaluationError(
                .incomparable,
                "the two forecasts cover different targets (\(first.count) and \(second.count)"
                    + " origins); forecast the same origins with both")
        }
        let counts = first.map { Double($0.count) }
        let total = counts.reduce(0, +)
        guard total > 0, draws > 0 else {
            throw EvaluationError(.undefined, "there is no observed target to compare on")
        }
        let gaps = zip(first, second).map { $0.sum - $1.sum }
        let count = gaps.count
        let root = Int(Double(count).squareRoot().rounded(.up))
        let length = min(count, max(1, blockLength ?? max(root, 2 * horizon)))
        self.first = first.reduce(0) { $0 + $1.sum } / total
        self.second = second.reduce(0) { $0 + $1.sum } / total
        difference = gaps.reduce(0, +) / total
        self.blockLength = length
        self.draws = draws

        let gapSums = Self.sums(gaps)
        let countSums = Self.sums(counts)
        var random = CounterGenerator(seed: seed)
        var drawn: [Double] = []
        for _ in 0..<draws {
            var gap = 0.0
            var weight = 0.0
            var filled = 0
            while filled < count {
                let size = min(length, count - filled)
                let start = random.next(below: count - size + 1)
                gap += gapSums[start + size] - gapSums[start]
                weight += countSums[start + size] - countSums[start]
                filled += size
            }
            if weight > 0 { drawn.append(gap / weight) }
        }
        drawn.sort()
        low = Self.quantile(drawn, 0.025) ?? difference
        high = Self.quantile(drawn, 0.975) ?? difference
    }

    /// `[0, v₀, v₀ + v₁, …]`, so that a block's sum is one subtraction.
    private static func sums(_ values: [Double]) -> [Double] {
        var total = 0.0
        return [0]
            + values.map {
                total += $0
                return total
            }
    }

    /// Between neighbours of sorted values.
    private static func quantile(_ sorted: [Double], _ share: Double) -> Double? {
        guard let last = sorted.indices.last else { return nil }
        let place = share * Double(last)
        let below = Int(place)
        let rest = place - Double(below)
        return sorted[below] * (1 - rest) + sorted[min(last, below + 1)] * rest
    }
}
