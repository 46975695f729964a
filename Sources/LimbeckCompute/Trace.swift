/// Records operations as layers and losses are written, and becomes a `Computation`.
///
/// Tracing is single-threaded and cheap; shapes are known at once, so that a mistake is
/// reported where it was made.
public final class Trace {
    var computation = Computation()
    /// Intermediate results by path, for hints, exports and inspection.
    public private(set) var taps: [String: Tensor] = [:]
    private var parameterNodes: [String: Int] = [:]
    var path = ""
    private var dropouts: UInt32 = 0

    /// Layers add what exporters' formats have as one operation, a recurrent layer for example, as
    /// one; such a trace is exported and not computed.
    public let keepsWhole: Bool

    public init(keepsWhole: Bool = false) { self.keepsWhole = keepsWhole }

    /// Operations recorded so far.
    package var operationCount: Int { computation.nodes.count }

    /// A number for each dropout site, the same in every tracing of the same model.
    func nextDropoutKey() -> UInt32 {
        dropouts += 1
        return dropouts
    }

    /// Adds an operation and returns its result.
    public func apply(_ operation: any Operation, _ operands: [Tensor] = []) -> Tensor {
        let type = operation.type(operands.map(\.type))
        computation.nodes.append(
            .init(operation: operation, operands: operands.map(\.id), type: type, path: path))
        return Tensor(trace: self, id: computation.nodes.count - 1)
    }

    /// Memory filled by the caller before each step.
    public func input(_ name: String, _ shape: Shape, _ element: ElementType = .float32) -> Tensor {
        apply(Input(name: name, inputType: TensorType(shape, element)))
    }

    public func constant(_ values: [Float], _ shape: Shape) -> Tensor {
        apply(Constant(values: values, shape: shape))
    }

    public func constant(_ value: Float) -> Tensor { constant([value], []) }

    /// Asking again for a path gives the same parameter.
    func parameter(_ declaration: ParameterDeclaration) -> Tensor {
        if let node = parameterNodes[declaration.path] {
            precondition(
                computation.nodes[node].type.shape == declaration.shape,
                "parameter \(declaration.path) is declared as \(computation.nodes[node].type.shape) and as \(declaration.shape)"
            )
            return Tensor(trace: self, id: node)
        }
        computation.parameters.append(declaration)
        let tensor = apply(Parameter(path: declaration.path, shape: declaration.shape))
        parameterNodes[declaration.path] = tensor.id
        return tensor
    }

    func tap(_ path: String, _ tensor: Tensor) { taps[path] = tensor }

    func assign(_ state: String, _ value: Tensor) { computation.assignments.append((state, value.id)) }

    public func output(_ name: String, _ tensor: Tensor) {
        computation.outputs.append((name, tensor.id))
    }

    /// Adds the gradients of `loss` for every trainable parameter whose path passes `including`.
    public func differentiate(_ loss: Tensor, including: (String) -> Bool = { _ in true }) {
        let wanted = computation.parameters.filter { $0.kind == .trainable && including($0.path) }
        let tensors = wanted.compactMap { parameterNodes[$0.path].map { Tensor(trace: self, id: $0) } }
        let gradients = Differentiation.gradients(of: loss, for: tensors)
        for (declaration, gradient) in zip(wanted, gradients) {
            computation.gradients.append((declaration.path, gradient.id))
        }
    }

    /// The traced computation, unoptimised.
    public func finish() -> Computation { computation }
}

/// A handle on a traced value.
public struct Tensor {
    public let trace: Trace
    package let id: Int

    public var type: TensorType { trace.computation.nodes[id].type }
    public var shape: Shape { type.shape }
}
