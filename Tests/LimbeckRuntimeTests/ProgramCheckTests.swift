import Testing

@testable import LimbeckRuntime

@Suite struct ProgramCheckTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (inout Machine) -> Void

        init(_ expected: String, _ make: @escaping @Sendable (inout Machine) -> Void) {
            testDescription = expected
            self.make = make
        }
    }

    /// Four floats in, four out; each program is wrong in one way, named by its description.
    static let refusals: [Refusal] = [
        Refusal("output buffer never written") { _ in },
        Refusal("instruction: buffer number") {
            $0.then(.unary(.relu, input: 99, output: $0.output))
        },
        Refusal("instruction: floats of an operand") {
            let short = $0.constant([1, 2, 3])
            $0.then(.unary(.relu, input: short, output: $0.output))
        },
        Refusal("instruction: floats of the output") {
            $0.then(
                .matmul(
                    MatrixProduct(
                        left: $0.input, right: $0.input, output: $0.output, rows: 4, columns: 4,
                        depth: 1)))
        },
        Refusal("instruction: buffer read before it is written") {
            let empty = $0.temporary(4)
            $0.then(.unary(.relu, input: empty, output: $0.output))
        },
        Refusal("instruction: writes a read-only buffer") {
            $0.then(.unary(.relu, input: $0.input, output: $0.input))
        },
        Refusal("instruction: output overlaps an operand") {
            $0.then(.unary(.relu, input: $0.input, output: $0.output))
            $0.then(
                .transpose(
                    Transposition(
                        input: $0.output, output: $0.output, shape: [2, 2], permutation: [1, 0])))
        },
        Refusal("instruction: output half overlaps an operand") {
            let whole = $0.temporary(8)
            let shifted = $0.program.add(Buffer(.temporary, offset: 2, count: 4))
            $0.then(.broadcast(Operand($0.input, period: 4), output: whole))
            $0.then(.unary(.relu, input: whole, output: shifted))
        },
        Refusal("instruction: output overlaps a repeated operand") {
            $0.then(.unary(.relu, input: $0.input, output: $0.output))
            $0.then(
                .binary(
                    .add, left: Operand($0.input, period: 4), right: Operand($0.output, period: 2),
                    output: $0.output))
        },
        Refusal("instruction: broadcast pattern") {
            $0.then(.broadcast(Operand($0.input, inner: 0, period: 4), output: $0.output))
        },
        Refusal("instruction: a size is 0 or too large") {
            $0.then(.softmax(input: $0.input, output: $0.output, rows: 1 << 40, width: 1 << 40))
        },
        Refusal("instruction: a stride is too large") {
            $0.then(
                .copy(
                    BlockCopy(
                        input: $0.input, output: $0.output, outer: 4, inner: 1,
                        inputStride: .max, outputStride: 1)))
        },
        Refusal("instruction: negative start") {
            $0.then(
                .copy(
                    BlockCopy(
                        input: $0.input, output: $0.output, outer: 4, inner: 1, inputStart: -1,
                        inputStride: 1, outputStride: 1)))
        },
        Refusal("instruction: permutation axis") {
            $0.then(
                .transpose(
                    Transposition(
                        input: $0.input, output: $0.output, shape: [2, 2], permutation: [1, 1])))
        },
        Refusal("instruction: rank") {
            $0.then(
                .transpose(
                    Transposition(input: $0.input, output: $0.output, shape: [4], permutation: [])))
        },
        Refusal("instruction: groups") {
            let weight = $0.constant([1, 1, 1, 1])
            $0.then(
                .convolve(
                    Convolution(
                        input: $0.input, weight: weight, output: $0.output, height: 1, width: 1, channels: 4,
                        outputHeight: 1, outputWidth: 1, outputs: 4, groups: 3, kernelHeight: 1,
                        kernelWidth: 1)))
        },
        Refusal("instruction: padding") {
            let weight = $0.constant([1])
            $0.then(
                .convolve(
                    Convolution(
                        input: $0.input, weight: weight, output: $0.output, height: 4, width: 1, channels: 1,
                        outputHeight: 4, outputWidth: 1, outputs: 1, kernelHeight: 1, kernelWidth: 1,
                        top: -1)))
        },
        Refusal("instruction: output overlaps an operand") {
            let weight = $0.constant([1, 1, 1])
            let scratch = $0.temporary(3)
            let other = $0.program.add(Buffer(.temporary, offset: 2, count: 1))
            $0.then(
                .recur(
                    Recurrence(
                        .gru, gates: $0.input, weight: weight, output: other, scratch: scratch, steps: 1,
                        rows: 1, units: 1)))
        },
        Refusal("instruction: floats of the output") {
            let weight = $0.constant([1, 1, 1, 1])
            let scratch = $0.temporary(4)
            $0.then(
                .recur(
                    Recurrence(
                        .lstm, gates: $0.input, weight: weight, output: $0.output, scratch: scratch,
                        steps: 1, rows: 1, units: 1)))
        },
        Refusal("instruction: calendar slot") {
            $0.then(
                .gather(
                    Gather(
                        table: $0.input, index: .slot(0), output: $0.output, entries: 4, width: 1,
                        count: 1)))
        },
        Refusal("instruction: table entries") {
            $0.slots = [CalendarSlot(.weekday, count: 4)]
            $0.then(
                .gather(
                    Gather(
                        table: $0.input, index: .slot(0), output: $0.output, entries: 4, width: 1,
                        count: 4)))
        },
        Refusal("instruction: slot entries") {
            $0.slots = [CalendarSlot(.weekday, count: 3)]
            let table = $0.constant([0, 1, 2, 3, 4, 5, 6])
            $0.then(
                .gather(
                    Gather(
                        table: table, index: .slot(0), output: $0.output, entries: 7, width: 1,
                        count: 4)))
        },
        Refusal("buffer reaches beyond its source") {
            _ = $0.program.add(Buffer(.history, offset: 3, count: 2))
        },
        Refusal("buffer names a weight tensor beyond the last") {
            _ = $0.program.add(Buffer(.constant, tensor: 5, count: 1))
        },
    ]

    @Test(arguments: refusals)
    func `a wrong program is refused by name`(_ refusal: Refusal) throws {
        var machine = Machine(inputs: 4, outputs: 4)
        refusal.make(&machine)
        let content = machine.content
        let built = #expect(throws: StudentError.self) { try Student(content) }
        #expect(built?.code == .invalidProgram)
        #expect(built?.message.contains(refusal.testDescription) == true, "\(built?.message ?? "")")
        // The writer refuses the same, so that no such file is made.
        #expect(throws: StudentError.self) { try StudentFile.encode(content) }
    }

    @Test func `in place is allowed where it is harmless`() throws {
        var machine = Machine(inputs: 4, outputs: 4)
        machine.then(.unary(.square, input: machine.input, output: machine.output))
        machine.then(.affine(scale: 1, shift: 1, input: machine.output, output: machine.output))
        machine.then(
            .binary(
                .multiply, left: Operand(machine.output, period: 4),
                right: Operand(machine.output, period: 4), output: machine.output))
        #expect(try machine.run([0, 1, 2, 3]) == [1, 4, 25, 100])
    }

    @Test(arguments: [
        (Windowing(step: 0), "step in seconds"),
        (Windowing(step: 7, slots: [CalendarSlot(.stepOfDay)]), "step does not divide a day"),
        (
            Windowing(step: 60, slots: [CalendarSlot(.weekday, count: 0)]),
            "entries of calendar slot"
        ),
        (
            Windowing(step: 60, slots: [CalendarSlot(.weekday, first: .max)]),
            "first step of calendar slot"
        ),
        (
            Windowing(
                step: 60,
                time: LocalTime(offsets: [
                    .init(instant: 5, seconds: 0), .init(instant: 5, seconds: 1),
                ])),
            "not ascending"
        ),
        (
            Windowing(step: 60, time: LocalTime(offsets: [.init(instant: 5, seconds: .max)])),
            "UTC offset in seconds"
        ),
    ])
    func `a wrong calendar is refused by name`(_ windowing: Windowing, _ words: String) {
        var content = Students.perceptron
        content.windowing = windowing
        let error = #expect(throws: StudentError.self) { try Student(content) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
