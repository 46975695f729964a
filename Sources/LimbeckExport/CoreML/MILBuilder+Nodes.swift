import LimbeckONNX

extension MILBuilder {
    /// One node as operations of iOS 15.
    mutating func write(_ node: ONNXNode) throws {
        if let type = Self.unary[node.operation] { try add(type, [("x", .value(node.inputs[0]))], node); return }
        if let type = Self.binary[node.operation] { return try binary(type, node) }
        if let type = Self.comparison[node.operation] {
            try add(type, [("x", .value(node.inputs[0])), ("y", .value(node.inputs[1]))], node, element: .flag)
            return
        }
        let x = Argument.value(node.inputs[0])
        switch node.operation {
        case "Div": try binary(element(node.inputs[0]) == .int32 ? "floor_div" : "real_div", node)
        case "Neg": try add("mul", [("x", x), ("y", .float(-1))], node)
        case "Reciprocal": try add("real_div", [("x", .float(1)), ("y", x)], node)
        case "Log": try add("log", [("x", x), ("epsilon", .float(0))], node)
        case "Gelu": try add("gelu", [("x", x), ("mode", .text("EXACT"))], node)
        case "IsNaN": try add("not_equal", [("x", x), ("y", x)], node, element: .flag)
        case "Clip":
            let low = Argument.value(node.inputs[1]), high = Argument.value(node.inputs[2])
            let raised = try add("maximum", [("x", x), ("y", low)], node, as: "raised")
            try add("minimum", [("x", .value(raised)), ("y", high)], node)
        case "Where":
            try add(
                "select", [("cond", x), ("a", .value(node.inputs[1])), ("b", .value(node.inputs[2]))], node,
                element: element(node.inputs[1]))
        case "Cast":
            let isFloat = node.attributes["to"].isInteger(1)
            try add(
                "cast", [("x", x), ("dtype", .text(isFloat ? "fp32" : "int32"))], node,
                element: isFloat ? .float32 : .int32)
        case "DequantizeLinear": try addDequantized(node)
        case "MatMul", "Gemm": try product(node)
        case "Conv": try convolution(node)
        case "ReduceSum", "ReduceMean", "ReduceMax": try reduction(node)
        case "Softmax": try add("softmax", [("x", x), ("axis", .integer(-1))], node)
        default: try move(node, x)
        }
    }

    private static let unary = [
        "Abs": "abs", "Sign": "sign", "Exp": "exp", "Sqrt": "sqrt", "Relu": "relu", "Sigmoid": "sigmoid",
        "Tanh": "tanh", "Softplus": "softplus", "Erf": "erf", "Round": "round", "Identity": "identity",
    ]

    private static let binary = [
        "Add": "add", "Sub": "sub", "Mul": "mul", "Mod": "mod", "Max": "maximum", "Min": "minimum",
    ]

    private static let comparison = [
        "Less": "less", "LessOrEqual": "less_equal", "Greater": "greater", "GreaterOrEqual": "greater_equal",
    ]

    private mutating func binary(_ type: String, _ node: ONNXNode) throws {
        try add(type, [("x", .value(node.inputs[0])), ("y", .value(node.inputs[1]))], node)
    }

    private mutating func product(_ node: ONNXNode) throws {
        let hasBias = node.inputs.count > 2
        let result = try add(
            "matmul",
            [
                ("x", .value(node.inputs[0])), ("y", .value(node.inputs[1])),
                ("transpose_x", .flag(node.attributes["transA"].isInteger(1))),
                ("transpose_y", .flag(node.attributes["transB"].isInteger(1))),
            ], node, as: hasBias ? "product" : nil)
        if hasBias { try add("add", [("x", .value(result)), ("y", .value(node.inputs[2]))], node) }
    }

    private mutating func convolution(_ node: ONNXNode) throws {
        let pads = node.attributes["pads"].numbers
        let weight = node.inputs[1]
        var arguments: [(String, Argument)] = [("x", .value(node.inputs[0])), ("weight", .value(weight))]
        if node.inputs.count > 2 { arguments.append(("bias", .value(node.inputs[2]))) }
        arguments += [
            ("strides", .integers(node.attributes["strides"].numbers)), ("pad_type", .text("custom")),
            // Before and after, axis by axis.
            ("pad", .integers([pads[0], pads[2], pads[1], pads[3]])),
            ("dilations", .integers(node.attributes["dilations"].numbers)),
            ("groups", .integer(node.attributes["group"].numbers[0])),
        ]
        try add("conv", arguments, node)
    }

    private mutating func reduction(_ node: ONNXNode) throws {
        let axes =
            try node.inputs.count > 1 ? integers(node, 1).map { Int($0) } : node.attributes["axes"].numbers
        let type = ["ReduceSum": "reduce_sum", "ReduceMean": "reduce_mean"][node.operation] ?? "reduce_max"
        try add(
            type,
            [
                ("x", .value(node.inputs[0])), ("axes", .integers(axes)),
                ("keep_dims", .flag(node.attributes["keepdims"].isInteger(1))),
            ], node)
    }

    /// Nodes that move elements.
    private mutating func move(_ node: ONNXNode, _ x: Argument) throws {
        let before = shape(node.inputs[0]), after = shape(node.outputs[0])
        switch node.operation {
        case "Reshape": try add("reshape", [("x", x), ("shape", .integers(after))], node)
        case "Transpose":
            try add("transpose", [("x", x), ("perm", .integers(node.attributes["perm"].numbers))], node)
        case "Slice":
            var begin = before.map { _ in 0 }
            for (axis, start) in zip(try integers(node, 3), try integers(node, 1)) { begin[Int(axis)] = Int(start) }
            try add("slice_by_size", [("x", x), ("begin", .integers(begin)), ("size", .integers(after))], node)
        case "Pad":
            let pads = try integers(node, 1).map { Int($0) }
            let pairs = before.indices.flatMap { [pads[$0], pads[$0 + before.count]] }
            try add(
                "pad",
                [("x", x), ("pad", .integers(pairs)), ("mode", .text("constant")), ("constant_val", .float(0))], node)
        case "Concat":
            try add(
                "concat",
                [
                    ("values", .values(node.inputs)), ("axis", .integer(node.attributes["axis"].numbers[0])),
                    ("interleave", .flag(false)),
                ], node)
        case "Gather":
            try add("gather", [("x", x), ("indices", .value(node.inputs[1])), ("axis", .integer(0))], node)
        case "Expand":
            let extents = Array(repeating: 1, count: after.count - before.count) + before
            let raised = try add(
                "reshape", [("x", x), ("shape", .integers(extents))], node, shape: extents, as: "raised")
            let repeats = zip(after, extents).map { $0 / $1 }
            try add("tile", [("x", .value(raised)), ("reps", .integers(repeats))], node)
        default: throw graph.unsupported(node, "has no counterpart")
        }
    }
}

extension ONNXAttribute? {
    func isInteger(_ number: Int64) -> Bool {
        if case .integer(number) = self { true } else { false }
    }

    /// Whole numbers, none where there is no such attribute.
    var numbers: [Int] {
        switch self {
        case .integer(let number): [Int(number)]
        case .integers(let numbers): numbers.map { Int($0) }
        default: []
        }
    }
}
