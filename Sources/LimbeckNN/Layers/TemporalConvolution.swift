public import LimbeckCompute

/// Convolution over the leading axis of `[T, …, inputs]`: y[t] = Σₖ x[t + k · dilation] W[k] + b.
///
/// Valid by default, `T − (kernel − 1) · dilation` steps out; causal convolution pads that many
/// zeros before the first step. Time leads, so each tap of the kernel is one matrix product over
/// a contiguous view.
public struct TemporalConvolution {
    public var outputs: Int
    public var kernel: Int
    public var dilation: Int
    public var isCausal: Bool

    public init(_ outputs: Int, kernel: Int, dilation: Int = 1, causal: Bool = false) {
        self.outputs = outputs
        self.kernel = kernel
        self.dilation = dilation
        isCausal = causal
    }

    public func callAsFunction(_ x: Tensor, _ scope: Scope) -> Tensor {
        let reach = (kernel - 1) * dilation, inputs = x.shape[-1]
        let initial = Initializer.fan(inputs * kernel)
        let weight = scope.parameter("weight", [kernel, inputs, outputs], initial)
        if x.trace.keepsWhole {
            let sum = x.convolvedWhole(
                weight.reshaped([kernel, 1, inputs, outputs]), groups: 1, dilation: dilation,
                before: isCausal ? reach : 0, after: 0)
            return sum + scope.parameter("bias", [outputs], initial)
        }
        let x = isCausal ? x.padded(axis: 0, before: reach) : x
        let steps = x.shape[0] - reach
        precondition(steps > 0, "temporal convolution: \(x.shape[0]) steps are too few for a reach of \(reach)")
        var sum: Tensor?
        for tap in 0..<kernel {
            let view = x.sliced(axis: 0, start: tap * dilation, length: steps)
            let slice = weight.sliced(axis: 0, start: tap, length: 1).reshaped([inputs, outputs])
            let part = view.dense(slice)
            sum = sum.map { $0 + part } ?? part
        }
        guard let sum else { return x }
        return sum + scope.parameter("bias", [outputs], initial)
    }
}
