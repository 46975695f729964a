public import LimbeckCompute

/// y = x ∗ W + b over images, channels last: `[B, H, W, C] → [B, H, W, outputs]`, stride 1, zeros around
/// the image, an odd `kernel` both ways. Starts as PyTorch's `Conv2d`.
public struct Convolution2D {
    public var outputs, kernel: Int

    public init(_ outputs: Int, kernel: Int = 3) {
        self.outputs = outputs
        self.kernel = kernel
    }

    public func callAsFunction(_ x: Tensor, _ scope: Scope) -> Tensor {
        let inputs = x.shape[-1], initial = Initializer.fan(inputs * kernel * kernel)
        let weight = scope.parameter("weight", [kernel, kernel, inputs, outputs], initial)
        return x.convolved(weight) + scope.parameter("bias", [outputs], initial)
    }
}
