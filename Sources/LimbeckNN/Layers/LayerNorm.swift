public import LimbeckCompute

/// y = (x − mean) / √(variance + ε) · scale + shift over the last axis (Ba et al. 2016).
public struct LayerNorm {
    public var epsilon: Float

    public init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

    public func callAsFunction(_ x: Tensor, _ scope: Scope) -> Tensor {
        let width = x.shape[-1]
        let centered = x - x.mean(axis: -1)
        let variance = square(centered).mean(axis: -1)
        let normal = centered * variance.plus(epsilon).unary(.squareRoot).unary(.reciprocal)
        return normal * scope.parameter("scale", [width], .constant(1))
            + scope.parameter("shift", [width], .constant(0))
    }
}
