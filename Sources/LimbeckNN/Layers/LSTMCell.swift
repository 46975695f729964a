public import LimbeckCompute

/// One step of long short-term memory over rows (Hochreiter & Schmidhuber 1997, in PyTorch's form):
///
///     i, f, o = σ(x W + b + h U + c)      g = tanh(x W_g + b_g + h U_g + c_g)
///     cell' = f cell + i g                h' = o tanh(cell')
///
/// x `[rows, inputs]`, h and cell `[rows, units]`. Parameters hold the gates in the order i, f, g, o.
public struct LSTMCell {
    public var units: Int

    public init(_ units: Int) { self.units = units }

    public func callAsFunction(
        _ x: Tensor, _ state: (h: Tensor, cell: Tensor), _ scope: Scope
    ) -> (h: Tensor, cell: Tensor) {
        let gates = GateParameters(4, inputs: x.shape[-1], units: units, scope)
        func sum(_ index: Int) -> Tensor {
            x.dense(gates.ofInput.gate(index)) + state.h.dense(gates.ofState.gate(index))
                + (gates.inputBias.gate(index) + gates.stateBias.gate(index))
        }
        let input = sigmoid(sum(0)), forget = sigmoid(sum(1)), new = tanh(sum(2)), output = sigmoid(sum(3))
        let cell = forget * state.cell + input * new
        return (output * tanh(cell), cell)
    }
}

/// What gated cells learn: a matrix and two biases for each gate.
struct GateParameters {
    /// `[gates, inputs, units]` and `[gates, units, units]`.
    let ofInput, ofState: Tensor
    /// `[gates, units]`.
    let inputBias, stateBias: Tensor

    init(_ gates: Int, inputs: Int, units: Int, _ scope: Scope) {
        let initial = Initializer.fan(units)
        ofInput = scope.parameter("input", [gates, inputs, units], initial)
        ofState = scope.parameter("state", [gates, units, units], initial)
        inputBias = scope.parameter("inputBias", [gates, units], initial)
        stateBias = scope.parameter("stateBias", [gates, units], initial)
    }
}

extension Tensor {
    /// One gate of `[gates, …]`.
    func gate(_ index: Int) -> Tensor {
        sliced(axis: 0, start: index, length: 1).reshaped(Shape(Array(shape.extents.dropFirst())))
    }

    /// All gates of `[gates, rows, units]` beside each other, `[rows, gates·units]`.
    var gatesAside: Tensor { transposed([1, 0, 2]).reshaped([shape[1], shape[0] * shape[2]]) }
}
