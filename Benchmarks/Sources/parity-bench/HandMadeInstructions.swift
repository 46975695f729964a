import LimbeckRuntime

extension HandMadeKinds {
    /// Every function of one and two values, every reduction, products of every layout, tables by
    /// computed rows: all summed into the forecast.
    static var instructions: Kind {
        let count = 24
        var machine = Machine(StudentShape(history: 4, horizon: 4, nodes: 3, channels: 2), seed: 37)
        var terms: [Int] = []
        func make(_ machine: inout Machine, _ count: Int, _ instruction: (Int) -> Instruction) -> Int {
            let result = machine.temporary(count)
            machine.then(instruction(result))
            return result
        }
        let x = machine.input
        let positive = make(&machine, count) { .unary(.square, input: x, output: $0) }
        machine.then(.affine(scale: 0.5, shift: 0.25, input: positive, output: positive))
        for kind in UnaryKind.allCases {
            let takesPositive = [.logarithm, .squareRoot, .reciprocal].contains(kind)
            terms.append(
                make(&machine, count) { .unary(kind, input: takesPositive ? positive : x, output: $0) })
        }
        let row = machine.constant(machine.random.floats(6, 0.5...1.5))
        let column = machine.constant(machine.random.floats(4, 0.5...1.5))
        let middle = machine.constant(machine.random.floats(3, 0.5...1.5))
        let odd = machine.constant(machine.random.floats(5, 0.5...1.5))
        for kind in BinaryKind.allCases {
            for right in [
                Operand(positive, period: count), Operand(row, period: 6), Operand(column, inner: 6, period: 4),
                Operand(middle, inner: 2, period: 3), Operand(odd, period: 5), Operand(odd, inner: 5, period: 5),
                Operand(odd, period: 1),
            ] {
                terms.append(
                    make(&machine, count) { .binary(kind, left: Operand(x, period: count), right: right, output: $0) })
            }
            // Both repeated, across each other.
            terms.append(
                make(&machine, count) {
                    .binary(
                        kind, left: Operand(column, inner: 6, period: 4), right: Operand(row, period: 6), output: $0)
                })
            terms.append(
                make(&machine, count) {
                    .binary(kind, left: Operand(row, period: 3), right: Operand(middle, period: 3), output: $0)
                })
        }
        for kind in Reduction.Kind.allCases {
            for (outer, middle, inner) in [(4, 6, 1), (1, 24, 1), (2, 3, 4), (4, 3, 2), (1, 4, 6)] {
                let small = make(&machine, outer * inner) {
                    .reduce(Reduction(kind, input: x, output: $0, outer: outer, middle: middle, inner: inner))
                }
                terms.append(
                    make(&machine, count) {
                        .broadcast(Operand(small, inner: count / (outer * inner), period: outer * inner), output: $0)
                    })
            }
        }
        products(&machine, &terms)
        tables(&machine, &terms)
        terms.append(make(&machine, count) { .softmax(input: x, output: $0, rows: 6, width: 4) })

        let weights = machine.random.floats(terms.count)
        var sum = machine.temporary(count)
        machine.then(.affine(scale: weights[0], shift: 0, input: terms[0], output: sum))
        for (number, term) in terms.enumerated().dropFirst() {
            machine.then(.affine(scale: weights[number], shift: -0.1, input: term, output: term))
            let next = number == terms.count - 1 ? machine.output : machine.temporary(count)
            machine.then(
                .binary(.add, left: Operand(sum, period: count), right: Operand(term, period: count), output: next))
            sum = next
        }
        return Kind(name: "instructions", content: machine.content(transform: .squareRoot))
    }

    /// `[2, 3, 4]` by `[2, 4, 4]` in every layout, stride and order.
    private static func products(_ machine: inout Machine, _ terms: inout [Int]) {
        for transposeLeft in [false, true] {
            for transposeRight in [false, true] {
                for (leftStride, rightStride) in [(12, 0), (0, 16), (12, 16), (4, 8), (0, 0)] {
                    for isConstant in [false, true] {
                        let right =
                            isConstant ? machine.weights(32, depth: 4) : machine.temporary(32)
                        if !isConstant {
                            machine.then(.broadcast(Operand(machine.input, period: 24), output: right))
                        }
                        let bias = machine.weights(4)
                        let result = machine.temporary(24)
                        machine.then(
                            .matmul(
                                MatrixProduct(
                                    left: machine.input, right: right, output: result,
                                    bias: leftStride == 12 ? bias : nil, batch: 2, rows: 3, columns: 4, depth: 4,
                                    leftStride: leftStride, rightStride: rightStride,
                                    transposeLeft: transposeLeft, transposeRight: transposeRight,
                                    activation: rightStride == 16 ? .tanh : .identity)))
                        terms.append(result)
                    }
                }
                // One matrix that is read transposed from what is computed.
                let result = machine.temporary(24), right = machine.weights(16, depth: 4)
                machine.then(
                    .matmul(
                        MatrixProduct(
                            left: machine.input, right: right, output: result, rows: 6, columns: 4, depth: 4,
                            transposeLeft: transposeLeft, transposeRight: transposeRight)))
                terms.append(result)
            }
        }
    }

    /// Rows named by what is computed, beyond the table on both sides, and by constants.
    private static func tables(_ machine: inout Machine, _ terms: inout [Int]) {
        let table = machine.weights(7 * 3)
        let named = machine.constant([0, 6, 3.4, 3.6, -5, 99, 2, 1])
        let computed = machine.temporary(8)
        machine.then(.affine(scale: 3, shift: 2.2, input: machine.input, output: computed))
        for index in [named, computed] {
            let result = machine.temporary(24)
            machine.then(
                .gather(
                    Gather(table: table, index: .buffer(index), output: result, entries: 7, width: 3, count: 8)))
            terms.append(result)
        }
    }

    /// Slices, concatenations, padding, transposes, rows over rows.
    static var movement: Kind {
        var machine = Machine(StudentShape(history: 4, horizon: 5, nodes: 4, channels: 3), seed: 41)
        let (x, count) = (machine.input, 60)
        let late = machine.program.add(Buffer(.history, offset: 12, count: 24))
        let uneven = machine.program.add(Buffer(.history, offset: 7, count: 20))
        var parts: [(buffer: Int, count: Int)] = []
        func add(_ machine: inout Machine, _ count: Int, _ instructions: (Int) -> [Instruction]) {
            let result = machine.temporary(count)
            for instruction in instructions(result) { machine.then(instruction) }
            parts.append((result, count))
        }
        let zero = machine.constant([0]), edge = machine.constant([1, 2])
        add(&machine, 24) { [.unary(.tanh, input: late, output: $0)] }
        add(&machine, 20) { [.unary(.tanh, input: uneven, output: $0)] }
        add(&machine, 16) { [.copy(.slice(input: x, output: $0, outer: 16, inner: 1, start: 2, width: 3))] }
        add(&machine, 24) { [.copy(.slice(input: x, output: $0, outer: 4, inner: 6, start: 3, width: 12))] }
        add(&machine, 9) {
            [.copy(BlockCopy(input: x, output: $0, outer: 3, inner: 3, inputStart: 5, inputStride: 7, outputStride: 3))]
        }
        add(&machine, 80) {
            [
                .copy(.part(input: x, output: $0, outer: 4, inner: 12, start: 8, width: 20)),
                .copy(
                    BlockCopy(
                        input: x, output: $0, outer: 4, inner: 8, inputStart: 1, inputStride: 12, outputStride: 20)),
            ]
        }
        add(&machine, 64) {
            [
                .broadcast(Operand(zero, period: 1), output: $0),
                .copy(.part(input: x, output: $0, outer: 4, inner: 12, start: 3, width: 16)),
            ]
        }
        add(&machine, 64) {
            [
                .broadcast(Operand(edge, inner: 3, period: 2), output: $0),
                .copy(.part(input: x, output: $0, outer: 4, inner: 5, start: 2, width: 16)),
                .copy(.part(input: late, output: $0, outer: 4, inner: 4, start: 9, width: 16)),
            ]
        }
        add(&machine, 48) {
            [
                .unary(.absolute, input: x, output: $0),
                .copy(
                    BlockCopy(
                        input: x, output: $0, outer: 3, inner: 4, inputStart: 2, inputStride: 5, outputStart: 1,
                        outputStride: 11)),
                .copy(
                    BlockCopy(
                        input: late, output: $0, outer: 1, inner: 4, inputStride: 0, outputStart: 30, outputStride: 0)),
            ]
        }
        for permutation in [[2, 1, 0], [1, 0, 2], [0, 2, 1], [2, 0, 1]] {
            add(&machine, 48) {
                [.transpose(Transposition(input: x, output: $0, shape: [4, 4, 3], permutation: permutation))]
            }
        }
        add(&machine, 16) {
            [.transpose(Transposition(input: late, output: $0, shape: [2, 1, 2, 2, 2], permutation: [3, 1, 0, 4, 2]))]
        }
        let total = parts.reduce(0) { $0 + $1.count }
        let all = machine.temporary(total)
        var start = 0
        for part in parts {
            machine.then(
                .copy(.part(input: part.buffer, output: all, outer: 1, inner: part.count, start: start, width: total)))
            start += part.count
        }
        _ = machine.dense(all, rows: 1, depth: total, columns: count, to: machine.output)
        return Kind(name: "movement", content: machine.content(missing: .center))
    }
}
