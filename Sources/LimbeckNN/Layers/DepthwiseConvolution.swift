public import LimbeckCompute

/// Convolution over the leading axis of `[T, rows, C]`, each channel by itself:
/// y[t, c] = Σₖ x[t + k · dilation, c] w[k, c] + b[c]. Causal convolution pads zeros before the first step.
public struct DepthwiseConvolution {
    public var kernel: Int
    public var dilation: Int
    public var isCausal: Bool

    public init(kernel: Int, dilation: Int = 1, causal: Bool = false) {
        self.kernel = kernel
        self.dilation = dilation
        isCausal = causal
    }

    public func callAsFunction(_ x: Tensor, _ scope: Scope) -> Tensor {
        let channels = x.shape[-1], reach = (kernel - 1) * dilation
        let weight = scope.parameter("weight", [kernel, channels], .fan(kernel))
        let bias = scope.parameter("bias", [channels], .fan(kernel))
        if x.trace.keepsWhole {
            return x.convolvedWhole(
                weight.reshaped([kernel, 1, 1, channels]), groups: channels, dilation: dilation,
                before: isCausal ? reach : 0, after: 0) + bias
        }
        let x = isCausal ? x.padded(axis: 0, before: reach) : x
        let steps = x.shape[0] - reach
        precondition(steps > 0, "depthwise convolution: \(x.shape[0]) steps are too few for a reach of \(reach)")
        let parts = (0..<kernel).map { tap in
            x.sliced(axis: 0, start: tap * dilation, length: steps)
                * weight.sliced(axis: 0, start: tap, length: 1).reshaped([channels])
        }
        return parts.dropFirst().reduce(parts[0]) { $0 + $1 } + bias
    }
}

extension Tensor {
    /// A convolution over time as one operation: x `[T, rows, C]` by `[kernel, 1, C / groups, O]`.
    func convolvedWhole(_ weight: Tensor, groups: Int, dilation: Int, before: Int, after: Int) -> Tensor {
        let rows = shape.count(1..<shape.rank - 1)
        let steps = shape[0] + before + after - (weight.shape[0] - 1) * dilation
        var form = ConvolutionForm()
        form.groups = groups
        form.dilationY = dilation
        form.top = before
        let image = reshaped([1, shape[0], rows, shape[-1]])
        let result = trace.whole(.convolution(form), [image, weight], [1, steps, rows, weight.shape[3]])
        return result.reshaped(Shape([steps] + shape.extents[1..<shape.rank - 1] + [weight.shape[3]]))
    }
}
