import LimbeckSeries

/// Shuffled batches of window origins: a pure function of seed and epoch.
///
/// The same seed and epoch give the same order on every machine, whatever was drawn before, so
/// that a resumed run sees the batches an uninterrupted one would.
public struct WindowSampler: Sendable {
    public let origins: [Int]
    public let batchSize: Int
    public let seed: UInt64

    public init(origins: [Int], batchSize: Int, seed: UInt64) {
        precondition(batchSize > 0, "WindowSampler: batch size \(batchSize)")
        precondition(!origins.isEmpty, "WindowSampler: no origins")
        self.origins = origins
        self.batchSize = batchSize
        self.seed = seed
    }

    /// Enough that every origin occurs once an epoch.
    public var batchesPerEpoch: Int { (origins.count + batchSize - 1) / batchSize }

    /// All origins in the order of `epoch`.
    ///
    /// Fisher and Yates' shuffle, driven by SplitMix64 from a mix of seed and epoch.
    public func order(epoch: Int) -> [Int] {
        var generator = CounterGenerator(seed: seed, stream: UInt64(bitPattern: Int64(epoch)))
        var order = origins
        for index in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(index, generator.next(below: index + 1))
        }
        return order
    }

    /// The training batches of `epoch`, all full: the last is filled from the next epoch's order.
    public func batches(epoch: Int) -> [[Int]] {
        var order = order(epoch: epoch)
        let needed = batchesPerEpoch * batchSize
        var next = epoch
        while order.count < needed {
            next += 1
            order += self.order(epoch: next).prefix(needed - order.count)
        }
        return stride(from: 0, to: needed, by: batchSize).map {
            Array(order[$0..<$0 + batchSize])
        }
    }

    /// The origins whose targets lie inside `part`, as `Partition.origins`, but never none.
    ///
    /// Throws `tooShort` naming the part and what would fit.
    public static func origins(
        in part: Range<Int>, named name: String, history: Int, horizon: Int, stride: Int = 1
    ) throws -> [Int] {
        let found = Partition.origins(in: part, history: history, horizon: horizon, stride: stride)
        guard found.isEmpty else { return found }
        throw DataError(
            .tooShort,
            "The \(name) part has \(counted(part.count, "step")), too short for one window of "
                + "history \(history) and horizon \(horizon); use more data, a larger share, or "
                + "shorter windows.")
    }
}
