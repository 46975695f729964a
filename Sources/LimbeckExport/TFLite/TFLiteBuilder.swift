import LimbeckONNX

/// A student's graph being written as a TensorFlow Lite model.
struct TFLiteBuilder {
    let graph: StudentGraph
    private(set) var model = TFLiteModel()
    /// By name in the graph.
    let constants: [String: ONNXTensor]
    private var numbers: [String: Int] = [:]
    /// Lists of whole numbers that say how, such as axes.
    private var lists: [[Int]: Int] = [:]
    private var scalars: [Float: Int] = [:]
    /// Operators here have no more axes.
    private static let largestRank = 5

    init(_ graph: StudentGraph) {
        self.graph = graph
        constants = Dictionary(uniqueKeysWithValues: graph.initializers.map { ($0.name, $0) })
        for (value, element) in [(graph.readings, TFLiteTensor.Element.float32), (graph.origin, .int32)] {
            numbers[value.name] = model.tensors.count
            model.inputs.append((value.name, model.tensors.count))
            model.tensors.append(TFLiteTensor(name: value.name, element: element, shape: value.shape))
        }
    }

    /// Writes every node. Throws `unsupportedOperation` naming what TensorFlow Lite has not.
    mutating func run() throws {
        for node in graph.nodes { try write(node) }
        let forecast = graph.forecast.name
        model.outputs = [(forecast, numbers[forecast] ?? 0)]
    }

    // MARK: Tensors

    func shape(_ name: String) -> [Int] { graph.shapes[name] ?? [] }

    func element(_ tensor: Int) -> TFLiteTensor.Element { model.tensors[tensor].element }

    /// A value's tensor; constants are written when they are first used.
    mutating func tensor(_ name: String, _ node: ONNXNode) throws -> Int {
        if let number = numbers[name] { return number }
        guard let constant = constants[name] else {
            throw graph.unsupported(node, "reads \(name), which nothing makes")
        }
        let number = try add(constant, node)
        numbers[name] = number
        return number
    }

    /// A constant, its halves as halves with the operator that widens them.
    mutating func add(_ constant: ONNXTensor, _ node: ONNXNode) throws -> Int {
        guard constant.dimensions.count <= Self.largestRank else {
            throw graph.unsupported(node, "reads a constant of \(constant.dimensions.count) axes")
        }
        var stored = constant
        let element: TFLiteTensor.Element
        switch constant.element {
        case .float16: element = .float16
        case .int8: element = .int8
        default:
            if case .integers = constant.values {
                stored.element = .int32
                element = .int32
            } else {
                element = .float32
            }
        }
        return append(
            TFLiteTensor(name: constant.name, element: element, shape: constant.dimensions, data: stored.raw))
    }

    /// A constant in place of the one of this name, such as a transposed one.
    mutating func constant(_ name: String, _ node: ONNXNode, _ make: () -> ONNXTensor) throws -> Int {
        if let number = numbers[name] { return number }
        let made = make()
        var number = try add(made, node)
        if made.element == .float16 { number = widened(number) }
        numbers[name] = number
        return number
    }

    /// The constant that a value shows, itself or a half that is widened.
    func source(_ name: String) -> ONNXTensor? {
        if let constant = constants[name] { return constant }
        return halves[name].flatMap { constants[$0] }
    }

    /// By name of a widened value: the halves.
    private(set) var halves: [String: String] = [:]

    mutating func widen(_ node: ONNXNode) { halves[node.outputs[0]] = node.inputs[0] }

    private mutating func widened(_ half: Int) -> Int {
        let own = model.tensors[half]
        let made = append(TFLiteTensor(name: own.name + ".wide", element: .float32, shape: own.shape))
        model.operators.append(TFLiteOperator(code: .dequantize, inputs: [half], outputs: [made]))
        return made
    }

    mutating func list(_ values: [Int], shape: [Int]? = nil) -> Int {
        let key = values + [-1] + (shape ?? [values.count])
        if let number = lists[key] { return number }
        let raw = ONNXTensor("", [values.count], integers: values.map { Int64($0) }, as: .int32).raw
        let number = append(
            TFLiteTensor(name: "list.\(lists.count)", element: .int32, shape: shape ?? [values.count], data: raw))
        lists[key] = number
        return number
    }

    mutating func scalar(_ value: Float) -> Int {
        if let number = scalars[value] { return number }
        let raw = ONNXTensor("", [], floats: [value]).raw
        let number = append(TFLiteTensor(name: "number.\(scalars.count)", element: .float32, shape: [], data: raw))
        scalars[value] = number
        return number
    }

    private mutating func append(_ tensor: TFLiteTensor) -> Int {
        model.tensors.append(tensor)
        return model.tensors.count - 1
    }

    // MARK: Operators

    /// Adds an operator whose result is what `node` makes, or another of its shape, or of `shape`.
    @discardableResult mutating func add(
        _ code: TFLiteCode, _ inputs: [Int], _ node: ONNXNode, _ options: TFLiteOptions? = nil,
        element: TFLiteTensor.Element? = nil, shape: [Int]? = nil, as suffix: String? = nil
    ) throws -> Int {
        let name = node.outputs[node.outputs.count - 1]
        let result = shape ?? self.shape(name)
        for rank in [result.count] + inputs.map({ model.tensors[$0].shape.count }) where rank > Self.largestRank {
            throw graph.unsupported(node, "has \(rank) axes, more than \(Self.largestRank)")
        }
        let kind = element ?? self.element(inputs[0])
        let output = append(
            TFLiteTensor(name: suffix.map { "\(name).\($0)" } ?? name, element: kind, shape: result))
        model.operators.append(TFLiteOperator(code: code, inputs: inputs, outputs: [output], options: options))
        if suffix == nil { numbers[name] = output }
        return output
    }
}
