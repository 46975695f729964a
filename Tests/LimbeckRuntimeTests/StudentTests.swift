import Testing

@testable import LimbeckRuntime

@Suite struct StudentTests {
    /// Two inputs, two hidden units, one output: on paper.
    @Test func `a small network by hand`() throws {
        let content = Students.perceptron
        let student = try Student(content)
        // hidden = relu([1·1 + 2·-1 + 0.5, 1·2 + 2·1 + 0]) = [0, 4]; output = 0·3 + 4·0.5 - 1 = 1
        #expect(try student.predict(history: [1, 2], at: 0).values == [1])
        // hidden = relu([2.5, 2.5·…]) with x = [3, 1]: [3 - 1 + 0.5, 6 + 1] = [2.5, 7]
        #expect(try student.predict(history: [3, 1], at: 0).values == [2.5 * 3 + 7 * 0.5 - 1])
        #expect(student.parameterCount == 9)
        #expect(student.operations == 8 + 2 + 4 + 1)
    }

    @Test func `readings are scaled per node and channel and forecasts scaled back`() throws {
        // Two nodes, two channels; forecasts the last reading of channel 1.
        var program = Program()
        let input = program.add(Buffer(.history, offset: 0, count: 4))
        let output = program.add(Buffer(.output, count: 2))
        program.instructions = [
            .copy(.slice(input: input, output: output, outer: 2, inner: 1, start: 1, width: 2))
        ]
        let content = StudentContent(
            shape: StudentShape(history: 1, horizon: 1, nodes: 2, channels: 2, targets: [1]),
            program: program, weights: [],
            scaler: Scaler(transform: .squareRoot, center: [0, 1, 2, 3], spread: [1, 2, 3, 4]),
            windowing: Windowing(step: 60))
        let student = try Student(content)
        let prediction = try student.predict(history: [1, 25, 9, 100], at: 0)
        #expect(distance(prediction.values, [25, 100]) < 1e-4)
        // √25 = 5, √9 = 3, spread 2.
        #expect(
            student.anomalyScore(observed: 25, predicted: 9, node: 0, channel: 1) == 1)
        #expect(student.anomalyScore(observed: 25, predicted: 9, node: 2) == nil)
    }

    @Test func `quantiles are outputs of one channel, each in its units`() throws {
        // The middle is the last reading, the others lie softplus(0) and softplus(1) of a spread beside it.
        var machine = Machine(inputs: 2, outputs: 3)
        let distances = machine.constant([0, 1])
        let (apart, low, high) = (machine.temporary(2), machine.temporary(1), machine.temporary(1))
        let (below, above, last) = (machine.temporary(1), machine.temporary(1), machine.temporary(1))
        machine.then(.copy(.slice(input: machine.input, output: last, outer: 1, inner: 1, start: 1, width: 2)))
        machine.then(.unary(.softplus, input: distances, output: apart))
        machine.then(.copy(.slice(input: apart, output: below, outer: 1, inner: 1, start: 0, width: 2)))
        machine.then(.copy(.slice(input: apart, output: above, outer: 1, inner: 1, start: 1, width: 2)))
        machine.then(
            .binary(.subtract, left: Operand(last, period: 1), right: Operand(below, period: 1), output: low))
        machine.then(.binary(.add, left: Operand(last, period: 1), right: Operand(above, period: 1), output: high))
        for (number, part) in [low, last, high].enumerated() {
            machine.then(.copy(.part(input: part, output: machine.output, outer: 1, inner: 1, start: number, width: 3)))
        }
        var content = machine.content
        content.shape = StudentShape(history: 2, horizon: 1, nodes: 1, channels: 1, targets: [0, 0, 0])
        content.scaler = Scaler(center: [50], spread: [10])
        let read = try Student(bytes: StudentFile.encode(content))
        let values = try read.predict(history: [40, 70], at: 0).values
        #expect(distance(values, [70 - 10 * 0.693_147_2, 70, 70 + 10 * 1.313_261_7]) < 1e-4)
    }

    @Test func `missing readings are filled by the policy and counted`() throws {
        var machine = Machine(inputs: 5, outputs: 5)
        machine.then(.unary(.identity, input: machine.input, output: machine.output))
        var content = machine.content
        content.scaler = Scaler(center: [10], spread: [2])
        let history: [Float] = [.nan, 4, .nan, .infinity, 6]
        let filled = try Student(content).predict(history: history, at: 0)
        #expect(filled == Prediction(values: [10, 4, 4, 4, 6], repaired: 3))
        content.windowing.missing = .center
        let centred = try Student(content).predict(history: history, at: 0)
        #expect(centred == Prediction(values: [10, 4, 10, 10, 6], repaired: 3))
    }

    @Test func `calendar slots follow the wall clock across a change of offset`() throws {
        // Spring forward: one hour ahead until 7200 s, two from then on.
        let offsets = [
            LocalTime.Offset(instant: -1_000_000, seconds: 3600),
            LocalTime.Offset(instant: 7200, seconds: 7200),
        ]
        var machine = Machine(inputs: 1, outputs: 6)
        machine.slots = [
            CalendarSlot(.hourOfDay, first: -2, count: 5), CalendarSlot(.weekday),
        ]
        let hours = machine.constant((0..<24).map { Float($0) })
        let days = machine.constant((0..<7).map { Float($0) * 100 })
        let five = machine.temporary(5)
        let one = machine.temporary(1)
        machine.then(
            .gather(
                Gather(table: hours, index: .slot(0), output: five, entries: 24, width: 1, count: 5)
            ))
        machine.then(
            .gather(
                Gather(table: days, index: .slot(1), output: one, entries: 7, width: 1, count: 1)))
        for (part, inner, start) in [(five, 5, 0), (one, 1, 5)] {
            machine.then(
                .copy(
                    .part(
                        input: part, output: machine.output, outer: 1, inner: inner, start: start,
                        width: 6)))
        }
        var content = machine.content
        content.windowing.time = LocalTime(clock: .utc, zone: "Test/Zone", offsets: offsets)
        // UTC hours 23, 0, 1, 2, 3 are local 0, 1, 2, 4, 5: hour 3 never was; a Thursday.
        let student = try Student(content)
        #expect(try student.predict(history: [0], at: 3600).values == [0, 1, 2, 4, 5, 300])
        // Far beyond any calendar: an answer, not a trap.
        for origin in [Int64.min, .max, .min + 1, 1 << 60] {
            #expect(try student.predict(history: [0], at: origin).values.count == 6)
        }
    }

    @Test func `every calendar field by hand`() {
        // 2024-02-29T13:35:10, a Thursday.
        let seconds = CalendarFields.days(year: 2024, month: 2, day: 29) * 86_400 + 48_910
        let expected: [(CalendarSlot.Field, Int, Int)] = [
            (.hourOfDay, 13, 24), (.weekday, 3, 7), (.hourOfWeek, 85, 168), (.month, 1, 12),
            (.dayOfMonth, 28, 31), (.dayOfYear, 59, 366), (.stepOfDay, 163, 288),
            (.stepOfWeek, 3 * 288 + 163, 2016), (.weekOfYear, 8, 52),
        ]
        #expect(expected.map(\.0) == CalendarSlot.Field.allCases)
        for (field, index, cardinality) in expected {
            #expect(field.index(local: seconds, step: 300) == index)
            #expect(field.cardinality(step: 300) == cardinality)
        }
        #expect(CalendarSlot.Field.stepOfDay.cardinality(step: 7) == nil)
    }

    @Test func `a wrong count is refused with both counts`() throws {
        let student = try Student(Students.perceptron)
        let error = #expect(throws: StudentError.self) {
            try student.predict(history: [1, 2, 3], at: 0)
        }
        #expect(error?.code == .wrongCount)
        #expect(
            error?.message
                == "student: values of the history, expected 2 but found 3. "
                + "Pass exactly the values that the student's shape asks for.")
        var output: [Float] = []
        #expect(throws: StudentError.self) {
            try student.predict(history: [1, 2], at: 0, into: &output)
        }
    }

    @Test func `copies share weights and agree`() throws {
        let student = try Student(Students.perceptron)
        let other = student.copy()
        let first = try student.predict(history: [1, 5], at: 0)
        _ = try other.predict(history: [9, 9], at: 0)
        #expect(try student.predict(history: [1, 5], at: 0) == first)
        #expect(try other.predict(history: [1, 5], at: 0) == first)
    }

    @Test func `a classifier gives its scores as they are`() throws {
        var machine = Machine(inputs: 2, outputs: 3)
        let weight = machine.constant([1, 0, -1, 0, 1, -1])
        machine.then(
            .matmul(
                MatrixProduct(
                    left: machine.input, right: weight, output: machine.output, rows: 1,
                    columns: 3, depth: 2)))
        machine.then(.softmax(input: machine.output, output: machine.output, rows: 1, width: 3))
        var content = machine.content
        content.shape = StudentShape(history: 1, horizon: 1, nodes: 1, channels: 2, labels: 3)
        content.scaler = Scaler(center: [0, 0], spread: [1, 1])
        content.names.labels = ["calm", "busy", "closed"]
        let values = try Student(content).predict(history: [40, 0], at: 0).values
        #expect(distance(values, [1, 0, 0]) < 1e-6)
    }
}
