import LimbeckONNX
import LimbeckRuntime

extension ProgramGraph {
    mutating func unary(_ kind: UnaryKind, _ x: GraphValue) -> GraphValue {
        func same(_ operation: String) -> GraphValue { graph.add(operation, [x], x.shape) }
        switch kind {
        case .identity: return x
        case .negate: return same("Neg")
        case .absolute: return same("Abs")
        case .sign: return same("Sign")
        case .exponential: return same("Exp")
        case .logarithm: return same("Log")
        case .squareRoot: return same("Sqrt")
        case .reciprocal: return same("Reciprocal")
        case .square: return graph.add("Mul", [x, x], x.shape)
        case .relu: return same("Relu")
        case .sigmoid: return same("Sigmoid")
        case .tanh: return same("Tanh")
        case .softplus: return same("Softplus")
        case .erf: return same("Erf")
        case .gelu: return gelu(x)
        }
    }

    /// `½ x (1 + erf(x / √2))`, in the order that engines know as one kernel.
    private mutating func gelu(_ x: GraphValue) -> GraphValue {
        if !graph.dialect.hasLayers { return graph.add("Gelu", [x], x.shape) }
        let inner = graph.add("Div", [x, graph.floats([Float(2).squareRoot()], [])], x.shape)
        let error = graph.add("Erf", [inner], x.shape)
        let raised = graph.add("Add", [error, graph.floats([1], [])], x.shape)
        let weighted = graph.add("Mul", [x, raised], x.shape)
        return graph.add("Mul", [weighted, graph.floats([0.5], [])], x.shape)
    }

    mutating func affine(_ scale: Float, _ shift: Float, _ x: GraphValue) -> GraphValue {
        var result = x
        if scale != 1 { result = graph.add("Mul", [result, graph.floats([scale], [])], x.shape) }
        if shift != 0 { result = graph.add("Add", [result, graph.floats([shift], [])], x.shape) }
        return result
    }

    mutating func binary(
        _ kind: BinaryKind, _ left: Operand, _ right: Operand, count: Int
    ) throws -> GraphValue {
        var sides = [try repeated(left, count), try repeated(right, count)]
        var axes = axes(sides, count)
        if axes == nil {
            for index in sides.indices where Self.marks(sides[index], count) != [1, count] {
                sides[index] = spelledOut(sides[index], count)
            }
            axes = self.axes(sides, count)
        }
        guard let axes else { throw unsupported("its operands repeat in ways that do not fit") }
        let values = sides.map { graph.reshape($0.value, Self.extents($0, axes)) }
        let shape = Self.broadcast(values[0].shape, values[1].shape)
        var result = graph.add(kind.operation, values, shape)
        if kind == .greater { result = graph.add("Cast", [result], shape, attributes: ["to": .integer(1)]) }
        if result.count == count { return result }
        return graph.add("Expand", [result, graph.vector(axes)], axes)
    }

    mutating func writeBroadcast(_ operand: Operand, _ output: Int) throws {
        let repeated = try repeated(operand, size(output))
        hold(.repeated(repeated), in: output)
    }

    /// A repeated value written out, `count` floats.
    mutating func whole(_ repeated: Repeated, count: Int) throws -> GraphValue {
        if repeated.value.count == count { return repeated.value }
        guard let axes = axes([repeated], count) else { return spelledOut(repeated, count).value }
        let value = graph.reshape(repeated.value, Self.extents(repeated, axes))
        return graph.add("Expand", [value, graph.vector(axes)], axes)
    }

    // MARK: Repetition

    /// An operand read for `count` results; one that reads a repeated buffer reads what that repeats.
    private mutating func repeated(_ operand: Operand, _ count: Int) throws -> Repeated {
        let isWhole = operand.inner == 1 && operand.period >= count
        if isWhole, case .repeated(let source) = held[operand.buffer], size(operand.buffer) == count {
            return source
        }
        let period = min(operand.period, (count - 1) / operand.inner + 1)
        return Repeated(
            value: try read(operand.buffer, period), inner: period == 1 ? count : operand.inner, period: period)
    }

    /// Where the meaning of a flat position changes: results before the operand's element changes,
    /// and before it begins again.
    private static func marks(_ side: Repeated, _ count: Int) -> Set<Int> {
        side.period == 1 ? [1, count] : [1, side.inner, side.inner * side.period, count]
    }

    /// Axes of the result on which each side either runs or stands still, nil when there are none:
    /// those of a whole side as they are, else as few as possible.
    private func axes(_ sides: [Repeated], _ count: Int) -> [Int]? {
        let marks = sides.reduce(into: Set<Int>()) { $0.formUnion(Self.marks($1, count)) }
        for side in sides where side.value.count == count {
            let strides = Set(GraphBuilder.strides(side.value.shape))
            if marks.subtracting([count]).isSubset(of: strides) { return side.value.shape }
        }
        var axes: [Int] = []
        var last = 1
        for mark in marks.sorted().dropFirst(marks.contains(1) ? 1 : 0) {
            guard mark % last == 0 else { return nil }
            axes.insert(mark / last, at: 0)
            last = mark
        }
        return last == count ? (axes.isEmpty ? [1] : axes) : nil
    }

    /// A side's own shape under the result's axes: 1 where it stands still.
    private static func extents(_ side: Repeated, _ axes: [Int]) -> [Int] {
        if side.period == 1 { return [1] }
        let strides = GraphBuilder.strides(axes)
        let extents = axes.indices.map {
            strides[$0] >= side.inner && strides[$0] * axes[$0] <= side.inner * side.period ? axes[$0] : 1
        }
        return Array(extents.drop { $0 == 1 })
    }

    /// The side with every element named, for repetitions that are no axes.
    private mutating func spelledOut(_ side: Repeated, _ count: Int) -> Repeated {
        let positions = (0..<count).map { $0 / side.inner % side.period }
        return Repeated(value: graph.take(side.value, positions), inner: 1, period: count)
    }

    static func broadcast(_ a: [Int], _ b: [Int]) -> [Int] {
        let rank = max(a.count, b.count)
        let left = Array(repeating: 1, count: rank - a.count) + a
        let right = Array(repeating: 1, count: rank - b.count) + b
        return zip(left, right).map { max($0, $1) }
    }
}

extension BinaryKind {
    var operation: String {
        switch self {
        case .add: "Add"
        case .subtract: "Sub"
        case .multiply: "Mul"
        case .divide: "Div"
        case .maximum: "Max"
        case .minimum: "Min"
        case .greater: "Greater"
        }
    }
}
