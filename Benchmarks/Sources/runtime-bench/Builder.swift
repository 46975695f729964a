import LimbeckRuntime

/// A student under construction: named weights, drawn by a fixed seed, and instructions over them.
struct Builder {
    struct Weight {
        let name: String
        let shape: [Int]
        let values: [Float]
    }

    private(set) var weights: [Weight] = []
    var program = Program()
    let history, output: Int
    private let shape: StudentShape
    private var random: Random

    init(_ shape: StudentShape, seed: UInt64) {
        self.shape = shape
        random = Random(state: seed)
        history = program.add(Buffer(.history, count: shape.inputCount))
        output = program.add(Buffer(.output, count: shape.outputCount))
    }

    /// Weights in ±`bound`, by default ±√(3 / inputs) for `[inputs…, outputs]`.
    mutating func weight(_ name: String, _ shape: [Int], bound: Float? = nil) -> Int {
        let count = shape.reduce(1, *)
        let bound = bound ?? (3 * Float(shape[shape.count - 1]) / Float(count)).squareRoot()
        weights.append(Weight(name: name, shape: shape, values: random.floats(count, -bound, bound)))
        return program.add(Buffer(.constant, tensor: weights.count - 1, count: count))
    }

    mutating func temporary(_ count: Int) -> Int { program.addTemporary(count: count) }

    mutating func then(_ instruction: Instruction) { program.instructions.append(instruction) }

    /// `[rows, inputs]` to `[rows, outputs]`, weight and bias called `name.weight` and `name.bias`.
    mutating func dense(
        _ name: String, _ input: Int, rows: Int, inputs: Int, outputs: Int, relu: Bool = false, into: Int? = nil
    ) -> Int {
        let weight = weight(name + ".weight", [inputs, outputs])
        let bias = self.weight(name + ".bias", [outputs], bound: 0.1)
        let result = into ?? temporary(rows * outputs)
        then(
            .matmul(
                MatrixProduct(
                    left: input, right: weight, output: result, bias: bias, rows: rows, columns: outputs, depth: inputs,
                    activation: relu ? .relu : .identity)))
        return result
    }

    /// The finished student, with a scaler that differs in every entry.
    mutating func content(slots: [CalendarSlot] = []) -> StudentContent {
        let entries = shape.nodes * shape.channels
        return StudentContent(
            shape: shape, program: program, weights: weights.map(\.values),
            scaler: Scaler(center: random.floats(entries, 40, 60), spread: random.floats(entries, 5, 15)),
            windowing: Windowing(step: 300, slots: slots))
    }

    /// Readings in original units.
    mutating func readings() -> [Float] { random.floats(shape.inputCount, 20, 80) }
}

/// SplitMix64: the same numbers on every machine.
struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func floats(_ count: Int, _ low: Float, _ high: Float) -> [Float] {
        (0..<count).map { _ in low + (high - low) * Float(next() >> 40) * 0x1p-24 }
    }
}
