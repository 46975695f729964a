import CLimbeckKernels

/// y = f(x), element by element.
public struct Unary: Operation {
    public enum Kind: Hashable, Sendable {
        case copy, negate, absolute, sign, exp, log, squareRoot, reciprocal, square
        case relu, sigmoid, tanh, softplus, erf
        /// 1 where x > 0, else 0.
        case step
        /// scale · x + shift
        case affine(scale: Float, shift: Float)
    }

    public var kind: Kind
    public var name: String {
        if case .affine = kind { "affine" } else { "\(kind)" }
    }

    public var isCheap: Bool {
        switch kind {
        case .copy, .negate, .absolute, .sign, .square, .relu, .step, .affine: true
        default: false
        }
    }

    public func type(_ operands: [TensorType]) -> TensorType { operands[0] }

    public func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(flops: result.shape.count, bytes: 8 * result.shape.count)
    }

    public func gradient(_ site: GradientSite) -> [Tensor?] {
        let (x, y, dy) = (site.operands[0], site.result, site.upstream)
        switch kind {
        case .copy: return [dy]
        case .negate: return [-dy]
        case .absolute: return [dy * x.unary(.sign)]
        case .sign, .step: return [nil]
        case .exp: return [dy * y]
        case .log: return [dy / x]
        case .squareRoot: return [dy * y.unary(.reciprocal).scaled(0.5)]
        case .reciprocal: return [-(dy * y.unary(.square))]
        case .square: return [dy * x.scaled(2)]
        case .relu: return [dy * y.unary(.step)]
        case .sigmoid: return [dy * (y - y.unary(.square))]
        case .tanh: return [dy * y.unary(.square).unary(.affine(scale: -1, shift: 1))]
        case .softplus: return [dy * x.unary(.sigmoid)]
        case .erf:
            return [dy * (-x.unary(.square)).unary(.exp).scaled(1.128_379_2)]
        case .affine(let scale, _): return [dy.scaled(scale)]
        }
    }

    public func lower(_ site: LoweringSite) -> [Kernel] { Fused.single(self, site).lower(site) }

    var opcode: lk_opcode {
        switch kind {
        case .copy: LK_COPY
        case .negate: LK_NEGATE
        case .absolute: LK_ABSOLUTE
        case .sign: LK_SIGN
        case .exp: LK_EXP
        case .log: LK_LOG
        case .squareRoot: LK_SQRT
        case .reciprocal: LK_RECIPROCAL
        case .square: LK_SQUARE
        case .relu: LK_RELU
        case .sigmoid: LK_SIGMOID
        case .tanh: LK_TANH
        case .softplus: LK_SOFTPLUS
        case .erf: LK_ERF
        case .step: LK_STEP
        case .affine: LK_AFFINE
        }
    }
}

extension Unary.Kind: CaseIterable {
    /// One of each, for tests and tables.
    public static let allCases = Array(sequence(first: Unary.Kind.copy) { $0.next })

    /// A chain, so that the compiler asks where a new case belongs.
    private var next: Unary.Kind? {
        switch self {
        case .copy: .negate
        case .negate: .absolute
        case .absolute: .sign
        case .sign: .exp
        case .exp: .log
        case .log: .squareRoot
        case .squareRoot: .reciprocal
        case .reciprocal: .square
        case .square: .relu
        case .relu: .sigmoid
        case .sigmoid: .tanh
        case .tanh: .softplus
        case .softplus: .erf
        case .erf: .step
        case .step: .affine(scale: 3, shift: 1)
        case .affine: nil
        }
    }
}

/// y = f(a, b) with NumPy broadcasting.
public struct Binary: Operation {
    public enum Kind: Hashable, Sendable, CaseIterable {
        case add, subtract, multiply, divide, maximum, minimum
        /// 1 where a > b, else 0.
        case greater
    }

    public var kind: Kind
    public var name: String { "\(kind)" }
    public var isCheap: Bool { kind != .divide }

    public func type(_ operands: [TensorType]) -> TensorType {
        guard let shape = Shape.broadcast(operands[0].shape, operands[1].shape) else {
            preconditionFailure("\(name): \(operands[0].shape) and \(operands[1].shape) do not broadcast")
        }
        return TensorType(shape)
    }

    public func cost(_ operands: [TensorType], _ result: TensorType) -> Cost {
        Cost(
            flops: result.shape.count,
            bytes: 4 * (operands[0].shape.count + operands[1].shape.count + result.shape.count))
    }

    public func gradient(_ site: GradientSite) -> [Tensor?] {
        let (a, b, y, dy) = (site.operands[0], site.operands[1], site.result, site.upstream)
        let (da, db): (Tensor?, Tensor?) =
            switch kind {
            case .add: (dy, dy)
            // Summed before it is negated: what is summed may be much larger.
            case .subtract: (dy, -dy.summed(to: b.shape))
            case .multiply: (dy * b, dy * a)
            case .divide: (dy / b, -(dy * y / b))
            case .maximum: (dy * (b.greater(a).unary(.affine(scale: -1, shift: 1))), dy * b.greater(a))
            case .minimum: (dy * (a.greater(b).unary(.affine(scale: -1, shift: 1))), dy * a.greater(b))
            case .greater: (nil, nil)
            }
        return [da?.summed(to: a.shape), db?.summed(to: b.shape)]
    }

    public func lower(_ site: LoweringSite) -> [Kernel] { Fused.single(self, site).lower(site) }

    var opcode: lk_opcode {
        switch kind {
        case .add: LK_ADD
        case .subtract: LK_SUBTRACT
        case .multiply: LK_MULTIPLY
        case .divide: LK_DIVIDE
        case .maximum: LK_MAXIMUM
        case .minimum: LK_MINIMUM
        case .greater: LK_GREATER
        }
    }
}

/// 0 with probability `rate`, else 1 / (1 - rate): drawn anew each step from a counter, so that
/// the backward pass draws it again instead of storing it.
struct Dropout: Operation {
    var rate: Float
    var key: UInt32
    var shape: Shape
    var name: String { "dropout" }
    var isCheap: Bool { true }
    func type(_ operands: [TensorType]) -> TensorType {
        precondition(rate >= 0 && rate < 1, "dropout: rate \(rate) is not in [0, 1)")
        return TensorType(shape)
    }
    func lower(_ site: LoweringSite) -> [Kernel] { Fused.single(self, site).lower(site) }
}

/// Repeats an operand over a larger shape; only needed where no single stride pattern serves.
struct Broadcast: Operation {
    var shape: Shape
    var name: String { "broadcast" }
    func type(_ operands: [TensorType]) -> TensorType {
        precondition(
            Shape.broadcast(operands[0].shape, shape) == shape,
            "broadcast: \(operands[0].shape) does not broadcast to \(shape)")
        return TensorType(shape)
    }
    func gradient(_ site: GradientSite) -> [Tensor?] { [site.upstream.summed(to: site.operands[0].shape)] }
    /// The operand's stride along each axis of the result: 0 where it is repeated.
    private func strides(_ from: Shape) -> [Int] {
        let padded = Array(repeating: 1, count: shape.rank - from.rank) + from.extents
        var stride = 1
        var strides = [Int](repeating: 0, count: shape.rank)
        for axis in (0..<shape.rank).reversed() {
            strides[axis] = padded[axis] == 1 ? 0 : stride
            stride *= padded[axis]
        }
        return strides
    }

    func slabbing(_ operands: [TensorType], _ result: TensorType) -> Slabbing? {
        guard shape.rank > 1, shape[0] > 1 else { return nil }
        return Slabbing(rows: shape[0], reads: [strides(operands[0].shape)[0] == 0 ? .whole : .rows])
    }

    func lower(_ site: SlabSite) -> SlabBody {
        let strides = strides(site.operandTypes[0].shape)
        return StridedCopy(shape: Array(shape.extents.dropFirst()), strides: Array(strides.dropFirst()))
            .body(site, rows: shape[0], fromWidth: strides[0])
    }

    /// A transpose with stride 0 along every repeated axis.
    func lower(_ site: LoweringSite) -> [Kernel] {
        StridedCopy(shape: shape.extents, strides: strides(site.operandTypes[0].shape)).kernels(
            from: site.operands[0], to: site.result, site.resources)
    }
}
