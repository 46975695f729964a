public import LimbeckCompute

/// y = (x − mean) / √(variance + ε) · scale + shift per channel, the last axis (Ioffe & Szegedy
/// 2015). Training uses the batch's statistics and moves the running ones towards them
/// (variance with n − 1, as PyTorch does); inference uses the running ones.
public struct BatchNorm {
    public var epsilon: Float
    public var momentum: Float

    public init(epsilon: Float = 1e-5, momentum: Float = 0.1) {
        self.epsilon = epsilon
        self.momentum = momentum
    }

    public func callAsFunction(_ x: Tensor, _ scope: Scope) -> Tensor {
        let width = x.shape[-1]
        let scale = scope.parameter("scale", [width], .constant(1))
        let shift = scope.parameter("shift", [width], .constant(0))
        let runningMean = scope.state("mean", [width], .constant(0))
        let runningVariance = scope.state("variance", [width], .constant(1))
        func normalised(_ mean: Tensor, _ variance: Tensor) -> Tensor {
            (x - mean) * (variance.plus(epsilon).unary(.squareRoot).unary(.reciprocal) * scale) + shift
        }
        guard scope.mode == .training else { return normalised(runningMean, runningVariance) }
        let axes = 0..<x.shape.rank - 1
        let count = Float(x.shape.count(axes))
        let mean = x.mean(axes).reshaped([width])
        let variance = square(x - mean).mean(axes).reshaped([width])
        let unbiased = variance.scaled(count / max(1, count - 1))
        scope.assign("mean", runningMean.scaled(1 - momentum) + mean.scaled(momentum))
        scope.assign("variance", runningVariance.scaled(1 - momentum) + unbiased.scaled(momentum))
        return normalised(mean, variance)
    }
}
