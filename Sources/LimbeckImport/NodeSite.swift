import LimbeckCompute
import LimbeckONNX

/// One node where it is traced: its attributes and what its inputs carry, read with care.
struct NodeSite {
    let node: ONNXNode
    let inputs: [Value?]
    let tracer: GraphTracer

    var scope: Scope { tracer.scope }
    var trace: Trace { tracer.scope.trace }
    var opset: Int64 { tracer.opset }

    func malformed(_ problem: String) -> ImportError {
        ImportError(.malformed, "\(node.label): \(problem); export the model again.")
    }

    func unsupported(_ what: String) -> ImportError {
        ImportError(.unsupported, "\(node.label): \(what) is not supported.")
    }

    // MARK: Inputs

    func has(_ index: Int) -> Bool { inputs.indices.contains(index) && inputs[index] != nil }

    func value(_ index: Int) throws -> Value {
        guard inputs.indices.contains(index), let value = inputs[index] else {
            throw malformed("input \(index) is missing")
        }
        return value
    }

    func tensor(_ index: Int, isState: Bool = false) throws -> Tensor {
        try tracer.tensor(value(index), for: node.label, isState: isState)
    }

    /// What only moves: numbers stay numbers, unless they are a parameter.
    func movable(_ index: Int) throws -> Value {
        let value = try value(index)
        return value.known == nil ? .tensor(try tensor(index)) : value
    }

    /// An input that must be known while reading, such as a shape.
    func numbers(_ index: Int) throws -> Numbers {
        guard case .numbers(let numbers) = try value(index) else {
            throw unsupported("input \(index) that depends on the data")
        }
        return numbers
    }

    func integers(_ index: Int) throws -> [Int] { try numbers(index).integers }

    func scalar(_ index: Int) throws -> Double {
        let numbers = try numbers(index)
        guard numbers.count == 1, let value = numbers.values.first else {
            throw malformed("input \(index) has shape \(numbers.extents) and should be one number")
        }
        return value
    }

    // MARK: Attributes

    func integer(_ name: String, _ fallback: Int) throws -> Int {
        switch node.attributes[name] {
        case nil: return fallback
        case .integer(let value): return Self.cut(value)
        default: throw malformed("attribute \(name) is no integer")
        }
    }

    func float(_ name: String, _ fallback: Float) throws -> Float {
        switch node.attributes[name] {
        case nil: return fallback
        case .float(let value): return value
        default: throw malformed("attribute \(name) is no float")
        }
    }

    func text(_ name: String, _ fallback: String) throws -> String {
        switch node.attributes[name] {
        case nil: return fallback
        case .text(let value): return value
        default: throw malformed("attribute \(name) is no text")
        }
    }

    func integers(_ name: String) throws -> [Int]? {
        switch node.attributes[name] {
        case nil: return nil
        case .integers(let values): return values.map(Self.cut)
        default: throw malformed("attribute \(name) is no list of integers")
        }
    }

    /// An attribute in older files, input `index` in newer ones.
    func integers(_ name: String, orInput index: Int) throws -> [Int]? {
        if let values = try integers(name) { return values }
        return has(index) ? try integers(index) : nil
    }

    private static func cut(_ value: Int64) -> Int {
        Int(max(-Int64(ImportLimits.integer), min(Int64(ImportLimits.integer), value)))
    }

    // MARK: Shapes

    /// An axis counted from the front.
    func axis(_ axis: Int, _ rank: Int) throws -> Int {
        guard (-rank..<rank).contains(axis) else {
            throw malformed("there is no axis \(axis) among \(rank)")
        }
        return axis < 0 ? axis + rank : axis
    }

    func axes(_ axes: [Int], _ rank: Int) throws -> [Int] {
        let result = try axes.map { try axis($0, rank) }
        guard Set(result).count == result.count else { throw malformed("axes \(axes) repeat") }
        return result.sorted()
    }

    /// A shape that may be traced.
    func fitting(_ extents: [Int]) throws -> Shape {
        guard ImportLimits.count(extents) != nil else {
            throw malformed("a value of shape \(extents) is empty or too large")
        }
        return Shape(extents)
    }

    /// A shape of numbers, which may be empty.
    func foldable(_ extents: [Int]) throws -> [Int] {
        guard ImportLimits.count(extents, least: 0, most: ImportLimits.folded) != nil else {
            throw malformed("a constant of shape \(extents) is too large")
        }
        return extents
    }

    func broadcast(_ left: [Int], _ right: [Int]) throws -> [Int] {
        guard let shape = Shape.broadcast(Shape(left), Shape(right)) else {
            throw malformed("shapes \(left) and \(right) do not fit")
        }
        return shape.extents
    }
}
