@testable import LimbeckRuntime

/// Students that several tests share.
enum Students {
    /// Two readings → two hidden units with relu → one forecast; nine parameters.
    static var perceptron: StudentContent {
        var machine = Machine(inputs: 2, outputs: 1)
        let w1 = machine.constant([1, 2, -1, 1])
        let b1 = machine.constant([0.5, 0])
        let w2 = machine.constant([3, 0.5])
        let b2 = machine.constant([-1])
        let hidden = machine.temporary(2)
        machine.then(
            .matmul(
                MatrixProduct(
                    left: machine.input, right: w1, output: hidden, bias: b1, rows: 1, columns: 2,
                    depth: 2, activation: .relu)))
        machine.then(
            .matmul(
                MatrixProduct(
                    left: hidden, right: w2, output: machine.output, bias: b2, rows: 1, columns: 1,
                    depth: 2)))
        return machine.content
    }

    /// The perceptron of one reading and one number that is known a step ahead.
    static var ahead: StudentContent {
        var content = perceptron
        content.shape = StudentShape(history: 1, horizon: 1, nodes: 1, channels: 2, targets: [0])
        content.shape.future = 1
        content.scaler = Scaler(center: [0, 0], spread: [1, 1])
        return content
    }

    /// A student with every instruction and every section in use: three nodes, four steps.
    static var complete: StudentContent {
        var machine = Machine(inputs: 12, outputs: 6)
        machine.slots = [
            CalendarSlot(.hourOfDay), CalendarSlot(.weekday, first: -4, count: 4),
        ]
        var random = SplitMix(11)
        let hours = machine.constant(random.floats(24 * 2))
        let days = machine.constant(random.floats(7))
        let places = machine.constant(random.floats(3 * 2))
        let weight = machine.constant(random.floats(8 * 5))
        let bias = machine.constant(random.floats(5))
        let head = machine.constant(random.floats(5 * 2))
        let picks = machine.constant([2, 0, 1])

        let byNode = machine.temporary(12)
        machine.then(
            .transpose(
                Transposition(
                    input: machine.input, output: byNode, shape: [4, 3], permutation: [1, 0])))
        let hour = machine.temporary(2)
        machine.then(
            .gather(
                Gather(table: hours, index: .slot(0), output: hour, entries: 24, width: 2, count: 1)
            ))
        let week = machine.temporary(4)
        machine.then(
            .gather(
                Gather(table: days, index: .slot(1), output: week, entries: 7, width: 1, count: 4)))
        let lifted = machine.temporary(12)
        machine.then(
            .binary(
                .add, left: Operand(byNode, period: 12), right: Operand(week, period: 4),
                output: lifted))
        let hourRows = machine.temporary(6)
        machine.then(.broadcast(Operand(hour, period: 2), output: hourRows))
        let placeRows = machine.temporary(6)
        machine.then(
            .gather(
                Gather(
                    table: places, index: .buffer(picks), output: placeRows, entries: 3, width: 2,
                    count: 3)))
        let features = machine.temporary(24)
        for (part, inner, start) in [(lifted, 4, 0), (hourRows, 2, 4), (placeRows, 2, 6)] {
            machine.then(
                .copy(
                    .part(
                        input: part, output: features, outer: 3, inner: inner, start: start,
                        width: 8)))
        }
        let hidden = machine.temporary(15)
        machine.then(
            .matmul(
                MatrixProduct(
                    left: features, right: weight, output: hidden, bias: bias, rows: 3,
                    columns: 5, depth: 8, activation: .gelu)))
        let attention = machine.temporary(15)
        machine.then(.softmax(input: hidden, output: attention, rows: 3, width: 5))
        let mean = machine.temporary(3)
        machine.then(
            .reduce(
                Reduction(.mean, input: attention, output: mean, outer: 3, middle: 5, inner: 1)))
        machine.then(
            .binary(
                .multiply, left: Operand(hidden, period: 15),
                right: Operand(mean, inner: 5, period: 3),
                output: hidden))
        machine.then(.unary(.tanh, input: hidden, output: hidden))
        let result = machine.temporary(6)
        machine.then(
            .matmul(
                MatrixProduct(
                    left: hidden, right: head, output: result, rows: 3, columns: 2, depth: 5)))
        machine.then(.affine(scale: 1.5, shift: 0.25, input: result, output: result))
        machine.then(
            .transpose(
                Transposition(
                    input: result, output: machine.output, shape: [3, 2], permutation: [1, 0])))

        return StudentContent(
            shape: StudentShape(history: 4, horizon: 2, nodes: 3, channels: 1),
            program: machine.program, weights: machine.tensors.map { $0.values },
            scaler: Scaler(transform: .squareRoot, center: [1, 2, 3], spread: [2, 2, 4]),
            windowing: Windowing(
                step: 3600,
                time: LocalTime(
                    clock: .utc, zone: "Pacific/Auckland",
                    offsets: [
                        .init(instant: 1_695_477_600, seconds: 46_800),
                        .init(instant: 1_712_412_000, seconds: 43_200),
                    ]),
                missing: .center, slots: machine.slots),
            names: StudentNames(
                places: ["Queen Street", "Ōrākei", "107"], latitudes: [-36.8, -36.85, -36.9],
                longitudes: [174.7, 174.8, 174.9], channels: ["pedestrians"], units: ["1/h"]),
            anomalyThresholds: [3, 2.5, 4],
            card: [
                CardEntry("teacher", "wide network, 230 k parameters"),
                CardEntry("licence", "CC BY 4.0"),
            ])
    }

    /// Weights of every element type: a half precision bias, an int8 table and int8 products.
    static var quantized: StudentContent {
        var machine = Machine(inputs: 6, outputs: 3)
        machine.slots = [CalendarSlot(.weekday)]
        var random = SplitMix(21)
        let days = machine.stored(.int8(nearest: random.floats(7 * 4), channels: 4))
        let first = machine.stored(.int8(nearest: random.floats(10 * 5), channels: 5))
        let bias = machine.stored(.float16(nearest: random.floats(5)))
        let second = machine.stored(.int8(nearest: random.floats(5 * 3), channels: 3))
        let day = machine.temporary(4)
        machine.then(
            .gather(Gather(table: days, index: .slot(0), output: day, entries: 7, width: 4, count: 1)))
        let features = machine.temporary(10)
        for (part, inner, start) in [(machine.input, 6, 0), (day, 4, 6)] {
            machine.then(
                .copy(.part(input: part, output: features, outer: 1, inner: inner, start: start, width: 10)))
        }
        let hidden = machine.temporary(5)
        machine.then(
            .quantized(
                QuantizedProduct(
                    input: features, weight: first, output: hidden, bias: bias,
                    scratch: machine.temporary(10), rows: 1, columns: 5, depth: 10, inputScale: 0.02,
                    activation: .relu)))
        machine.then(
            .quantized(
                QuantizedProduct(
                    input: hidden, weight: second, output: machine.output, scratch: machine.temporary(5),
                    rows: 1, columns: 3, depth: 5, inputScale: 0.03)))
        return machine.content
    }

    static let history: [Float] = [1, 4, 9, 16, 25, 36, 49, .nan, 81, 100, 121, 144]
    static let origin: Int64 = 1_712_408_400
}
