@testable import LimbeckRuntime

/// Builds tiny students for tests: one node, one channel unless said otherwise, scaler identity.
struct Machine {
    var program = Program()
    var tensors: [WeightTensor] = []
    var inputs: Int
    var outputs: Int
    var slots: [CalendarSlot] = []
    let input, output: Int

    init(inputs: Int, outputs: Int) {
        self.inputs = inputs
        self.outputs = outputs
        input = program.add(Buffer(.history, count: inputs))
        output = program.add(Buffer(.output, count: outputs))
    }

    mutating func constant(_ values: [Float]) -> Int {
        stored(.float32(values))
    }

    mutating func stored(_ tensor: WeightTensor) -> Int {
        tensors.append(tensor)
        return program.add(Buffer(.constant, tensor: tensors.count - 1, count: tensor.count))
    }

    mutating func temporary(_ count: Int) -> Int { program.addTemporary(count: count) }

    mutating func then(_ instruction: Instruction) { program.instructions.append(instruction) }

    var content: StudentContent {
        var content = StudentContent(
            shape: StudentShape(history: inputs, horizon: outputs, nodes: 1, channels: 1),
            program: program, weights: [], scaler: Scaler(center: [0], spread: [1]),
            windowing: Windowing(step: 3600, slots: slots))
        content.tensors = tensors
        return content
    }

    /// The output for one window.
    func run(_ values: [Float], at origin: Int64 = 0) throws -> [Float] {
        try Student(content).predict(history: values, at: origin).values
    }

    /// One instruction from the input to the output.
    static func run(
        _ values: [Float], outputs: Int, _ instruction: (inout Machine) -> Instruction
    ) throws -> [Float] {
        var machine = Machine(inputs: values.count, outputs: outputs)
        let made = instruction(&machine)
        machine.then(made)
        return try machine.run(values)
    }
}

/// Small, seeded, the same everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

/// Largest absolute difference; infinite when the counts differ.
func distance(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    var worst: Float = 0
    for index in a.indices {
        let d = (a[index] - b[index]).magnitude
        if !(d <= worst) { worst = d.isNaN ? .infinity : d }
    }
    return worst
}
