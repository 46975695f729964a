import LimbeckONNX
import LimbeckRuntime

extension ProgramGraph {
    /// A recurrent layer step by step, for formats without one that puts the reset gate on the state's
    /// product and bias together.
    mutating func writeSteps(_ r: Recurrence) throws {
        guard r.steps <= Self.mostSteps else {
            throw unsupported("it takes \(r.steps) steps, and more than \(Self.mostSteps) are not written one by one")
        }
        let wide = r.kind.gates * r.units
        let gates = try read(r.gates, as: [r.steps, r.rows, wide])
        let weight = try read(r.weight, as: [r.units, wide])
        let bias = try r.bias.map { try read($0, as: [wide]) }
        let size = [r.rows, r.units]
        let zero = graph.floats([Float](repeating: 0, count: r.rows * r.units), size)
        var (state, cell) = (zero, zero)
        var states: [GraphValue] = []
        for step in 0..<r.steps {
            let gate = graph.reshape(
                graph.slice(gates, axis: 0, start: step, length: 1), [r.rows, wide])
            var own = graph.add("MatMul", [state, weight], [r.rows, wide])
            if let bias { own = graph.add("Add", [own, bias], own.shape) }
            switch r.kind {
            case .gru: state = gru(gate, own, state)
            case .lstm: (state, cell) = lstm(gate, own, cell)
            }
            states.append(state)
        }
        hold(.nothing, in: r.scratch)
        hold(r.keepsSteps ? graph.concatenate(states, outer: 1) : state, in: r.output)
    }

    private static var mostSteps: Int { 4096 }

    /// `n + z (h − n)` from the input's part and the state's.
    private mutating func gru(_ input: GraphValue, _ own: GraphValue, _ state: GraphValue) -> GraphValue {
        let units = state.shape[1]
        let both = pair("Add", part(input, 0, 2 * units), part(own, 0, 2 * units))
        let bent = graph.add("Sigmoid", [both], both.shape)
        let kept = pair("Mul", part(bent, 0, units), part(own, 2 * units, units))
        let new = pair("Add", part(input, 2 * units, units), kept)
        let candidate = graph.add("Tanh", [new], new.shape)
        let change = pair("Mul", part(bent, units, units), pair("Sub", state, candidate))
        return pair("Add", candidate, change)
    }

    private mutating func lstm(
        _ input: GraphValue, _ own: GraphValue, _ cell: GraphValue
    ) -> (state: GraphValue, cell: GraphValue) {
        let units = cell.shape[1]
        let all = pair("Add", input, own)
        func gate(_ number: Int, _ function: String) -> GraphValue {
            graph.add(function, [part(all, number * units, units)], cell.shape)
        }
        let (enters, stays) = (gate(0, "Sigmoid"), gate(1, "Sigmoid"))
        let (candidate, leaves) = (gate(2, "Tanh"), gate(3, "Sigmoid"))
        let next = pair("Add", pair("Mul", stays, cell), pair("Mul", enters, candidate))
        return (pair("Mul", leaves, graph.add("Tanh", [next], next.shape)), next)
    }

    /// Columns `start ..< start + width`.
    private mutating func part(_ value: GraphValue, _ start: Int, _ width: Int) -> GraphValue {
        graph.slice(value, axis: 1, start: start, length: width)
    }

    private mutating func pair(_ operation: String, _ left: GraphValue, _ right: GraphValue) -> GraphValue {
        graph.add(operation, [left, right], left.shape)
    }
}
