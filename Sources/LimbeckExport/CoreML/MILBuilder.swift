import LimbeckONNX

/// A student's graph being written as an ML Program.
struct MILBuilder {
    let graph: StudentGraph
    private(set) var program = MILProgram()
    private(set) var blobs = WeightBlobs()
    /// By name in the graph.
    let constants: [String: ONNXTensor]
    private var elements: [String: MILElement]
    /// Constants that are in the program.
    private var written: Set<String> = []
    /// Floats from this count on are in the file of weights.
    private static let smallestBlob = 10
    /// Core ML's tensors have no more axes.
    private static let largestRank = 5

    init(_ graph: StudentGraph) {
        self.graph = graph
        constants = Dictionary(uniqueKeysWithValues: graph.initializers.map { ($0.name, $0) })
        elements = [graph.readings.name: .float32, graph.origin.name: .int32]
        program.inputs = [
            (graph.readings.name, MILType(element: .float32, shape: graph.readings.shape)),
            (graph.origin.name, MILType(element: .int32, shape: graph.origin.shape)),
        ]
        program.output = graph.forecast.name
    }

    /// Writes every node. Throws `unsupportedOperation` naming what Core ML has not.
    mutating func run() throws {
        for node in graph.nodes { try write(node) }
    }

    // MARK: Values

    func shape(_ name: String) -> [Int] { graph.shapes[name] ?? [] }

    func element(_ name: String) -> MILElement {
        if let element = elements[name] { return element }
        if case .integers = constants[name]?.values { return .int32 }
        return .float32
    }

    /// The whole numbers of a constant that says how, such as axes.
    func integers(_ node: ONNXNode, _ input: Int) throws -> [Int64] {
        guard node.inputs.indices.contains(input), case .integers(let values) = constants[node.inputs[input]]?.values
        else { throw graph.unsupported(node, "has no constant input \(input)") }
        return values
    }

    // MARK: Operations

    /// What a parameter is given.
    enum Argument {
        case value(String)
        case values([String])
        case float(Float)
        case integer(Int)
        case integers([Int])
        case flag(Bool)
        case text(String)
    }

    /// Adds `type`, whose result is the value that `node` makes or another of the same shape.
    @discardableResult mutating func add(
        _ type: String, _ arguments: [(String, Argument)], _ node: ONNXNode, shape: [Int]? = nil,
        element: MILElement? = nil, as suffix: String? = nil
    ) throws -> String {
        let own = node.outputs[node.outputs.count - 1]
        let name = Self.identifier(own) + (suffix.map { "_\($0)" } ?? "")
        let result = shape ?? self.shape(own)
        guard result.count <= Self.largestRank else {
            throw graph.unsupported(node, "has a result of \(result.count) axes, more than \(Self.largestRank)")
        }
        var inputs: [(parameter: String, values: [String])] = []
        for (parameter, argument) in arguments {
            inputs.append((parameter, try operands(argument, "\(name)_\(parameter)", node)))
        }
        let kind = element ?? node.inputs.first.map { self.element($0) } ?? .float32
        if suffix == nil { elements[own] = kind } else { elements[name] = kind }
        program.operations.append(
            MILOperation(type: type, inputs: inputs, output: name, result: MILType(element: kind, shape: result)))
        return name
    }

    private mutating func operands(_ argument: Argument, _ name: String, _ node: ONNXNode) throws -> [String] {
        switch argument {
        case .value(let value): return [try operand(value, node)]
        case .values(let values): return try values.map { try operand($0, node) }
        case .float(let value): constant(name, MILType(element: .float32), .floats([value]))
        case .integer(let value): constant(name, MILType(element: .int32), .integers([Int64(value)]))
        case .integers(let values):
            constant(name, MILType(element: .int32, shape: [values.count]), .integers(values.map { Int64($0) }))
        case .flag(let value): constant(name, MILType(element: .flag), .flag(value))
        case .text(let value): constant(name, MILType(element: .text), .text(value))
        }
        return [name]
    }

    /// A value by its name in the program; constants are written when they are first used.
    private mutating func operand(_ name: String, _ node: ONNXNode) throws -> String {
        let own = Self.identifier(name)
        guard let tensor = constants[name], written.insert(name).inserted else { return own }
        guard tensor.dimensions.count <= Self.largestRank else {
            throw graph.unsupported(node, "reads a constant of \(tensor.dimensions.count) axes")
        }
        switch tensor.values {
        case .floats(let values) where values.count < Self.smallestBlob && tensor.element == .float32:
            constant(own, MILType(element: .float32, shape: tensor.dimensions), .floats(values))
        case .floats:
            let isHalf = tensor.element == .float16
            let offset = blobs.add(tensor.raw, isHalf ? .float16 : .float32)
            let type = MILType(element: isHalf ? .float16 : .float32, shape: tensor.dimensions)
            constant(own, type, .blob(offset: offset))
        case .integers(let values):
            constant(own, MILType(element: .int32, shape: tensor.dimensions), .integers(values))
        }
        return own
    }

    private mutating func constant(_ name: String, _ type: MILType, _ value: MILConstant) {
        program.operations.append(
            MILOperation(type: "const", output: name, result: type, constants: [("val", type, value)]))
    }

    /// Weights of one byte times the scale of their column.
    mutating func addDequantized(_ node: ONNXNode) throws {
        guard let stored = constants[node.inputs[0]], let scales = constants[node.inputs[1]] else {
            throw graph.unsupported(node, "reads what is no constant")
        }
        let scale = MILType(element: .float32, shape: scales.dimensions)
        let own = Self.identifier(node.outputs[0])
        program.operations.append(
            MILOperation(
                type: "constexpr_affine_dequantize", output: own,
                result: MILType(element: .float32, shape: stored.dimensions),
                constants: [
                    (
                        "quantized_data", MILType(element: .int8, shape: stored.dimensions),
                        .blob(offset: blobs.add(stored.raw, .int8))
                    ), ("zero_point", MILType(element: .int8), .bytes([0])),
                    ("scale", scale, .blob(offset: blobs.add(scales.raw, .float32))),
                    ("axis", MILType(element: .int32), .integers([1])),
                ]))
        elements[node.outputs[0]] = .float32
        program.operationSet = "CoreML6"
    }

    /// MIL's names are letters, digits and underscores.
    private static func identifier(_ name: String) -> String {
        String(name.map { $0 == "." ? "_" : $0 })
    }
}
