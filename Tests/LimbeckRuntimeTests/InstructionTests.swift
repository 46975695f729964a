import Foundation
import Testing

@testable import LimbeckRuntime

@Suite struct InstructionTests {
    @Test(arguments: UnaryKind.allCases)
    func `unary functions by hand`(_ kind: UnaryKind) throws {
        let x: [Float] = [-2, -0.5, 0, 0.5, 2, 3, 0.25, -1, 4]
        let function: (Double) -> Double =
            switch kind {
            case .identity: { $0 }
            case .negate: { -$0 }
            case .absolute: { abs($0) }
            case .sign: { $0 > 0 ? 1 : ($0 < 0 ? -1 : 0) }
            case .exponential: { exp($0) }
            case .logarithm: { log($0) }
            case .squareRoot: { $0.squareRoot() }
            case .reciprocal: { 1 / $0 }
            case .square: { $0 * $0 }
            case .relu: { max($0, 0) }
            case .sigmoid: { 1 / (1 + exp(-$0)) }
            case .tanh: { tanh($0) }
            case .softplus: { log1p(exp($0)) }
            case .erf: { erf($0) }
            case .gelu: { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }
            }
        let y = try Machine.run(x, outputs: x.count) {
            .unary(kind, input: $0.input, output: $0.output)
        }
        for (value, input) in zip(y, x) {
            let expected = function(Double(input))
            if expected.isNaN {
                #expect(value.isNaN)
            } else if expected.isInfinite {
                #expect(Double(value) == expected)
            } else {
                #expect(abs(Double(value) - expected) <= 1e-6 * max(1, abs(expected)))
            }
        }
    }

    @Test func `affine scales and shifts`() throws {
        let y = try Machine.run([1, 2, -3], outputs: 3) {
            .affine(scale: 2, shift: 0.5, input: $0.input, output: $0.output)
        }
        #expect(y == [2.5, 4.5, -5.5])
    }

    @Test(arguments: BinaryKind.allCases)
    func `binary functions by hand`(_ kind: BinaryKind) throws {
        let expected: [Float] =
            switch kind {
            case .add: [5, -3, 4]
            case .subtract: [-3, 7, 0]
            case .multiply: [4, -10, 4]
            case .divide: [0.25, -0.4, 1]
            case .maximum: [4, 2, 2]
            case .minimum: [1, -5, 2]
            case .greater: [0, 1, 0]
            }
        let y = try Machine.run([1, 2, 2], outputs: 3) { machine in
            let other = machine.constant([4, -5, 2])
            return .binary(
                kind, left: Operand(machine.input, period: 3), right: Operand(other, period: 3),
                output: machine.output)
        }
        #expect(distance(y, kind == .divide ? [0.25, -0.4, 1] : expected) < 1e-7)
    }

    /// Every pattern over 24 elements against the definition.
    @Test func `broadcast patterns read (i / inner) % period`() throws {
        let patterns = [
            (1, 24), (1, 1), (1, 2), (1, 6), (6, 4), (3, 2), (2, 12), (5, 3), (24, 1), (7, 9),
            (1, 7), (100, 2),
        ]
        for (innerA, periodA) in patterns {
            for (innerB, periodB) in patterns {
                let a = (0..<periodA).map { Float($0) }
                let b = (0..<periodB).map { Float($0) * 100 }
                let y = try Machine.run(a, outputs: 24) { machine in
                    let right = machine.constant(b)
                    return .binary(
                        .add, left: Operand(machine.input, inner: innerA, period: periodA),
                        right: Operand(right, inner: innerB, period: periodB),
                        output: machine.output)
                }
                let expected = (0..<24).map {
                    a[($0 / innerA) % periodA] + b[($0 / innerB) % periodB]
                }
                #expect(y == expected, "\(innerA) \(periodA) with \(innerB) \(periodB)")
            }
            let a = (0..<periodA).map { Float($0) }
            let y = try Machine.run(a, outputs: 24) {
                .broadcast(
                    Operand($0.input, inner: innerA, period: periodA), output: $0.output)
            }
            #expect(y == (0..<24).map { a[($0 / innerA) % periodA] })
        }
    }

    @Test func `transpose permutes axes`() throws {
        // [2, 3] → [3, 2]
        let flat = try Machine.run([1, 2, 3, 4, 5, 6], outputs: 6) {
            .transpose(
                Transposition(
                    input: $0.input, output: $0.output, shape: [2, 3], permutation: [1, 0]))
        }
        #expect(flat == [1, 4, 2, 5, 3, 6])
        let shape = [2, 3, 4, 5]
        let x = (0..<120).map { Float($0) }
        for permutation in [[3, 1, 0, 2], [0, 2, 1, 3], [2, 3, 0, 1], [0, 1, 2, 3]] {
            let y = try Machine.run(x, outputs: 120) {
                .transpose(
                    Transposition(
                        input: $0.input, output: $0.output, shape: shape, permutation: permutation))
            }
            var expected: [Float] = []
            let out = permutation.map { shape[$0] }
            for i in 0..<out[0] {
                for j in 0..<out[1] {
                    for k in 0..<out[2] {
                        for l in 0..<out[3] {
                            var at = [0, 0, 0, 0]
                            for (position, value) in [i, j, k, l].enumerated() {
                                at[permutation[position]] = value
                            }
                            expected.append(Float(((at[0] * 3 + at[1]) * 4 + at[2]) * 5 + at[3]))
                        }
                    }
                }
            }
            #expect(y == expected)
        }
    }

    @Test func `a slice and a concatenation are strided copies`() throws {
        // [2, 3], columns 1 and 2.
        let slice = try Machine.run([1, 2, 3, 4, 5, 6], outputs: 4) {
            .copy(
                .slice(input: $0.input, output: $0.output, outer: 2, inner: 2, start: 1, width: 3))
        }
        #expect(slice == [2, 3, 5, 6])
        var machine = Machine(inputs: 4, outputs: 6)
        let right = machine.constant([9, 8])
        machine.then(
            .copy(
                .part(
                    input: machine.input, output: machine.output, outer: 2, inner: 2, start: 0,
                    width: 3)))
        machine.then(
            .copy(
                .part(input: right, output: machine.output, outer: 2, inner: 1, start: 2, width: 3))
        )
        #expect(try machine.run([1, 2, 3, 4]) == [1, 2, 9, 3, 4, 8])
    }

    @Test func `reductions run over the middle axis`() throws {
        let x: [Float] = [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6]  // [2, 3, 2]
        func reduce(_ kind: Reduction.Kind) throws -> [Float] {
            try Machine.run(x, outputs: 4) {
                .reduce(
                    Reduction(
                        kind, input: $0.input, output: $0.output, outer: 2, middle: 3, inner: 2))
            }
        }
        #expect(try reduce(.sum) == [9, 12, -9, -12])
        #expect(distance(try reduce(.mean), [3, 4, -3, -4]) < 1e-6)
        #expect(try reduce(.maximum) == [5, 6, -1, -2])
        let long = (0..<19).map { Float($0) }
        let sum = try Machine.run(long, outputs: 1) {
            .reduce(
                Reduction(.sum, input: $0.input, output: $0.output, outer: 1, middle: 19, inner: 1))
        }
        #expect(sum == [171])
    }

    @Test func `softmax rows sum to one and survive large values`() throws {
        let y = try Machine.run([0, Float(log(3.0)), 1000, 1000], outputs: 4) {
            .softmax(input: $0.input, output: $0.output, rows: 2, width: 2)
        }
        #expect(distance(y, [0.25, 0.75, 0.5, 0.5]) < 1e-6)
    }

    @Test func `gather by a buffer rounds and keeps within the table`() throws {
        let y = try Machine.run([1, 0.6, -7, 99, .nan], outputs: 10) { machine in
            let table = machine.constant([0, 1, 10, 11, 20, 21])
            return .gather(
                Gather(
                    table: table, index: .buffer(machine.input), output: machine.output,
                    entries: 3, width: 2, count: 5))
        }
        // A missing reading was replaced by the one before it, 99.
        #expect(y == [10, 11, 10, 11, 0, 1, 20, 21, 20, 21])
    }
}
