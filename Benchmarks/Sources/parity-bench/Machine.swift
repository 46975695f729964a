import LimbeckRuntime

/// A student program written by hand.
struct Machine {
    var program = Program()
    var tensors: [WeightTensor] = []
    var random: SplitMix
    let shape: StudentShape
    let input, output: Int

    init(_ shape: StudentShape, seed: UInt64) {
        self.shape = shape
        random = SplitMix(seed)
        input = program.add(Buffer(.history, count: shape.inputCount))
        output = program.add(Buffer(.output, count: shape.outputCount))
    }

    mutating func constant(_ values: [Float]) -> Int { constant(.float32(values)) }

    mutating func constant(_ tensor: WeightTensor) -> Int {
        tensors.append(tensor)
        return program.add(Buffer(.constant, tensor: tensors.count - 1, count: tensor.count))
    }

    /// Drawn weights of a product of this depth.
    mutating func weights(_ count: Int, depth: Int = 1) -> Int {
        let scale = 1 / Float(depth).squareRoot()
        return constant(random.floats(count, -scale...scale))
    }

    mutating func temporary(_ count: Int) -> Int { program.addTemporary(count: count) }

    mutating func then(_ instruction: Instruction) { program.instructions.append(instruction) }

    /// `x · W + b` with drawn numbers, to the output or a new temporary.
    mutating func dense(
        _ x: Int, rows: Int, depth: Int, columns: Int, activation: UnaryKind = .identity, to output: Int? = nil
    ) -> Int {
        let weight = weights(depth * columns, depth: depth), bias = weights(columns)
        let result = output ?? temporary(rows * columns)
        then(
            .matmul(
                MatrixProduct(
                    left: x, right: weight, output: result, bias: bias, rows: rows, columns: columns, depth: depth,
                    activation: activation)))
        return result
    }

    mutating func content(
        transform: Scaler.Transform = .identity, missing: Windowing.Missing = .forwardFill,
        step: Int64 = 3600, time: LocalTime = LocalTime(), slots: [CalendarSlot] = []
    ) -> StudentContent {
        let size = shape.nodes * shape.channels
        let scaler = Scaler(
            transform: transform, center: random.floats(size, 2...4), spread: random.floats(size, 1...2))
        var content = StudentContent(
            shape: shape, program: program, weights: [], scaler: scaler,
            windowing: Windowing(step: step, time: time, missing: missing, slots: slots))
        content.tensors = tensors
        return content
    }
}
