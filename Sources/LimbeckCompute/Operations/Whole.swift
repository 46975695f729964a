/// What several operations compute, as one: for exporters whose formats have it.
public enum WholeForm: Hashable, Sendable {
    /// Gates `[T, rows, G·units]` that hold the input's part, weight `[units, G·units]` and for a GRU
    /// a bias `[G·units]` → `[T, rows, units]`, or the last `[rows, units]`; states start at zero.
    /// Gates are ordered as PyTorch's: r, z, n of a GRU (G = 3), i, f, g, o of an LSTM (G = 4).
    case recurrence(isLSTM: Bool, keepsSteps: Bool)
    /// Input `[batch, H, W, C]`, weight `[h, w, C / groups, O]` → `[batch, H′, W′, O]`.
    case convolution(ConvolutionForm)
}

/// How a convolution walks over its input: `y·stride + i·dilation − before` for tap `i` of result `y`,
/// along both axes; zeros outside the input.
public struct ConvolutionForm: Hashable, Sendable {
    public var groups = 1
    public var strideY = 1
    public var strideX = 1
    public var dilationY = 1
    public var dilationX = 1
    public var top = 0
    public var left = 0

    public init() {}
}

struct Whole: Operation {
    var form: WholeForm
    var shape: Shape
    var name: String {
        switch form {
        case .recurrence(let isLSTM, _): isLSTM ? "LSTM" : "GRU"
        case .convolution: "convolution"
        }
    }

    func type(_ operands: [TensorType]) -> TensorType { TensorType(shape) }

    func lower(_ site: LoweringSite) -> [Kernel] {
        preconditionFailure("\(name) as a whole is exported, never computed; trace without keepsWhole")
    }
}

extension Trace {
    /// An operation for exporters; only where the trace `keepsWhole`.
    public func whole(_ form: WholeForm, _ operands: [Tensor], _ shape: Shape) -> Tensor {
        precondition(keepsWhole, "whole operations are for traces that keep them")
        return apply(Whole(form: form, shape: shape), operands)
    }
}
