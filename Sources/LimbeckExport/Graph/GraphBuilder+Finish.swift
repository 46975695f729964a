import LimbeckONNX
import LimbeckRuntime

extension GraphBuilder {
    /// Nodes and constants that `outputs` need, each output under the name it is given.
    /// Where `halves`, floats that half precision holds exactly are stored so.
    func finished(
        _ outputs: [(value: GraphValue, name: String)], halves: Bool
    ) -> (nodes: [ONNXNode], initializers: [ONNXTensor]) {
        var nodes = nodes
        var names: [String: String] = [:]
        let made = Set(nodes.flatMap(\.outputs))
        for (value, name) in outputs {
            if made.contains(value.name), names[value.name] == nil {
                names[value.name] = name
            } else {
                nodes.append(ONNXNode("Identity", name: name, inputs: [value.name], outputs: [name]))
            }
        }
        var needed = Set(outputs.map(\.name))
        var kept: [ONNXNode] = []
        for var node in nodes.reversed() {
            node.inputs = node.inputs.map { names[$0] ?? $0 }
            node.outputs = node.outputs.map { names[$0] ?? $0 }
            guard node.outputs.contains(where: { !$0.isEmpty && needed.contains($0) }) else { continue }
            needed.formUnion(node.inputs)
            kept.append(node)
        }
        var constants = initializers.filter { needed.contains($0.name) }
        var casts: [ONNXNode] = []
        if halves {
            for index in constants.indices where Self.isHalf(constants[index]) {
                let name = constants[index].name
                constants[index].name = name + ".half"
                constants[index].element = .float16
                casts.append(
                    ONNXNode(
                        "Cast", name: name, inputs: [constants[index].name], outputs: [name],
                        attributes: ["to": .integer(1)]))
            }
        }
        return (casts + kept.reversed(), constants)
    }

    /// More than a few floats, each of them a half precision number.
    private static func isHalf(_ tensor: ONNXTensor) -> Bool {
        guard tensor.element == .float32, case .floats(let values) = tensor.values, values.count > 64 else {
            return false
        }
        return WeightTensor.float16(nearest: values).values == values
    }
}
