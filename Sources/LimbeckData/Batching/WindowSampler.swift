import LimbeckSeries

/// Shuffled batches of window origins: a pure function of seed and epoch.
///
/// The same seed and epoch give the same order on every machine, whatever was drawn before, so
/// that a resumed run sees the batches an uninterrupted one would.
public struct WindowSampler: Sendable {
    /// Origins of one batch; the first `count` are meant, the rest only fill the shape.
    public struct Batch: Hashable, Sendable {
        public var origins: [Int]
        /// How many are real: all in training, fewer in the last batch of an evaluation.
        public var count: Int

        public init(origins: [Int], count: Int) {
            self.origins = origins
            self.count = count
        }
    }

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
    public func batches(epoch: Int) -> [Batch] {
        var order = order(epoch: epoch)
        let needed = batchesPerEpoch * batchSize
        var next = epoch
        while order.count < needed {
            next += 1
            order += self.order(epoch: next).prefix(needed - order.count)
        }
        return stride(from: 0, to: needed, by: batchSize).map {
            Batch(origins: Array(order[$0..<$0 + batchSize]), count: batchSize)
        }
    }

    /// `origins` in their order; the last batch is padded by repeating its last origin.
    public static func evaluationBatches(_ origins: [Int], batchSize: Int) -> [Batch] {
        precondition(batchSize > 0, "WindowSampler: batch size \(batchSize)")
        return stride(from: 0, to: origins.count, by: batchSize).map { first in
            let real = origins[first..<min(first + batchSize, origins.count)]
            let padding = repeatElement(real[real.endIndex - 1], count: batchSize - real.count)
            return Batch(origins: Array(real) + padding, count: real.count)
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

/// SplitMix64 (Steele, Lea and Flood 2014) from a seed and a stream number.
struct CounterGenerator {
    private var state: UInt64

    init(seed: UInt64, stream: UInt64) {
        state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ Self.mix(stream &+ 0xD1B5_4A32_D192_ED03)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Uniform in `0 ..< bound` without bias (Lemire 2019).
    mutating func next(below bound: Int) -> Int {
        let bound = UInt64(bound)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
