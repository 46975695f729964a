import LimbeckSeries

/// What is usual at each place in each hour of the week, fitted on the first hours of a series.
struct HourOfWeek {
    /// All `[168, places]`.
    let mean, event, low, high: [Float]
    /// Of each place over all hours.
    let placeMean, placeDeviation: [Float]
    private let places: Int

    /// `event` is the 90th percentile, `low` and `high` the terciles.
    init(_ series: Series, fittedOn hours: Range<Int>) {
        places = series.nodeCount
        var groups = [[Float]](repeating: [], count: 168 * places)
        for hour in hours {
            let slot = series.times.local(hour).hourOfWeek
            for place in 0..<places where series.isObserved(time: hour, node: place) {
                groups[slot * places + place].append(series[hour, place, 0])
            }
        }
        for index in groups.indices { groups[index].sort() }
        mean = groups.map { $0.isEmpty ? 0 : $0.reduce(0, +) / Float($0.count) }
        event = groups.map { Self.percentile($0, 0.9) }
        low = groups.map { Self.percentile($0, 1.0 / 3) }
        high = groups.map { Self.percentile($0, 2.0 / 3) }
        var placeMean = [Float](repeating: 0, count: places), placeDeviation = placeMean
        for place in 0..<places {
            let own = (0..<168).flatMap { groups[$0 * series.nodeCount + place] }
            let values = own.map(Double.init), count = Double(max(1, own.count))
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            placeMean[place] = Float(mean)
            placeDeviation[place] = max(1, Float((squares / count).squareRoot()))
        }
        self.placeMean = placeMean
        self.placeDeviation = placeDeviation
    }

    func index(_ slot: Int, _ place: Int) -> Int { slot * places + place }

    /// 0 in the lowest third of what is usual then and there, 1 in the middle, 2 in the highest.
    func level(_ value: Float, _ index: Int) -> Int {
        value <= low[index] ? 0 : value <= high[index] ? 1 : 2
    }

    /// Linear between order statistics, as NumPy's default; 0 of nothing. `sorted` ascends.
    private static func percentile(_ sorted: [Float], _ share: Double) -> Float {
        guard let last = sorted.last else { return 0 }
        let position = share * Double(sorted.count - 1), below = Int(position)
        guard below + 1 < sorted.count else { return last }
        return sorted[below] + Float(position - Double(below)) * (sorted[below + 1] - sorted[below])
    }
}
