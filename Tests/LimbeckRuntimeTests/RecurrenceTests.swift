import Foundation
import Testing

@testable import LimbeckRuntime

@Suite struct RecurrenceTests {
    @Test func `one unit over two steps, by hand`() throws {
        // Gates r, z, n of each step; the state enters by weights 1, 1, 1.
        let gates: [Float] = [0, 0, 1, 0, 0, 0]
        let y = try Machine.run(gates, outputs: 2) {
            let weight = $0.constant([1, 1, 1])
            let scratch = $0.temporary(3)
            return .recur(
                Recurrence(
                    .gru, gates: $0.input, weight: weight, output: $0.output, scratch: scratch, steps: 2,
                    rows: 1, units: 1, keepsSteps: true))
        }
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let first = tanh(1.0) * 0.5
        let gate = sigmoid(first)
        let new = tanh(gate * first)
        #expect(distance(y, [Float(first), Float(new + gate * (first - new))]) < 1e-6)
    }

    /// The equations in the instruction's comment, in double precision; every state.
    static func reference(_ r: Recurrence, _ gates: [Float], _ weight: [Float], _ bias: [Float]?) -> [Float] {
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let wide = r.kind.gates * r.units
        var state = [Double](repeating: 0, count: r.rows * r.units)
        var cell = state
        var all: [Float] = []
        for step in 0..<r.steps {
            let old = state
            for row in 0..<r.rows {
                func given(_ gate: Int, _ unit: Int) -> Double {
                    Double(gates[(step * r.rows + row) * wide + gate * r.units + unit])
                }
                func own(_ gate: Int, _ unit: Int) -> Double {
                    let column = gate * r.units + unit
                    return (0..<r.units).reduce(Double(bias?[column] ?? 0)) {
                        $0 + old[row * r.units + $1] * Double(weight[$1 * wide + column])
                    }
                }
                for unit in 0..<r.units {
                    let index = row * r.units + unit
                    let first = sigmoid(given(0, unit) + own(0, unit))
                    let second = sigmoid(given(1, unit) + own(1, unit))
                    switch r.kind {
                    case .gru:
                        let new = tanh(given(2, unit) + first * own(2, unit))
                        state[index] = new + second * (old[index] - new)
                    case .lstm:
                        cell[index] = second * cell[index] + first * tanh(given(2, unit) + own(2, unit))
                        state[index] = sigmoid(given(3, unit) + own(3, unit)) * tanh(cell[index])
                    }
                }
            }
            all += state.map { Float($0) }
        }
        return all
    }

    @Test(arguments: Recurrence.Kind.allCases, [1, 2, 5, 8, 12, 16, 32, 33])
    func `every kernel set agrees with the equations`(_ kind: Recurrence.Kind, _ units: Int) throws {
        var random = SplitMix(UInt64(units))
        for (steps, rows, keeps, biased) in [
            (1, 1, false, true), (5, 1, true, true), (4, 7, false, false), (3, 9, true, true),
        ] {
            let gates = random.floats(steps * rows * kind.gates * units, in: -2...2)
            let weight = random.floats(units * kind.gates * units)
            let bias = random.floats(kind.gates * units)
            let count = (keeps ? steps : 1) * rows * units
            var machine = Machine(inputs: gates.count, outputs: count)
            let recurrence = Recurrence(
                kind, gates: machine.input, weight: machine.constant(weight),
                bias: biased ? machine.constant(bias) : nil, output: machine.output,
                scratch: machine.temporary(Recurrence.scratchCount(kind, rows: rows, units: units)),
                steps: steps, rows: rows, units: units, keepsSteps: keeps)
            machine.then(.recur(recurrence))
            let all = Self.reference(recurrence, gates, weight, biased ? bias : nil)
            let expected = Array(all.suffix(count))
            let student = try Student(machine.content)
            for set in KernelSet.all {
                let y = try student.copy(on: set).predict(history: gates, at: 0).values
                #expect(distance(y, expected) < 1e-5, "\(set.name) \(recurrence)")
            }
            var portable = [Float](repeating: 0, count: count)
            var scratch = [Float](repeating: .nan, count: Recurrence.scratchCount(kind, rows: rows, units: units))
            RecurrenceKernel.recur(
                recurrence, gates: gates, weight, biased ? bias : nil, scratch: &scratch, &portable)
            #expect(distance(portable, expected) < 1e-5, "portable \(recurrence)")
        }
    }
}
