/// How a parameter starts. Values depend on the seed and the path only, so that the same
/// student starts the same beside any teacher.
public enum Initializer: Hashable, Sendable {
    case constant(Float)
    /// Uniform in `[-bound, bound]`.
    case uniform(Float)
    case normal(Float)
    /// Numbers from elsewhere, such as another tool's file: as many as the parameter has.
    case values([Float])

    /// Uniform with bound √(1 / fanIn): PyTorch's default for linear layers.
    public static func fan(_ fanIn: Int) -> Initializer {
        .uniform((1 / Float(max(1, fanIn))).squareRoot())
    }

    func fill(_ target: UnsafeMutableBufferPointer<Float>, seed: UInt64, path: String) {
        var random = SplitMix(seed: seed ^ SplitMix.hash(path))
        switch self {
        case .constant(let value): target.update(repeating: value)
        case .values(let values):
            precondition(values.count == target.count, "parameter \(path): \(values.count) values for \(target.count)")
            _ = target.update(from: values)
        case .uniform(let bound):
            for index in target.indices { target[index] = (2 * random.unit() - 1) * bound }
        case .normal(let deviation):
            // Irwin–Hall: twelve uniforms, variance 1; no library function differs by machine.
            for index in target.indices {
                var sum: Float = -6
                for _ in 0..<12 { sum += random.unit() }
                target[index] = sum * deviation
            }
        }
    }
}

/// SplitMix64 (Steele, Lea & Flood 2014): small, fast, seedable anywhere.
public struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Uniform in [0, 1) with 24 bits.
    public mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

    public static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// FNV-1a, then mixed.
    public static func hash(_ text: String) -> UInt64 {
        mix(text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }
}
