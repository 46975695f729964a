/// Where a layer is being traced: its path, the trace, and whether this is training.
///
/// `scope.child("block0")` makes the paths that taps, checkpoints, freezing and name maps use.
public struct Scope {
    public enum Mode: Hashable, Sendable { case training, inference }

    public let trace: Trace
    public let path: String
    public let mode: Mode
    /// Dense layers compute in training what an int8 device will compute.
    public private(set) var isQuantizing = false

    public init(_ trace: Trace, path: String = "", mode: Mode) {
        self.trace = trace
        self.path = path
        self.mode = mode
    }

    public func child(_ name: String) -> Scope {
        var child = Scope(trace, path: path.isEmpty ? name : "\(path)/\(name)", mode: mode)
        child.isQuantizing = isQuantizing
        return child
    }

    /// The same place with quantised dense layers, in training only.
    public func quantizing() -> Scope {
        var scope = self
        scope.isQuantizing = mode == .training
        return scope
    }

    /// A trainable array.
    public func parameter(_ name: String, _ shape: Shape, _ initial: Initializer) -> Tensor {
        declare(name, shape, initial, .trainable)
    }

    /// An array that only `assign` changes.
    public func state(_ name: String, _ shape: Shape, _ initial: Initializer) -> Tensor {
        declare(name, shape, initial, .state)
    }

    private func declare(
        _ name: String, _ shape: Shape, _ initial: Initializer, _ kind: ParameterDeclaration.Kind
    ) -> Tensor {
        trace.path = path
        return trace.parameter(
            .init(path: child(name).path, shape: shape, initial: initial, kind: kind))
    }

    /// Gives state `name` a new value at the end of a training step.
    public func assign(_ name: String, _ value: Tensor) { trace.assign(child(name).path, value) }

    /// Names an intermediate result.
    @discardableResult
    public func tap(_ name: String, _ tensor: Tensor) -> Tensor {
        trace.tap(child(name).path, tensor)
        return tensor
    }

    /// Zeroes a share `rate` of the elements and scales the rest, in training only.
    public func dropout(_ x: Tensor, rate: Float) -> Tensor {
        guard mode == .training, rate > 0 else { return x }
        return x * trace.apply(Dropout(rate: rate, key: trace.nextDropoutKey(), shape: x.shape))
    }
}
