import LimbeckONNX

extension TFLiteBuilder {
    /// One node as built-in operators.
    mutating func write(_ node: ONNXNode) throws {
        // Weights that are halves stay so until they are read, in the order that their reader needs.
        if node.operation == "Cast", constants[node.inputs[0]]?.element == .float16 { return widen(node) }
        if let code = Self.unary[node.operation] {
            try add(code, [try value(node, 0)], node, code == .gelu ? .gelu : nil)
            return
        }
        if let code = Self.comparison[node.operation] { return try compare(code, node) }
        switch node.operation {
        case "Add": try pair(.add, node, .add)
        case "Sub": try pair(.sub, node, .sub)
        case "Mul": try pair(.mul, node, .mul)
        case "Div":
            let isWhole = element(try value(node, 0)) == .int32
            try pair(isWhole ? .floorDiv : .div, node, isWhole ? nil : .div)
        case "Mod": try pair(.floorMod, node)
        case "Max": try pair(.maximum, node)
        case "Min": try pair(.minimum, node)
        case "Reciprocal": try add(.div, [scalar(1), try value(node, 0)], node, .div)
        case "Softplus": try softplus(node)
        case "Erf": try erf(node)
        case "IsNaN":
            let x = try value(node, 0)
            try add(.notEqual, [x, x], node, element: .flag)
        case "Clip":
            let x = try value(node, 0), low = try value(node, 1), high = try value(node, 2)
            let raised = try add(.maximum, [x, low], node, as: "raised")
            try add(.minimum, [raised, high], node)
        case "Where":
            let condition = try value(node, 0), x = try value(node, 1), y = try value(node, 2)
            try add(.selectV2, [condition, x, y], node, element: element(x))
        case "Cast":
            let x = try value(node, 0)
            let kind: TFLiteTensor.Element = node.attributes["to"].isInteger(1) ? .float32 : .int32
            try add(.cast, [x], node, .cast(from: element(x), to: kind), element: kind)
        case "DequantizeLinear":
            let x = try value(node, 0), scales = try value(node, 1)
            let numbers = try add(
                .cast, [x], node, .cast(from: .int8, to: .float32), element: .float32, as: "numbers")
            try add(.mul, [numbers, scales], node, .mul)
        case "MatMul", "Gemm": try product(node)
        case "Conv", "DepthwiseConv": try convolution(node)
        case "ReduceSum": try reduce(.sum, node)
        case "ReduceMean": try reduce(.mean, node)
        case "ReduceMax": try reduce(.reduceMax, node)
        case "Softmax": try add(.softmax, [try value(node, 0)], node, .softmax)
        default: try move(node)
        }
    }

    static let unary: [String: TFLiteCode] = [
        "Abs": .abs, "Sign": .sign, "Exp": .exp, "Log": .log, "Sqrt": .sqrt, "Neg": .neg, "Relu": .relu,
        "Sigmoid": .logistic, "Tanh": .tanh, "Gelu": .gelu, "Round": .round,
    ]

    static let comparison: [String: TFLiteCode] = [
        "Less": .less, "LessOrEqual": .lessEqual, "Greater": .greater, "GreaterOrEqual": .greaterEqual,
    ]

    /// An input's tensor, of halves the widened one.
    mutating func value(_ node: ONNXNode, _ input: Int) throws -> Int {
        let name = node.inputs[input]
        guard let half = halves[name].flatMap({ constants[$0] }) else { return try tensor(name, node) }
        return try constant(name, node) { half }
    }

    private mutating func pair(_ code: TFLiteCode, _ node: ONNXNode, _ options: TFLiteOptions? = nil) throws {
        let x = try value(node, 0), y = try value(node, 1)
        try add(code, [x, y], node, options)
    }

    private mutating func compare(_ code: TFLiteCode, _ node: ONNXNode) throws {
        let left = shape(node.inputs[0]), right = shape(node.inputs[1])
        guard left == right || max(left.count, right.count) <= 4 else {
            throw graph.unsupported(node, "repeats one of its sides over more than 4 axes")
        }
        let x = try value(node, 0), y = try value(node, 1)
        try add(code, [x, y], node, element: .flag)
    }

    /// `max(x, 0) + log(1 + exp(−|x|))`
    private mutating func softplus(_ node: ONNXNode) throws {
        let x = try value(node, 0)
        let size = try add(.abs, [x], node, as: "size")
        let negated = try add(.neg, [size], node, as: "negated")
        let small = try add(.exp, [negated], node, as: "small")
        let raised = try add(.add, [small, scalar(1)], node, .add, as: "raised")
        let rest = try add(.log, [raised], node, as: "rest")
        let large = try add(.relu, [x], node, as: "large")
        try add(.add, [large, rest], node, .add)
    }

    /// `erf(x) = (gelu(y) + gelu(−y)) / y` with `y = √2 x`, as there is a GELU but no error function;
    /// beyond ±10 it is ±1 in floats.
    private mutating func erf(_ node: ONNXNode) throws {
        let x = try value(node, 0)
        let scaled = try add(.mul, [x, scalar(Float(2).squareRoot())], node, .mul, as: "scaled")
        let low = try add(.maximum, [scaled, scalar(-10)], node, as: "low")
        let y = try add(.minimum, [low, scalar(10)], node, as: "bounded")
        let negated = try add(.neg, [y], node, as: "negated")
        let first = try add(.gelu, [y], node, .gelu, as: "first")
        let second = try add(.gelu, [negated], node, .gelu, as: "second")
        let sum = try add(.add, [first, second], node, .add, as: "sum")
        // Near zero both halves are about y / 2 and cancel: there it is 2 / √π · x.
        let size = try add(.abs, [y], node, as: "size")
        let isSmall = try add(.less, [size, scalar(1e-3)], node, element: .flag, as: "isSmall")
        let divisor = try add(.selectV2, [isSmall, scalar(1), y], node, element: .float32, as: "divisor")
        let quotient = try add(.div, [sum, divisor], node, .div, as: "quotient")
        let line = try add(.mul, [y, scalar((2 / Float.pi).squareRoot())], node, .mul, as: "line")
        try add(.selectV2, [isSmall, line, quotient], node, element: .float32)
    }

    private mutating func reduce(_ code: TFLiteCode, _ node: ONNXNode) throws {
        let axes =
            try node.inputs.count > 1 ? integers(node, 1) : node.attributes["axes"].numbers
        let x = try value(node, 0)
        try add(
            code, [x, list(axes)], node, .reducer(keepsAxes: node.attributes["keepdims"].isInteger(1)))
    }

    /// The whole numbers of a constant that says how, such as axes.
    func integers(_ node: ONNXNode, _ input: Int) throws -> [Int] {
        guard node.inputs.indices.contains(input), case .integers(let values) = constants[node.inputs[input]]?.values
        else { throw graph.unsupported(node, "has no constant input \(input)") }
        return values.map { Int($0) }
    }
}
