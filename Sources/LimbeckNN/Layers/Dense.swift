public import LimbeckCompute

/// y = x W + b over the last axis: `[…, inputs] → […, outputs]`.
///
/// Starts as PyTorch's `Linear`: uniform with bound √(1 / inputs).
public struct Dense {
    public var outputs: Int
    public var hasBias: Bool
    public var initial: Initializer?

    public init(_ outputs: Int, bias: Bool = true, initial: Initializer? = nil) {
        self.outputs = outputs
        hasBias = bias
        self.initial = initial
    }

    public func callAsFunction(_ x: Tensor, _ scope: Scope) -> Tensor {
        let inputs = x.shape[-1]
        let weight = scope.parameter("weight", [inputs, outputs], initial ?? .fan(inputs))
        let product =
            scope.isQuantizing
            ? x.fakeQuantized(byChannel: false).dense(weight.fakeQuantized(byChannel: true)) : x.dense(weight)
        return hasBias ? product + scope.parameter("bias", [outputs], .fan(inputs)) : product
    }
}
