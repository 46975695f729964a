/// A chronological split: training, then validation, then test.
public struct Partition: Hashable, Sendable {
    public var train, validation, test: Range<Int>

    /// The first `train` share of `count` steps, the next `validation` share, the rest.
    public init(count: Int, train: Double = 0.7, validation: Double = 0.1) {
        let first = Int(Double(count) * train)
        let second = Int(Double(count) * (train + validation))
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
