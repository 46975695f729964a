import LimbeckExport
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries

/// Students built by hand, so that every instruction, field and option is met.
struct CStudents {
    private var program = Program()
    private var weights: [[Float]] = []
    private var shape: StudentShape
    private var slots: [CalendarSlot] = []
    private let input, output: Int
    private var random = SplitMix(seed: 41)

    private init(_ shape: StudentShape, slots: [CalendarSlot] = []) {
        self.shape = shape
        self.slots = slots
        input = program.add(Buffer(.history, count: shape.inputCount))
        output = program.add(Buffer(.output, count: shape.outputCount))
    }

    private mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in random.next() } }

    private mutating func constant(_ count: Int) -> Int { constant(floats(count)) }

    private mutating func constant(_ values: [Float]) -> Int {
        weights.append(values)
        return program.add(Buffer(.constant, tensor: weights.count - 1, count: values.count))
    }

    private mutating func temporary(_ count: Int) -> Int { program.addTemporary(count: count) }

    private mutating func then(_ instruction: Instruction) { program.instructions.append(instruction) }

    private mutating func content(
        step: Int64 = 3600, transform: Scaler.Transform = .identity, missing: Windowing.Missing = .forwardFill,
        late: Windowing.Late = .replace, clock: LocalTime.Clock = .utc
    ) -> StudentContent {
        let entries = shape.nodes * shape.channels
        let classifies = shape.task == .classify
        var content = StudentContent(
            shape: shape, program: program, weights: weights,
            scaler: Scaler(
                transform: transform, center: (0..<entries).map { _ in 6 + random.next() },
                spread: (0..<entries).map { _ in 3 + random.next() }),
            windowing: Windowing(
                step: step,
                time: LocalTime(
                    clock: clock, zone: clock == .utc ? "Test/*Zone*/" : "",
                    offsets: clock == .utc
                        ? [
                            .init(instant: 1_695_477_600, seconds: 46_800),
                            .init(instant: 1_712_412_000, seconds: 43_200),
                            .init(instant: 1_727_532_000, seconds: -12_600),
                        ] : []),
                missing: missing, slots: slots),
            names: StudentNames(
                places: (0..<shape.nodes).map { "place */ ?\("?/\\") \($0) Ōrākei\n" },
                labels: classifies ? (0..<shape.outputs).map { "label \($0)" } : []),
            anomalyThresholds: classifies ? [] : [2.5], card: [CardEntry("licence", "CC BY 4.0 \u{202e}/* */")])
        content.windowing.late = late
        return content
    }

    /// 12 steps, 32 hidden units, 12 steps.
    static var dense: StudentContent {
        var s = CStudents(StudentShape(history: 12, horizon: 12, nodes: 1, channels: 1))
        let hidden = s.temporary(32)
        let (w, b, v, c) = (s.constant(12 * 32), s.constant(32), s.constant(32 * 12), s.constant(12))
        s.then(
            .matmul(
                MatrixProduct(
                    left: s.input, right: w, output: hidden, bias: b, rows: 1, columns: 32, depth: 12,
                    activation: .relu)))
        s.then(
            .matmul(MatrixProduct(left: hidden, right: v, output: s.output, bias: c, rows: 1, columns: 12, depth: 32)))
        return s.content()
    }

    /// Every function of one and two values, every reduction, broadcast, product and movement.
    static var everyInstruction: StudentContent {
        var s = CStudents(
            StudentShape(history: 4, horizon: 2, nodes: 3, channels: 2, targets: [1]),
            slots: [CalendarSlot(.dayOfYear), CalendarSlot(.weekday, first: -4, count: 4)])
        let count = 24
        let sum = s.temporary(count)
        s.then(.affine(scale: 0.5, shift: -0.25, input: s.input, output: sum))
        for kind in UnaryKind.allCases {
            let value = s.temporary(count)
            let isPositive = [.logarithm, .squareRoot, .reciprocal].contains(kind)
            s.then(.unary(isPositive ? .square : .identity, input: s.input, output: value))
            s.then(.affine(scale: isPositive ? 1 : 0.3, shift: isPositive ? 0.2 : 0, input: value, output: value))
            s.then(.unary(kind, input: value, output: value))
            s.then(.binary(.add, left: Operand(sum, period: count), right: Operand(value, period: count), output: sum))
        }
        let (row, column) = (s.constant([0.5, -1.5, 2, 0.7, -0.6, 1.1]), s.constant([0.9, 1.2, -0.8, 1.4]))
        for kind in BinaryKind.allCases {
            let value = s.temporary(count)
            s.then(
                .binary(
                    kind, left: Operand(sum, period: count), right: Operand(row, period: 6), output: value))
            s.then(
                .binary(
                    .multiply, left: Operand(column, inner: 6, period: 4), right: Operand(value, period: count),
                    output: value))
            s.then(.affine(scale: 0.2, shift: 0, input: value, output: value))
            s.then(.binary(.add, left: Operand(value, period: count), right: Operand(sum, period: count), output: sum))
        }
        // [4, 3, 2] to [2, 4, 3], weights by the calendar and by the values themselves.
        let turned = s.temporary(count)
        s.then(.transpose(Transposition(input: sum, output: turned, shape: [4, 3, 2], permutation: [2, 0, 1])))
        let (days, week, picks) = (s.constant(366 * 3), s.constant(7), s.constant(5 * 2))
        let (day, weekdays, picked) = (s.temporary(3), s.temporary(4), s.temporary(count * 2))
        s.then(.gather(Gather(table: days, index: .slot(0), output: day, entries: 366, width: 3, count: 1)))
        s.then(.gather(Gather(table: week, index: .slot(1), output: weekdays, entries: 7, width: 1, count: 4)))
        s.then(.gather(Gather(table: picks, index: .buffer(turned), output: picked, entries: 5, width: 2, count: 24)))
        s.then(.binary(.add, left: Operand(turned, period: 24), right: Operand(day, period: 3), output: turned))
        s.then(
            .binary(
                .add, left: Operand(turned, period: 24), right: Operand(weekdays, inner: 3, period: 4), output: turned))
        // Reductions of [2, 4, 3] over the middle and of the picked [24, 2] over the last.
        let (means, maxima, totals) = (s.temporary(6), s.temporary(6), s.temporary(24))
        s.then(.reduce(Reduction(.mean, input: turned, output: means, outer: 2, middle: 4, inner: 3)))
        s.then(.reduce(Reduction(.maximum, input: turned, output: maxima, outer: 2, middle: 4, inner: 3)))
        s.then(.reduce(Reduction(.sum, input: picked, output: totals, outer: 24, middle: 2, inner: 1)))
        s.then(.softmax(input: totals, output: totals, rows: 4, width: 6))
        // Products with each operand transposed, repeated and strided: [2 × [3, 4]] · [4, 3].
        let (a, b) = (s.temporary(18), s.temporary(18))
        s.then(
            .matmul(
                MatrixProduct(
                    left: turned, right: totals, output: a, batch: 2, rows: 3, columns: 3, depth: 4, leftStride: 12,
                    rightStride: 0, transposeLeft: true, activation: .tanh)))
        s.then(
            .matmul(
                MatrixProduct(
                    left: turned, right: totals, output: b, bias: day, batch: 2, rows: 3, columns: 3, depth: 4,
                    leftStride: 12, rightStride: 12, transposeRight: true, activation: .gelu)))
        let (joined, spread) = (s.temporary(12), s.temporary(12))
        s.then(.broadcast(Operand(means, inner: 2, period: 6), output: spread))
        s.then(.copy(.part(input: maxima, output: joined, outer: 3, inner: 2, start: 0, width: 4)))
        s.then(
            .copy(
                BlockCopy(
                    input: a, output: joined, outer: 3, inner: 2, inputStart: 1, inputStride: 5, outputStart: 2,
                    outputStride: 4)))
        s.then(.binary(.add, left: Operand(joined, period: 12), right: Operand(spread, period: 12), output: joined))
        s.then(.copy(.slice(input: joined, output: s.output, outer: 3, inner: 2, start: 1, width: 4)))
        s.then(.binary(.add, left: Operand(s.output, period: 6), right: Operand(b, period: 6), output: s.output))
        s.then(.affine(scale: 0.2, shift: 0, input: s.output, output: s.output))
        return s.content(transform: .squareRoot, missing: .center)
    }

    /// A product of the window, whose missing readings the file's own numbers stand in for.
    static func filled(_ missing: Windowing.Missing, transform: Scaler.Transform = .identity) -> StudentContent {
        let shape = StudentShape(history: 4, horizon: 2, nodes: 3, channels: 2)
        var s = CStudents(shape, slots: [CalendarSlot(.weekday), Windowing.hours(history: 4)])
        let (w, b) = (s.constant(24 * 12), s.constant(12))
        s.then(
            .matmul(MatrixProduct(left: s.input, right: w, output: s.output, bias: b, rows: 1, columns: 12, depth: 24)))
        var content = s.content(transform: transform, missing: missing)
        let count = missing == .seasonal ? Filling.hours * 6 : 6
        content.filling = Filling(values: (0..<count).map { _ in 6 + 5 * s.random.next() })
        if missing == .spatial {
            content.filling.neighbours = [1, 2, 0, 2, 1, 0]
            content.filling.weights = [1, 0.25, 1, 2, 0.5, 0.001]
        }
        return content
    }

    /// Each calendar field looked up in a table of its own, at the origin and before and after it.
    static func calendar(
        step: Int64, clock: LocalTime.Clock, missing: Windowing.Missing, spacing: Spacing = .regular
    ) -> StudentContent {
        let fields = CalendarSlot.Field.allCases.filter { $0.cardinality(step: step) != nil }
        let slots = fields.map { CalendarSlot($0, first: -2, count: 5) }
        var s = CStudents(StudentShape(history: 3, horizon: 5, nodes: 1, channels: 1), slots: slots)
        let last = s.temporary(1)
        s.then(.reduce(Reduction(.mean, input: s.input, output: last, outer: 1, middle: 3, inner: 1)))
        s.then(.broadcast(Operand(last, period: 1), output: s.output))
        for (number, field) in fields.enumerated() {
            let entries = field.cardinality(step: step) ?? 1
            let (table, found) = (s.constant(entries), s.temporary(5))
            s.then(
                .gather(Gather(table: table, index: .slot(number), output: found, entries: entries, width: 1, count: 5))
            )
            s.then(
                .binary(.add, left: Operand(s.output, period: 5), right: Operand(found, period: 5), output: s.output))
        }
        var content = s.content(step: step, missing: missing, clock: clock)
        content.windowing.spacing = spacing
        return content
    }

    /// A student of every calendar field whose steps do not follow the clock.
    static func spaced(_ spacing: Spacing, clock: LocalTime.Clock) -> StudentContent {
        switch spacing {
        case .regular: calendar(step: 3600, clock: clock, missing: .center)
        case .months(let count, _):
            calendar(step: Int64(count) * 2_629_746, clock: clock, missing: .forwardFill, spacing: spacing)
        case .week(let opens):
            calendar(step: opens.count < 8 ? 86_400 : 3600, clock: clock, missing: .forwardFill, spacing: spacing)
        }
    }

    /// One convolution of a 6 × 7 image with 4 channels, then the mean of its pixels and a head.
    static func convolution(_ change: (inout Convolution) -> Void) -> StudentContent {
        var s = CStudents(StudentShape(history: 6, horizon: 2, nodes: 7, channels: 4))
        var c = Convolution(
            input: s.input, weight: 0, output: 0, height: 6, width: 7, channels: 4, outputHeight: 6, outputWidth: 7,
            outputs: 8, kernelHeight: 3, kernelWidth: 3, top: 1, left: 1, activation: .relu)
        change(&c)
        let pixels = c.outputHeight * c.outputWidth
        c.output = s.temporary(pixels * c.outputs)
        c.weight = s.constant(c.kernelHeight * c.kernelWidth * c.channels / c.groups * c.outputs)
        c.bias = s.constant(c.outputs)
        s.then(.convolve(c))
        let mean = s.temporary(c.outputs)
        s.then(.reduce(Reduction(.mean, input: c.output, output: mean, outer: 1, middle: pixels, inner: c.outputs)))
        let head = s.constant(c.outputs * 56)
        s.then(
            .matmul(MatrixProduct(left: mean, right: head, output: s.output, rows: 1, columns: 56, depth: c.outputs)))
        return s.content()
    }

    static var depthwise: StudentContent {
        convolution { ($0.groups, $0.outputs, $0.kernelWidth, $0.dilationY, $0.top) = (4, 4, 1, 2, 4) }
    }

    /// A recurrent layer over the history of each of five places; then a head.
    static func recurrence(_ kind: Recurrence.Kind, keepsSteps: Bool, biased: Bool) -> StudentContent {
        let (steps, nodes, units) = (7, 5, 6)
        var s = CStudents(StudentShape(history: steps, horizon: 2, nodes: nodes, channels: 2))
        let wide = kind.gates * units
        let gates = s.temporary(steps * nodes * wide)
        let (w, u, head) = (s.constant(2 * wide), s.constant(units * wide), s.constant(units * 2))
        s.then(
            .matmul(MatrixProduct(left: s.input, right: w, output: gates, rows: steps * nodes, columns: wide, depth: 2))
        )
        let states = s.temporary((keepsSteps ? steps : 1) * nodes * units)
        let bias = biased ? s.constant(wide) : nil
        let scratch = s.temporary(Recurrence.scratchCount(kind, rows: nodes, units: units))
        s.then(
            .recur(
                Recurrence(
                    kind, gates: gates, weight: u, bias: bias, output: states, scratch: scratch, steps: steps,
                    rows: nodes, units: units, keepsSteps: keepsSteps)))
        // The two last steps' states, or the last one twice.
        for step in 0..<2 {
            let begin = keepsSteps ? (steps - 2 + step) * nodes * units : 0
            let part = s.temporary(nodes * units)
            let answer = s.temporary(nodes * 2)
            s.then(
                .copy(
                    .slice(
                        input: states, output: part, outer: 1, inner: nodes * units, start: begin, width: nodes * units)
                ))
            s.then(
                .matmul(MatrixProduct(left: part, right: head, output: answer, rows: nodes, columns: 2, depth: units)))
            s.then(
                .copy(
                    .part(
                        input: answer, output: s.output, outer: 1, inner: nodes * 2, start: step * nodes * 2,
                        width: nodes * 2)))
        }
        return s.content()
    }

    /// Weights of every element type: float16, int8 products, int8 tables by the calendar and by values.
    static var quantized: StudentContent {
        var s = CStudents(
            StudentShape(history: 4, horizon: 3, nodes: 5, channels: 2), slots: [CalendarSlot(.weekday)])
        let (days, picks) = (s.constant(7 * 4), s.constant(3 * 4))
        let (first, bias, second) = (s.constant(8 * 6), s.constant(6), s.constant(6 * 24))
        let (day, picked, hidden) = (s.temporary(4), s.temporary(20), s.temporary(30))
        s.then(.gather(Gather(table: days, index: .slot(0), output: day, entries: 7, width: 4, count: 1)))
        s.then(.gather(Gather(table: picks, index: .buffer(s.input), output: picked, entries: 3, width: 4, count: 5)))
        s.then(
            .quantized(
                QuantizedProduct(
                    input: s.input, weight: first, output: hidden, bias: bias, scratch: s.temporary(40), rows: 5,
                    columns: 6, depth: 8, inputScale: 0.013, activation: .relu)))
        let answer = s.temporary(120)
        s.then(
            .quantized(
                QuantizedProduct(
                    input: hidden, weight: second, output: answer, scratch: s.temporary(30), rows: 5, columns: 24,
                    depth: 6, inputScale: 0.021, activation: .tanh)))
        s.then(.copy(.slice(input: answer, output: s.output, outer: 5, inner: 6, start: 7, width: 24)))
        s.then(.binary(.add, left: Operand(s.output, period: 30), right: Operand(day, period: 4), output: s.output))
        s.then(
            .binary(.add, left: Operand(s.output, period: 30), right: Operand(picked, period: 20), output: s.output))
        var content = s.content()
        for (number, channels) in [(0, 4), (1, 4), (2, 6), (4, 24)] {
            content.tensors[number] = .int8(nearest: content.tensors[number].values, channels: channels)
        }
        content.tensors[3] = .float16(nearest: content.tensors[3].values)
        return content
    }

    /// Logistic regression into three labels: independent ones, or one of them.
    static func classifier(softmax: Bool) -> StudentContent {
        var s = CStudents(StudentShape(history: 8, horizon: 1, nodes: 1, channels: 3, labels: 3))
        let (w, b) = (s.constant(24 * 3), s.constant(3))
        s.then(
            .matmul(
                MatrixProduct(
                    left: s.input, right: w, output: s.output, bias: b, rows: 1, columns: 3, depth: 24,
                    activation: softmax ? .identity : .sigmoid)))
        if softmax { s.then(.softmax(input: s.output, output: s.output, rows: 1, width: 3)) }
        return s.content(missing: .center, late: .ignore)
    }

    /// The quantiles 0.1, 0.5 and 0.9 of the second channel; the outer ones are softplus away, so they cannot cross.
    static var quantiles: StudentContent {
        var s = CStudents(StudentShape(history: 6, horizon: 4, nodes: 2, channels: 2, targets: [1, 1, 1]))
        let (w, b) = (s.constant(24 * 24), s.constant(24))
        let heads = s.temporary(24)
        s.then(
            .matmul(
                MatrixProduct(left: s.input, right: w, output: heads, bias: b, rows: 1, columns: 24, depth: 24)))
        let parts = (0..<3).map { _ in s.temporary(8) }
        for (number, part) in parts.enumerated() {
            s.then(.copy(.slice(input: heads, output: part, outer: 1, inner: 8, start: 8 * number, width: 24)))
        }
        for (part, kind) in [(parts[0], BinaryKind.subtract), (parts[2], .add)] {
            s.then(.unary(.softplus, input: part, output: part))
            s.then(
                .binary(kind, left: Operand(parts[1], period: 8), right: Operand(part, period: 8), output: part))
        }
        for (number, part) in parts.enumerated() {
            s.then(.copy(.part(input: part, output: s.output, outer: 8, inner: 1, start: number, width: 3)))
        }
        return s.content()
    }

    /// An architecture of the catalog with its defaults and random parameters, at places with a time zone.
    static func catalog(_ name: String, head: any Head = PointHead()) throws -> StudentContent {
        let series = Trained.series(nodes: 4, offsets: ExportedEqualsTrainedTests.offsets)
        let trained = try Trained.forecaster(series, head: head) {
            try ModelCatalog.standard.entry(named: name).make(DefaultConfiguration(), $0)
        }
        return try trained.student(series: series)
    }
}
