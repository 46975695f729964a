import LimbeckRuntime

/// What models of the catalog do not use, or use in one way only.
enum HandMadeKinds {
    /// New Zealand's offsets, daylight saving of 2023 and its end in 2024 the last.
    static let auckland: [LocalTime.Offset] = [
        .init(instant: -9_000_000_000, seconds: 41_400), .init(instant: 0, seconds: 43_200),
        .init(instant: 1_680_357_600, seconds: 43_200), .init(instant: 1_695_477_600, seconds: 46_800),
        .init(instant: 1_712_412_000, seconds: 43_200),
    ]

    static func all() -> [Kind] {
        [calendar(clock: .utc), calendar(clock: .local), instructions, movement] + convolutions + recurrences
            + [classifier(.sigmoid), classifier(.softmax), quantiles] + compact
            + [Windowing.Missing.constant, .seasonal, .spatial].map(filled)
    }

    /// Missing readings stood in for by the file's own numbers.
    static func filled(_ missing: Windowing.Missing) -> Kind {
        var machine = Machine(StudentShape(history: 5, horizon: 2, nodes: 4, channels: 2), seed: 83)
        _ = machine.dense(machine.input, rows: 1, depth: 40, columns: 16, to: machine.output)
        var content = machine.content(
            transform: missing == .constant ? .identity : .squareRoot, missing: missing,
            time: LocalTime(clock: .utc, zone: "Pacific/Auckland", offsets: auckland),
            slots: [CalendarSlot(.month), Windowing.hours(history: 5)])
        let count = missing == .seasonal ? Filling.hours * 8 : 8
        content.filling = Filling(values: machine.random.floats(count, 2...30))
        if missing == .spatial {
            content.filling.neighbours = [1, 2, 3, 0, 3, 2, 3, 1, 0, 2, 0, 1]
            content.filling.weights = machine.random.floats(12, 0.01...1)
        }
        return Kind(name: "missing-\(missing)", content: content)
    }

    /// Every calendar field, in the history, at the origin and beyond the forecast, each with its table.
    static func calendar(clock: LocalTime.Clock) -> Kind {
        let fields = CalendarSlot.Field.allCases
        let slots = fields.enumerated().map { CalendarSlot($1, first: [-30, 0, 400][$0 % 3], count: 1 + 4 * $0) }
        var machine = Machine(StudentShape(history: 5, horizon: 4, nodes: 3, channels: 2, targets: [1]), seed: 31)
        var sum = machine.dense(machine.input, rows: 1, depth: 30, columns: 12)
        for (number, slot) in slots.enumerated() {
            let entries = slot.field.cardinality(step: 1800) ?? 1
            let table = machine.weights(entries * 12)
            let rows = machine.temporary(slot.count * 12)
            machine.then(
                .gather(
                    Gather(
                        table: table, index: .slot(number), output: rows, entries: entries, width: 12,
                        count: slot.count)))
            let weights = machine.weights(slot.count)
            let one = machine.temporary(12)
            machine.then(
                .matmul(
                    MatrixProduct(left: weights, right: rows, output: one, rows: 1, columns: 12, depth: slot.count)))
            let next = number == slots.count - 1 ? machine.output : machine.temporary(12)
            machine.then(
                .binary(.add, left: Operand(sum, period: 12), right: Operand(one, period: 12), output: next))
            sum = next
        }
        let time = LocalTime(
            clock: clock, zone: clock == .utc ? "Pacific/Auckland" : "", offsets: clock == .utc ? auckland : [])
        return Kind(
            name: "calendar-\(clock.rawValue)",
            content: machine.content(transform: .squareRoot, step: 1800, time: time, slots: slots))
    }

    /// Probabilities of labels: independent, or of one among them.
    static func classifier(_ head: ClassifierHead) -> Kind {
        var machine = Machine(StudentShape(history: 4, horizon: 2, nodes: 3, channels: 2, labels: 5), seed: 47)
        let hidden = machine.dense(machine.input, rows: 1, depth: 24, columns: 16, activation: .gelu)
        switch head {
        case .sigmoid:
            _ = machine.dense(hidden, rows: 1, depth: 16, columns: 30, activation: .sigmoid, to: machine.output)
        case .softmax:
            let scores = machine.dense(hidden, rows: 1, depth: 16, columns: 30)
            machine.then(.softmax(input: scores, output: machine.output, rows: 6, width: 5))
        }
        return Kind(name: "classifier-\(head)", content: machine.content(missing: .center))
    }

    /// The quantiles 0.1, 0.5 and 0.9 of a channel: the outer ones are softplus away, so they cannot cross.
    static var quantiles: Kind {
        var machine = Machine(
            StudentShape(history: 6, horizon: 4, nodes: 2, channels: 2, targets: [1, 1, 1]), seed: 67)
        let heads = machine.dense(machine.input, rows: 1, depth: 24, columns: 24)
        let parts = (0..<3).map { _ in machine.temporary(8) }
        for (number, part) in parts.enumerated() {
            machine.then(.copy(.slice(input: heads, output: part, outer: 1, inner: 8, start: 8 * number, width: 24)))
        }
        for (part, kind) in [(parts[0], BinaryKind.subtract), (parts[2], .add)] {
            machine.then(.unary(.softplus, input: part, output: part))
            machine.then(
                .binary(kind, left: Operand(parts[1], period: 8), right: Operand(part, period: 8), output: part))
        }
        for (number, part) in parts.enumerated() {
            machine.then(.copy(.part(input: part, output: machine.output, outer: 8, inner: 1, start: number, width: 3)))
        }
        return Kind(name: "quantiles", content: machine.content())
    }

    enum ClassifierHead { case sigmoid, softmax }

    /// Weights of 16 and 8 bits, a product in whole numbers and a table of bytes.
    static var compact: [Kind] {
        var half = Machine(StudentShape(history: 6, horizon: 3, nodes: 2, channels: 1), seed: 53)
        let wide = half.constant(.float16(nearest: half.random.floats(12 * 20)))
        let hidden = half.temporary(20)
        half.then(
            .matmul(
                MatrixProduct(
                    left: half.input, right: wide, output: hidden, rows: 1, columns: 20, depth: 12,
                    activation: .tanh)))
        _ = half.dense(hidden, rows: 1, depth: 20, columns: 6, to: half.output)

        var bytes = Machine(StudentShape(history: 6, horizon: 3, nodes: 2, channels: 1), seed: 59)
        let weight = bytes.constant(.int8(nearest: bytes.random.floats(12 * 20), channels: 20))
        let table = bytes.constant(.int8(nearest: bytes.random.floats(24 * 20), channels: 20))
        let bias = bytes.weights(20), scratch = bytes.temporary(12)
        let whole = bytes.temporary(20), hour = bytes.temporary(20)
        bytes.then(
            .quantized(
                QuantizedProduct(
                    input: bytes.input, weight: weight, output: whole, bias: bias, scratch: scratch, rows: 1,
                    columns: 20, depth: 12, inputScale: 0.017, activation: .relu)))
        bytes.then(.gather(Gather(table: table, index: .slot(0), output: hour, entries: 24, width: 20, count: 1)))
        bytes.then(.binary(.add, left: Operand(whole, period: 20), right: Operand(hour, period: 20), output: whole))
        _ = bytes.dense(whole, rows: 1, depth: 20, columns: 6, to: bytes.output)
        return [
            Kind(name: "float16", content: half.content()),
            Kind(name: "int8", content: bytes.content(slots: [CalendarSlot(.hourOfDay)])),
        ]
    }
}
