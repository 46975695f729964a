import LimbeckONNX
import LimbeckRuntime

extension ProgramGraph {
    /// ONNX's layers multiply their input themselves: the product that made the gates becomes the
    /// layer's own, or gates made otherwise go through an identity.
    mutating func write(_ r: Recurrence) throws {
        if !graph.dialect.hasLayers { return try writeSteps(r) }
        let wide = r.kind.gates * r.units
        let gates = try read(r.gates, r.steps * r.rows * wide)
        let order = r.kind.order.flatMap { gate in (0..<r.units).map { gate * r.units + $0 } }
        let input: GraphValue
        let inputWeight: GraphValue
        var inputBias = [Float](repeating: 0, count: wide)
        if let product = products[graph.root(gates).name], product.columns == wide {
            input = graph.reshape(product.left, [r.steps, r.rows, product.depth])
            let rows = order.flatMap { column in
                (0..<product.depth).map { product.weight[$0 * wide + column] }
            }
            inputWeight = graph.floats(rows, [1, wide, product.depth], name: "recurrent.input")
            if let bias = product.bias { inputBias = bias }
        } else {
            input = graph.reshape(gates, [r.steps, r.rows, wide])
            let rows = order.flatMap { column in (0..<wide).map { Float($0 == column ? 1 : 0) } }
            inputWeight = graph.floats(rows, [1, wide, wide], name: "recurrent.gates")
        }
        let bias = try bias(r, inputBias, order)
        let weight = try read(r.weight, as: [r.units, wide])
        let stateWeight = graph.reshape(
            rows(graph.transpose(weight, [1, 0]), order), [1, wide, r.units])

        var attributes: [String: ONNXAttribute] = ["hidden_size": .integer(Int64(r.units))]
        // The reset gate applies to the state's product and bias together.
        if r.kind == .gru { attributes["linear_before_reset"] = .integer(1) }
        let shape = r.keepsSteps ? [r.steps, 1, r.rows, r.units] : [1, r.rows, r.units]
        let result = graph.add(
            r.kind == .gru ? "GRU" : "LSTM", [input, inputWeight, stateWeight, bias], shape,
            attributes: attributes, output: r.keepsSteps ? 0 : 1)
        hold(.nothing, in: r.scratch)
        hold(result, in: r.output)
    }

    /// `[1, 2 · gates · units]`: the input's, then the state's.
    private mutating func bias(_ r: Recurrence, _ input: [Float], _ order: [Int]) throws -> GraphValue {
        let own = order.map { input[$0] }
        guard let number = r.bias else {
            return graph.floats(own + own.map { _ in 0 }, [1, 2 * own.count], name: "recurrent.bias")
        }
        let state = rows(try read(number, as: [own.count]), order)
        if let values = graph.constant(state) {
            return graph.floats(own + values, [1, 2 * own.count], name: "recurrent.bias")
        }
        let first = graph.floats(own, [own.count], name: "recurrent.bias")
        return graph.reshape(graph.concatenate([first, state], outer: 1), [1, 2 * own.count])
    }

    /// Rows of a matrix, or elements of a vector, in another order.
    private mutating func rows(_ value: GraphValue, _ order: [Int]) -> GraphValue {
        guard let values = graph.constant(value) else {
            return graph.add("Gather", [value, graph.vector(order)], value.shape)
        }
        let width = value.count / order.count
        let moved = order.flatMap { values[$0 * width..<($0 + 1) * width] }
        return graph.floats(Array(moved), value.shape, name: value.name)
    }
}

extension Recurrence.Kind {
    /// ONNX's gates by our numbers: z, r, h of r, z, n; i, o, f, c of i, f, k, o.
    var order: [Int] { self == .gru ? [1, 0, 2] : [0, 3, 1, 2] }
}
