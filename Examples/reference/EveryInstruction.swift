import LimbeckRuntime
import LimbeckSeries

/// Three places, four steps, two outputs: every instruction, every kind of weight, every section.
enum EveryInstruction {
    static var windows: [Window] {
        var random = CounterGenerator(seed: 5, stream: 1)
        return (0..<6).map { number in
            var readings = (0..<12).map { _ in Float(random.next(below: 4000)) / 10 }
            if number % 2 == 1 { readings[random.next(below: 12)] = .nan }
            return Window(origin: 1_712_408_400 + Int64(number) * 3_600 * 1001, readings: readings)
        }
    }

    static var student: StudentContent {
        var build = Builder()
        let input = build.program.add(Buffer(.history, count: 12))
        let output = build.program.add(Buffer(.output, count: 6))
        let slots = [CalendarSlot(.hourOfDay), CalendarSlot(.weekday, first: -4, count: 4)]

        // [4, 3] to [3, 4], with an embedding of the weekday of each step.
        let days = build.temporary(4)
        build.then(
            .gather(
                Gather(
                    table: build.int8(7, channels: 1), index: .slot(1), output: days, entries: 7, width: 1, count: 4)))
        let rows = build.temporary(12)
        build.then(.transpose(Transposition(input: input, output: rows, shape: [4, 3], permutation: [1, 0])))
        build.then(
            .binary(.add, left: Operand(rows, period: 12), right: Operand(days, period: 4), output: rows))

        // Place and hour beside the readings: [3, 8].
        let places = build.temporary(6)
        build.then(
            .gather(
                Gather(
                    table: build.floats(6), index: .buffer(build.exact([2, 0, 1])), output: places, entries: 3,
                    width: 2, count: 3)))
        let hour = build.temporary(2)
        build.then(
            .gather(
                Gather(table: build.half(48), index: .slot(0), output: hour, entries: 24, width: 2, count: 1)))
        let hours = build.temporary(6)
        build.then(.broadcast(Operand(hour, period: 2), output: hours))
        let features = build.temporary(24)
        for (part, inner, start) in [(rows, 4, 0), (places, 2, 4), (hours, 2, 6)] {
            build.then(.copy(.part(input: part, output: features, outer: 3, inner: inner, start: start, width: 8)))
        }

        // A layer in floats, one in whole numbers.
        let first = build.temporary(30)
        build.then(
            .matmul(
                MatrixProduct(
                    left: features, right: build.floats(80), output: first, bias: build.half(10), rows: 3,
                    columns: 10, depth: 8, activation: .gelu)))
        let second = build.temporary(30)
        build.then(
            .quantized(
                QuantizedProduct(
                    input: first, weight: build.int8(100, channels: 10), output: second, bias: build.floats(10),
                    scratch: build.temporary(30), rows: 3, columns: 10, depth: 10, inputScale: 0.03,
                    activation: .tanh)))

        // Attention over the 10 features, its mean as a gate.
        let attention = build.temporary(30)
        build.then(.softmax(input: second, output: attention, rows: 3, width: 10))
        let peak = build.temporary(3)
        build.then(.reduce(Reduction(.maximum, input: attention, output: peak, outer: 3, middle: 10, inner: 1)))
        build.then(
            .binary(
                .multiply, left: Operand(second, period: 30), right: Operand(peak, inner: 10, period: 3),
                output: second))

        // A convolution along the features, a GRU and an LSTM over the places.
        let wide = build.temporary(60)
        build.then(
            .convolve(
                Convolution(
                    input: second, weight: build.floats(6), output: wide, bias: build.floats(2), height: 3,
                    width: 10, channels: 1, outputHeight: 3, outputWidth: 10, outputs: 2, kernelHeight: 1,
                    kernelWidth: 3, left: 1, activation: .sigmoid)))
        let gates = build.temporary(36)
        build.then(
            .matmul(
                MatrixProduct(
                    left: wide, right: build.floats(240), output: gates, rows: 3, columns: 12, depth: 20)))
        let states = build.temporary(12)
        build.then(
            .recur(
                Recurrence(
                    .gru, gates: gates, weight: build.floats(48), bias: build.floats(12), output: states,
                    scratch: build.temporary(Recurrence.scratchCount(.gru, rows: 1, units: 4)), steps: 3, rows: 1,
                    units: 4, keepsSteps: true)))
        let next = build.temporary(9)
        build.then(
            .recur(
                Recurrence(
                    .lstm, gates: gates, weight: build.floats(36), output: next,
                    scratch: build.temporary(Recurrence.scratchCount(.lstm, rows: 1, units: 3)), steps: 3, rows: 1,
                    units: 3, keepsSteps: true)))
        let both = build.temporary(21)
        for (part, inner, start) in [(states, 4, 0), (next, 3, 4)] {
            build.then(.copy(.part(input: part, output: both, outer: 3, inner: inner, start: start, width: 7)))
        }
        build.then(.unary(.softplus, input: both, output: both))

        let result = build.temporary(6)
        build.then(
            .matmul(
                MatrixProduct(left: both, right: build.floats(14), output: result, rows: 3, columns: 2, depth: 7)))
        build.then(.affine(scale: 1.5, shift: -0.75, input: result, output: result))
        build.then(.transpose(Transposition(input: result, output: output, shape: [3, 2], permutation: [1, 0])))

        var content = StudentContent(
            shape: StudentShape(history: 4, horizon: 2, nodes: 3, channels: 1), program: build.program,
            weights: [], scaler: Scaler(transform: .squareRoot, center: [10, 11, 12], spread: [4, 5, 6]),
            windowing: Windowing(
                step: 3600,
                time: LocalTime(
                    clock: .utc, zone: "Pacific/Auckland",
                    offsets: [
                        .init(instant: 1_695_477_600, seconds: 46_800),
                        .init(instant: 1_712_412_000, seconds: 43_200),
                    ]),
                missing: .forwardFill, slots: slots),
            names: StudentNames(
                places: ["Queen Street", "Ōrākei", "107"], latitudes: [-36.8, -36.85, -36.9],
                longitudes: [174.7, 174.8, 174.9], channels: ["pedestrians"], units: ["count/h"]),
            anomalyThresholds: [3, 2.5, 4], card: [CardEntry("purpose", "to run every instruction")])
        content.tensors = build.tensors
        return content
    }
}

/// Buffers and drawn weights of a program.
private struct Builder {
    var program = Program()
    private(set) var tensors: [WeightTensor] = []
    private var random = CounterGenerator(seed: 9, stream: 2)

    mutating func temporary(_ count: Int) -> Int { program.addTemporary(count: count) }
    mutating func then(_ instruction: Instruction) { program.instructions.append(instruction) }
    mutating func floats(_ count: Int) -> Int { add(.float32(drawn(count))) }
    mutating func half(_ count: Int) -> Int { add(.float16(nearest: drawn(count))) }
    mutating func int8(_ count: Int, channels: Int) -> Int { add(.int8(nearest: drawn(count), channels: channels)) }
    mutating func exact(_ values: [Float]) -> Int { add(.float32(values)) }

    private mutating func add(_ tensor: WeightTensor) -> Int {
        tensors.append(tensor)
        return program.add(Buffer(.constant, tensor: tensors.count - 1, count: tensor.count))
    }

    private mutating func drawn(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(random.next(below: 2001)) / 1000 - 1 }
    }
}
