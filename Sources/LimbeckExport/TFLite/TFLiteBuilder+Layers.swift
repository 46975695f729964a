import LimbeckONNX

extension TFLiteBuilder {
    /// A fully connected layer where the right side is a matrix of weights, which it stores transposed;
    /// else a product of matrices.
    mutating func product(_ node: ONNXNode) throws {
        let isTransposed = (
            left: node.attributes["transA"].isInteger(1), right: node.attributes["transB"].isInteger(1)
        )
        let left = try value(node, 0)
        if !isTransposed.left, let weight = source(node.inputs[1]), weight.dimensions.count == 2,
            case .floats(let values) = weight.values
        {
            let name = node.inputs[1] + (isTransposed.right ? "" : ".transposed")
            let right = try constant(name, node) {
                isTransposed.right ? weight : Self.transposed(weight, values, name)
            }
            let columns = model.tensors[right].shape[0]
            let bias =
                node.inputs.count > 2 && constants[node.inputs[2]]?.dimensions == [columns]
                ? try value(node, 2) : nil
            let isWhole = node.inputs.count < 3 || bias != nil
            let result = try add(
                .fullyConnected, [left, right] + (bias.map { [$0] } ?? []), node, .fullyConnected,
                as: isWhole ? nil : "product")
            if !isWhole { try add(.add, [result, try value(node, 2)], node, .add) }
            return
        }
        let right = try value(node, 1)
        let hasBias = node.inputs.count > 2
        let result = try add(
            .batchMatmul, [left, right], node, .batchMatmul(left: isTransposed.left, right: isTransposed.right),
            as: hasBias ? "product" : nil)
        if hasBias { try add(.add, [result, try value(node, 2)], node, .add) }
    }

    private static func transposed(_ weight: ONNXTensor, _ values: [Float], _ name: String) -> ONNXTensor {
        let rows = weight.dimensions[0], columns = weight.dimensions[1]
        var made = weight
        made.name = name
        made.dimensions = [columns, rows]
        made.values = .floats((0..<rows * columns).map { values[$0 % rows * columns + $0 / rows] })
        return made
    }

    mutating func convolution(_ node: ONNXNode) throws {
        let image = try value(node, 0), kernel = try value(node, 1), bias = try value(node, 2)
        let strides = node.attributes["strides"].numbers, dilations = node.attributes["dilations"].numbers
        if node.operation == "DepthwiseConv" {
            let multiplier = (shape(node.inputs[1]).last ?? 1) / max(shape(node.inputs[0]).last ?? 1, 1)
            try add(
                .depthwiseConv2D, [image, kernel, bias], node,
                .depthwise(strides: strides, dilations: dilations, multiplier: multiplier))
        } else {
            try add(
                .conv2D, [image, kernel, bias], node, .convolution(strides: strides, dilations: dilations))
        }
    }

    /// Nodes that move elements.
    mutating func move(_ node: ONNXNode) throws {
        let before = shape(node.inputs[0]), after = shape(node.outputs[0])
        switch node.operation {
        case "Reshape", "Identity":
            let x = try value(node, 0)
            try add(.reshape, [x, list(after)], node)
        case "Transpose":
            let x = try value(node, 0)
            try add(.transpose, [x, list(node.attributes["perm"].numbers)], node)
        case "Slice":
            var begin = before.map { _ in 0 }
            for (axis, start) in zip(try integers(node, 3), try integers(node, 1)) { begin[axis] = start }
            let x = try value(node, 0)
            try add(.slice, [x, list(begin), list(after)], node)
        case "Pad":
            let pads = try integers(node, 1)
            let pairs = before.indices.flatMap { [pads[$0], pads[$0 + before.count]] }
            let x = try value(node, 0)
            try add(.pad, [x, list(pairs, shape: [before.count, 2])], node)
        case "Concat":
            let parts = try node.inputs.indices.map { try value(node, $0) }
            try add(.concatenation, parts, node, .concatenation(axis: node.attributes["axis"].numbers[0]))
        case "Gather":
            let x = try value(node, 0), rows = try value(node, 1)
            try add(.gather, [x, rows], node, .gather)
        case "Expand":
            let x = try value(node, 0)
            try add(.broadcastTo, [x, list(after)], node)
        default: throw graph.unsupported(node, "has no counterpart among the built-in operators")
        }
    }
}
