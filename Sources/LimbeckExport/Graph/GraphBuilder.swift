import LimbeckONNX

/// A tensor of a graph being written: its name and static shape.
struct GraphValue: Hashable {
    var name: String
    var shape: [Int]

    var count: Int { shape.reduce(1, *) }
}

/// An ONNX graph being written: nodes in order, constants by name, and what is known of each value,
/// so that a reshape of a reshape or a transpose of a transpose is one node or none.
struct GraphBuilder {
    let dialect: GraphDialect
    /// What the nodes being written are part of, for messages.
    var subject = "The window"
    /// By name of a value.
    private(set) var shapes: [String: [Int]] = [:]
    private(set) var subjects: [String: String] = [:]
    private(set) var nodes: [ONNXNode] = []
    private(set) var initializers: [ONNXTensor] = []
    private var numbers: [String: Int] = [:]
    private var taken: Set<String> = []
    /// Float constants by name.
    private var constants: [String: [Float]] = [:]
    private var known: [Constant: GraphValue] = [:]
    /// By name of a reshaped value: what it shows.
    private var roots: [String: GraphValue] = [:]
    private var reshapes: [GraphValue: GraphValue] = [:]
    /// By name of a transposed value: what it was made from.
    private var transposes: [String: (source: GraphValue, permutation: [Int])] = [:]

    private struct Constant: Hashable {
        var floats: [Float] = []
        var integers: [Int64] = []
        var shape: [Int]
    }

    init(_ dialect: GraphDialect) { self.dialect = dialect }

    /// A node with one output.
    mutating func add(
        _ operation: String, _ inputs: [GraphValue], _ shape: [Int],
        attributes: [String: ONNXAttribute] = [:], output position: Int = 0
    ) -> GraphValue {
        let name = newName(operation)
        nodes.append(
            ONNXNode(
                operation, name: name, inputs: inputs.map(\.name),
                outputs: Array(repeating: "", count: position) + [name], attributes: attributes))
        shapes[name] = shape
        subjects[name] = subject
        return GraphValue(name: name, shape: shape)
    }

    // MARK: Constants

    /// Weights by their own name; other constants are written once each.
    mutating func floats(_ values: [Float], _ shape: [Int], name: String? = nil) -> GraphValue {
        let key = Constant(floats: values, shape: shape)
        if values.count <= 64, let value = known[key] { return value }
        let value = GraphValue(name: newName(name ?? "constant"), shape: shape)
        initializers.append(ONNXTensor(value.name, shape, floats: values))
        shapes[value.name] = shape
        constants[value.name] = values
        if values.count <= 64 { known[key] = value }
        return value
    }

    mutating func integers(_ values: [Int64], _ shape: [Int]) -> GraphValue {
        let key = Constant(integers: values, shape: shape)
        if let value = known[key] { return value }
        let value = GraphValue(name: newName("integers"), shape: shape)
        initializers.append(ONNXTensor(value.name, shape, integers: values))
        known[key] = value
        return value
    }

    /// Weights of one byte.
    mutating func bytes(_ values: [Int8], _ shape: [Int], name: String) -> GraphValue {
        let value = GraphValue(name: newName(name), shape: shape)
        initializers.append(ONNXTensor(value.name, shape, integers: values.map { Int64($0) }, as: .int8))
        return value
    }

    mutating func vector(_ values: [Int]) -> GraphValue { integers(values.map { Int64($0) }, [values.count]) }

    /// The numbers of a constant; nil for what is computed.
    func constant(_ value: GraphValue) -> [Float]? { constants[value.name] }

    // MARK: Views

    /// The same elements under another shape.
    mutating func reshape(_ value: GraphValue, _ shape: [Int]) -> GraphValue {
        if value.shape == shape { return value }
        let root = self.root(value)
        if root.shape == shape { return root }
        let key = GraphValue(name: root.name, shape: shape)
        if let made = reshapes[key] { return made }
        if let values = constants[root.name] {
            let made = floats(values, shape, name: root.name)
            reshapes[key] = made
            roots[made.name] = root
            return made
        }
        let target = vector(shape)
        let made = add("Reshape", [root, target], shape)
        reshapes[key] = made
        roots[made.name] = root
        return made
    }

    /// What a value shows, before any reshape.
    func root(_ value: GraphValue) -> GraphValue { roots[value.name] ?? value }

    /// Axis `i` of the result is axis `permutation[i]` of `value`.
    mutating func transpose(_ value: GraphValue, _ permutation: [Int]) -> GraphValue {
        let shape = permutation.map { value.shape[$0] }
        let moved = permutation.filter { value.shape[$0] != 1 }
        if moved == moved.sorted() { return reshape(value, shape) }
        if let values = constants[value.name] {
            return floats(Self.transposed(values, value.shape, permutation), shape, name: value.name)
        }
        if let (source, before) = transposes[value.name] {
            return transpose(source, permutation.map { before[$0] })
        }
        let made = add(
            "Transpose", [value], shape,
            attributes: ["perm": .integers(permutation.map { Int64($0) })])
        transposes[made.name] = (value, permutation)
        return made
    }

    private static func transposed(_ values: [Float], _ shape: [Int], _ permutation: [Int]) -> [Float] {
        let natural = strides(shape)
        let extents = permutation.map { shape[$0] }
        let steps = permutation.map { natural[$0] }
        let own = strides(extents)
        return values.indices.map { index in
            var from = 0
            for axis in extents.indices { from += index / own[axis] % extents[axis] * steps[axis] }
            return values[from]
        }
    }

    /// Elements between neighbours along each axis.
    static func strides(_ shape: [Int]) -> [Int] {
        shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    }

    /// The stem itself where it is a whole name, such as `weight.3`; else with the first free number.
    private mutating func newName(_ stem: String) -> String {
        if stem.contains("."), taken.insert(stem).inserted { return stem }
        while true {
            let number = numbers[stem, default: 0]
            numbers[stem] = number + 1
            if taken.insert("\(stem).\(number)").inserted { return "\(stem).\(number)" }
        }
    }
}
