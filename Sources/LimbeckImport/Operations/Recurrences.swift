import LimbeckCompute
import LimbeckONNX

extension SupportedOperations {
    /// Layers over time, unrolled: the input's part of all steps is one product, the state's one a step.
    static let recurrences: [String: Handler] = [
        "LSTM": { try Recurrence($0, gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"]).run() },
        "GRU": { try Recurrence($0, gates: 3, activations: ["Sigmoid", "Tanh"]).run() },
        "RNN": { try Recurrence($0, gates: 1, activations: ["Tanh"]).run() },
    ]
}

/// A recurrent node: X `[T, B, I]`, W `[D, G·U, I]`, R `[D, G·U, U]`, B `[D, 2·G·U]` → Y `[T, D, B, U]`
/// and the last states `[D, B, U]`. Gates are in the order of ONNX: i, o, f, c and z, r, h.
struct Recurrence {
    let site: NodeSite
    let gates: Int
    let steps, rows, units, directions: Int
    let isReversed: [Bool]
    let functions: [String]
    let x, weight, state: Tensor
    let bias: Tensor?

    init(_ site: NodeSite, gates: Int, activations: [String]) throws {
        self.site = site
        self.gates = gates
        (x, weight, state) = (try site.tensor(0), try site.tensor(1), try site.tensor(2))
        guard x.shape.rank == 3, weight.shape.rank == 3, state.shape.rank == 3 else {
            throw site.malformed("\(x.shape), \(weight.shape) and \(state.shape) should each have three axes")
        }
        let direction = try site.text("direction", "forward")
        switch direction {
        case "forward": isReversed = [false]
        case "reverse": isReversed = [true]
        case "bidirectional": isReversed = [false, true]
        default: throw site.malformed("there is no direction \(direction)")
        }
        (steps, rows, units, directions) = (x.shape[0], x.shape[1], state.shape[2], isReversed.count)
        guard weight.shape == [directions, gates * units, x.shape[2]],
            state.shape == [directions, gates * units, units]
        else { throw site.malformed("weights \(weight.shape) and \(state.shape) do not fit \(x.shape)") }
        bias = site.has(3) ? try site.tensor(3) : nil
        if let bias, bias.shape.extents != [directions, 2 * gates * units] {
            throw site.malformed("a bias \(bias.shape) for \(units) units")
        }
        _ = try site.fitting([steps, directions, rows, gates * units])
        guard try site.integer("layout", 0) == 0 else { throw site.unsupported("layout 1") }
        guard site.node.attributes["clip"] == nil else { throw site.unsupported("clip") }
        guard try site.integer("input_forget", 0) == 0, !site.has(7) else {
            throw site.unsupported("input_forget or peepholes")
        }
        if site.has(4) {
            guard try site.integers(4).allSatisfy({ [steps] in $0 == steps }) else {
                throw site.unsupported("sequences of several lengths")
            }
        }
        let all = (0..<directions).flatMap { _ in activations }
        if case .texts(let names) = site.node.attributes["activations"] {
            guard names.count == all.count else { throw site.malformed("\(names.count) activations") }
            functions = names
        } else {
            functions = all
        }
    }

    func run() throws -> [Value] {
        var outputs: [Tensor] = [], hidden: [Tensor] = [], cells: [Tensor] = []
        for direction in 0..<directions {
            let (states, cell) = try run(direction)
            outputs.append(concatenate(states.map { $0.reshaped([1, 1, rows, units]) }, axis: 0))
            let last = isReversed[direction] ? states[0] : states[steps - 1]
            hidden.append(last.reshaped([1, rows, units]))
            if let cell { cells.append(cell.reshaped([1, rows, units])) }
        }
        let results = [concatenate(outputs, axis: 1), concatenate(hidden, axis: 0)]
        return (results + (cells.isEmpty ? [] : [concatenate(cells, axis: 0)])).map { .tensor($0) }
    }

    /// The states in order of time, and the last cell.
    private func run(_ direction: Int) throws -> ([Tensor], Tensor?) {
        func own(_ x: Tensor) -> Tensor {
            x.sliced(axis: 0, start: direction, length: 1).reshaped(Shape(Array(x.shape.extents.dropFirst())))
        }
        let width = gates * units
        let ofState = own(state)
        let inputBias = bias.map { own($0).sliced(axis: 0, start: 0, length: width) }
        let stateBias = bias.map { own($0).sliced(axis: 0, start: width, length: width) }
        let isGRU = gates == 3
        var given = x.reshaped([steps * rows, x.shape[2]]).matmul(own(weight), transposeOther: true)
        if let inputBias, let stateBias { given = given + (isGRU ? inputBias : inputBias + stateBias) }
        let kinds = functions.count / directions
        let functions = Array(self.functions[direction * kinds..<(direction + 1) * kinds])
        var h = try initial(5, direction), cell = gates == 4 ? try initial(6, direction) : nil
        var states = [Tensor?](repeating: nil, count: steps)
        for index in 0..<steps {
            let step = isReversed[direction] ? steps - 1 - index : index
            let now = given.sliced(axis: 0, start: step * rows, length: rows)
            let next: Tensor
            switch gates {
            case 4: (next, cell) = try long(now, h, cell, ofState, functions)
            case 3: next = try gated(now, h, ofState, stateBias, functions)
            default: next = try activation(functions[0], now + h.matmul(ofState, transposeOther: true))
            }
            states[step] = next
            h = next
        }
        return (states.compactMap { $0 }, cell)
    }

    /// i, o, f, c: c' = f c + i g, h' = o tanh(c').
    private func long(
        _ given: Tensor, _ h: Tensor, _ cell: Tensor?, _ weight: Tensor, _ functions: [String]
    ) throws -> (Tensor, Tensor?) {
        let sum = given + h.matmul(weight, transposeOther: true)
        let input = try activation(functions[0], gate(sum, 0)), output = try activation(functions[0], gate(sum, 1))
        let forget = try activation(functions[0], gate(sum, 2)), new = try activation(functions[1], gate(sum, 3))
        let next = cell.map { forget * $0 + input * new } ?? input * new
        return (output * (try activation(functions[2], next)), next)
    }

    /// z, r, h: n = tanh(x + r (h R + b)) or tanh(x + (r h) R + b), h' = (1 − z) n + z h.
    private func gated(
        _ given: Tensor, _ h: Tensor, _ weight: Tensor, _ bias: Tensor?, _ functions: [String]
    ) throws -> Tensor {
        func rows(_ index: Int, _ count: Int) -> Tensor {
            weight.sliced(axis: 0, start: index * units, length: count * units)
        }
        func part(_ index: Int, _ count: Int) -> Tensor? {
            bias?.sliced(axis: 0, start: index * units, length: count * units)
        }
        func product(_ h: Tensor, _ index: Int, _ count: Int) -> Tensor {
            let product = h.matmul(rows(index, count), transposeOther: true)
            return part(index, count).map { product + $0 } ?? product
        }
        let sum = given.sliced(axis: 1, start: 0, length: 2 * units) + product(h, 0, 2)
        let update = try activation(functions[0], gate(sum, 0)), reset = try activation(functions[0], gate(sum, 1))
        let memory =
            try site.integer("linear_before_reset", 0) != 0 ? reset * product(h, 2, 1) : product(reset * h, 2, 1)
        let new = try activation(functions[1], gate(given, 2) + memory)
        return new + update * (h - new)
    }

    private func gate(_ sum: Tensor, _ index: Int) -> Tensor {
        sum.sliced(axis: 1, start: index * units, length: units)
    }

    /// A state given, or zeros: `[B, U]`.
    private func initial(_ input: Int, _ direction: Int) throws -> Tensor {
        guard site.has(input) else {
            return site.trace.constant([Float](repeating: 0, count: units), [1, units]).broadcast(to: [rows, units])
        }
        let given = try site.tensor(input)
        guard given.shape == [directions, rows, units] else {
            throw site.malformed("a state \(given.shape) for \(rows) rows of \(units) units")
        }
        return given.sliced(axis: 0, start: direction, length: 1).reshaped([rows, units])
    }

    private func activation(_ name: String, _ x: Tensor) throws -> Tensor {
        switch name.lowercased() {
        case "sigmoid": return sigmoid(x)
        case "tanh": return tanh(x)
        case "relu": return relu(x)
        case "hardsigmoid": return try site.hardSigmoid(x, 0.2, 0.5)
        case "affine" where site.node.attributes["activation_alpha"] == nil: return x
        default: throw site.unsupported("the activation \(name)")
        }
    }
}
