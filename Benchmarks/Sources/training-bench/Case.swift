import LimbeckCompute
import LimbeckNN

/// One training step that is measured: a model, what it reads and its loss, with random numbers
/// from a fixed seed in place of data.
struct Case: Sendable {
    var name: String
    /// How the gradient is clipped before Adam takes it.
    var clip: Float = 5
    /// Traces model and loss; `dropout` is off where results are compared.
    var build: @Sendable (Trace, _ dropout: Bool) -> Tensor
    /// The numbers of each input that are whole and below a bound.
    var bounds: [String: Int] = [:]
    /// States that are data rather than learned, such as a graph; the peers read them as inputs.
    var constants: [String: (values: [Float], shape: Shape)] = [:]

    static let all: [Case] = [graphWaveNet207, stid207, dense64, gru64, convVGG, attention207]
}

/// SplitMix64 (Steele et al. 2014).
struct Draw {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From 0 to, not including, 1.
    mutating func unit() -> Float { Float(next() >> 40) / Float(1 << 24) }

    /// Mean 0, deviation 1, from twelve draws: near enough to normal for data.
    mutating func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
}
