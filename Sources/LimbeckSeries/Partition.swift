/// A chronological split: training, then validation, then test.
public struct Partition: Hashable, Sendable {
    public var train, validation, test: Range<Int>

    /// The first `train` share of `count` steps, the next `validation` share, the rest.
    public init(count: Int, train: Double = 0.7, validation: Double = 0.1) {
        // 0.7 + 0.1 falls short of 0.8; no step must be lost to that.
        func steps(_ share: Double) -> Int { Int(Double(count) * share + 1e-9) }
        let first = steps(train)
        let second = steps(train + validation)
        self.train = 0..<first
        self.validation = first..<second
        self.test = second..<count
    }

    /// Origins whose target windows lie wholly inside `part`; history may reach back before it.
    public static func origins(
        in part: Range<Int>, history: Int, horizon: Int, stride: Int = 1
    ) -> [Int] {
        let first = max(part.lowerBound, history)
        let last = part.upperBound - horizon
        return first > last ? [] : Array(Swift.stride(from: first, through: last, by: stride))
    }
}
