/// What stands in for missing readings, where `Windowing.missing` needs numbers for it; in original units.
public struct Filling: Hashable, Sendable {
    /// Of `constant` and `spatial` one for each node and channel, `[N, C]`; of `seasonal` `[168, N, C]` by local hour of
    /// the week from Monday.
    public var values: [Float]
    /// Of `spatial` the nearest other nodes of each, `[N, K]`, and what they weigh.
    public var neighbours: [Int]
    public var weights: [Float]

    public init(values: [Float] = [], neighbours: [Int] = [], weights: [Float] = []) {
        self.values = values
        self.neighbours = neighbours
        self.weights = weights
    }

    /// Hours of a week.
    public static let hours = 168

    /// The weighted mean of the nearest nodes' readings in one row of a window, `Σ w x / Σ w` over those that are
    /// finite; nil where none is.
    func neighbourhood(_ row: UnsafePointer<Float>, node: Int, channel: Int, channels: Int, nodes: Int) -> Float? {
        let count = neighbours.count / nodes
        var sum: Float = 0, weight: Float = 0
        for index in node * count..<(node + 1) * count {
            let value = row[neighbours[index] * channels + channel]
            guard value.isFinite else { continue }
            sum += weights[index] * value
            weight += weights[index]
        }
        return weight > 0 && sum.isFinite ? sum / weight : nil
    }
}

extension Windowing {
    /// The slot that a seasonal stand-in is looked up by: the hour of the week of every step of the history.
    public static func hours(history: Int) -> CalendarSlot {
        CalendarSlot(.hourOfWeek, first: -history, count: history)
    }
}
