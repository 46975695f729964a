public import LimbeckSeries

/// The trend of each place: the median slope between all pairs of block means.
///
/// Blocks are whole weeks when the series has at least eight (so that day and week cancel),
/// otherwise single steps or as many steps as leave at most 500 blocks. Theil 1950, Sen 1968; the
/// 95 % interval is Sen's, from the variance of Kendall's statistic without ties.
public struct Trend: Analysis {
    public init() {}

    /// Slope per day in the channel's unit, with its 95 % interval.
    public struct Slope: Hashable, Sendable {
        public var perDay, low, high: Double

        public init(perDay: Double, low: Double, high: Double) {
            self.perDay = perDay
            self.low = low
            self.high = high
        }

        /// The interval leaves out zero.
        public var isSignificant: Bool { low > 0 || high < 0 }
    }

    public func analyze(_ series: Series) -> [Observation] {
        var found: [Observation] = []
        for node in 0..<series.nodeCount {
            for channel in 0..<series.channelCount {
                guard let slope = slope(series, node: node, channel: channel) else { continue }
                let unit = series.channels[channel].unit
                found.append(
                    Observation(
                        place: series.places[node].id, channel: series.channels[channel].name,
                        name: "slope", value: slope.perDay,
                        unit: unit.isEmpty ? "per day" : "\(unit) per day",
                        strength: slope.isSignificant ? 1 : 0))
            }
        }
        return found
    }

    /// Nil with fewer than four blocks that have values.
    public func slope(_ series: Series, node: Int, channel: Int = 0) -> Slope? {
        let week = series.times.isRegular ? Int(7 * 86_400 / series.times.step) : series.times.steps(in: 7 * 86_400)
        let count = series.times.count
        let size = week >= 1 && count >= 8 * week ? week : max(1, (count + 499) / 500)
        let column = series.column(node, channel)
        var points: [(day: Double, value: Double)] = []
        for first in stride(from: 0, to: count, by: size) {
            let known = column[first..<min(first + size, count)].compactMap { $0 }
            // A block that is mostly missing would bring the day's rhythm back in.
            guard !known.isEmpty, 2 * known.count >= min(size, count - first),
                size == 1 || first + size <= count
            else { continue }
            let middle = Double(first) + Double(size - 1) / 2
            points.append(
                (
                    middle * series.times.meanStep / 86_400,
                    known.reduce(0, +) / Double(known.count)
                ))
        }
        return Self.theilSen(points)
    }

    /// Nil with fewer than four points; `day` ascending.
    static func theilSen(_ points: [(day: Double, value: Double)]) -> Slope? {
        guard points.count >= 4 else { return nil }
        var slopes: [Double] = []
        slopes.reserveCapacity(points.count * (points.count - 1) / 2)
        for later in points.indices {
            for earlier in 0..<later {
                slopes.append(
                    (points[later].value - points[earlier].value)
                        / (points[later].day - points[earlier].day))
            }
        }
        slopes.sort()
        let n = Double(points.count)
        let reach = 1.96 * (n * (n - 1) * (2 * n + 5) / 18).squareRoot()
        let total = Double(slopes.count)
        let low = max(0, Int(((total - reach) / 2).rounded(.down)))
        let high = min(slopes.count - 1, Int(((total + reach) / 2).rounded(.up)))
        let middle = slopes.count / 2
        let median =
            slopes.count.isMultiple(of: 2)
            ? (slopes[middle - 1] + slopes[middle]) / 2 : slopes[middle]
        return Slope(perDay: median, low: slopes[low], high: slopes[high])
    }
}
