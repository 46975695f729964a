import LimbeckCompute
import LimbeckRuntime

extension ProgramLowering {
    mutating func lower(_ kind: Unary.Kind, _ node: Int) throws {
        let input = try buffer(computation.nodes[node].operands[0])
        let output = result(node)
        if let same = UnaryKind(kind) {
            builder.emit(.unary(same, input: input, output: output))
        } else if case .affine(let scale, let shift) = kind {
            builder.emit(.affine(scale: scale, shift: shift, input: input, output: output))
        } else {
            // The step: 1 where x > 0.
            let zero = builder.zeroConstant()
            builder.emit(
                .binary(
                    .greater, left: Operand(input, period: builder.count(input)),
                    right: Operand(zero, period: 1), output: output))
        }
    }

    mutating func lower(_ kind: Binary.Kind, _ node: Int) throws {
        let operands = computation.nodes[node].operands
        let left = try operand(operands[0], of: node)
        let right = try operand(operands[1], of: node)
        builder.emit(.binary(BinaryKind(kind), left: left, right: right, output: result(node)))
    }

    /// How `operand` is read where its values are repeated over the shape of `node`.
    private mutating func operand(_ operand: Int, of node: Int) throws -> Operand {
        guard let pattern = type(operand).shape.pattern(in: type(node).shape) else {
            throw unsupported(node, "\(type(operand).shape) is repeated in the middle")
        }
        return Operand(try buffer(operand), inner: pattern.inner, period: pattern.period)
    }

    /// Repeats along any axes: by one stride pattern, or by rows of a table of the operand.
    mutating func lowerBroadcast(_ node: Int) throws {
        let source = computation.nodes[node].operands[0]
        let (from, to) = (type(source).shape, type(node).shape)
        if from.count == to.count { return alias(node, of: source) }
        let input = try buffer(source)
        if let pattern = from.pattern(in: to) {
            let operand = Operand(input, inner: pattern.inner, period: pattern.period)
            return builder.emit(.broadcast(operand, output: result(node)))
        }
        guard from.count <= BroadcastTable.largest else {
            throw unsupported(node, "\(from) is too large to be repeated along several axes")
        }
        let table = BroadcastTable(from, to)
        let output = result(node)
        let rows = builder.constant(table.rows)
        builder.emit(
            .gather(
                Gather(
                    table: input, index: .buffer(rows), output: output,
                    entries: from.count / table.width, width: table.width,
                    count: table.rows.count)))
    }

    mutating func lowerReduction(
        _ node: Int, _ kind: Reduction.Kind, _ outer: Int, _ middle: Int, _ inner: Int
    ) throws {
        if middle == 1 { return alias(node, of: computation.nodes[node].operands[0]) }
        let input = try buffer(computation.nodes[node].operands[0])
        builder.emit(
            .reduce(
                Reduction(
                    kind, input: input, output: result(node), outer: outer, middle: middle,
                    inner: inner)))
    }

    mutating func lowerSoftmax(_ node: Int, isLogarithm: Bool) throws {
        let input = try buffer(computation.nodes[node].operands[0])
        let width = type(node).shape[-1]
        let count = type(node).shape.count
        let rows = count / width
        guard isLogarithm else {
            let output = result(node)
            return builder.emit(.softmax(input: input, output: output, rows: rows, width: width))
        }
        // x - max(x), less the logarithm of the sum of its exponentials: no small number's
        // logarithm is taken.
        func whole(_ buffer: Int) -> Operand { Operand(buffer, period: count) }
        func perRow(_ buffer: Int) -> Operand { Operand(buffer, inner: width, period: rows) }
        let largest = builder.temporary(rows)
        let shifted = builder.temporary(count)
        let exponentials = builder.temporary(count)
        let sums = builder.temporary(rows)
        let logarithms = builder.temporary(rows)
        builder.emit(
            .reduce(
                Reduction(
                    .maximum, input: input, output: largest, outer: rows, middle: width, inner: 1)))
        builder.emit(
            .binary(.subtract, left: whole(input), right: perRow(largest), output: shifted))
        builder.emit(.unary(.exponential, input: shifted, output: exponentials))
        builder.emit(
            .reduce(
                Reduction(
                    .sum, input: exponentials, output: sums, outer: rows, middle: width, inner: 1)))
        builder.emit(.unary(.logarithm, input: sums, output: logarithms))
        let output = result(node)
        builder.emit(
            .binary(.subtract, left: whole(shifted), right: perRow(logarithms), output: output))
    }
}

/// A repetition along several axes as rows of the operand `[entries, width]`.
private struct BroadcastTable {
    /// Row numbers are exact as floats.
    static let largest = 1 << 24

    /// Elements after the last repeated axis.
    var width = 1
    var rows: [Float] = []

    init(_ from: Shape, _ to: Shape) {
        let own = Array(repeating: 1, count: to.rank - from.rank) + from.extents
        var axis = to.rank
        while axis > 0, own[axis - 1] == to.extents[axis - 1] {
            axis -= 1
            width *= own[axis]
        }
        rows = [0]
        for outer in 0..<axis {
            let step = own[outer] == 1 ? 0 : 1
            rows = rows.flatMap { row in
                (0..<to.extents[outer]).map { row * Float(own[outer]) + Float($0 * step) }
            }
        }
    }
}

extension UnaryKind {
    /// The same function of one value; nil for those that programs write otherwise.
    init?(_ kind: Unary.Kind) {
        switch kind {
        case .copy: self = .identity
        case .negate: self = .negate
        case .absolute: self = .absolute
        case .sign: self = .sign
        case .exp: self = .exponential
        case .log: self = .logarithm
        case .squareRoot: self = .squareRoot
        case .reciprocal: self = .reciprocal
        case .square: self = .square
        case .relu: self = .relu
        case .sigmoid: self = .sigmoid
        case .tanh: self = .tanh
        case .softplus: self = .softplus
        case .erf: self = .erf
        case .step, .affine: return nil
        }
    }
}

extension BinaryKind {
    init(_ kind: Binary.Kind) {
        switch kind {
        case .add: self = .add
        case .subtract: self = .subtract
        case .multiply: self = .multiply
        case .divide: self = .divide
        case .maximum: self = .maximum
        case .minimum: self = .minimum
        case .greater: self = .greater
        }
    }
}
