public import LimbeckCompute

/// One step of a gated recurrent unit over rows (Cho et al. 2014, in PyTorch's form):
///
///     r = σ(x Wᵣ + bᵣ + h Uᵣ + cᵣ)        z = σ(x W_z + b_z + h U_z + c_z)
///     n = tanh(x Wₙ + bₙ + r (h Uₙ + cₙ))   h' = (1 − z) n + z h
///
/// x `[rows, inputs]` and h `[rows, units]` → h' `[rows, units]`.
public struct GRUCell {
    public var units: Int

    public init(_ units: Int) { self.units = units }

    public func callAsFunction(_ x: Tensor, _ h: Tensor, _ scope: Scope) -> Tensor {
        let gates = GateParameters(3, inputs: x.shape[-1], units: units, scope)
        func sum(_ index: Int) -> Tensor {
            x.dense(gates.ofInput.gate(index)) + h.dense(gates.ofState.gate(index))
                + (gates.inputBias.gate(index) + gates.stateBias.gate(index))
        }
        let reset = sigmoid(sum(0)), update = sigmoid(sum(1))
        let memory = h.dense(gates.ofState.gate(2)) + gates.stateBias.gate(2)
        let new = tanh(x.dense(gates.ofInput.gate(2)) + gates.inputBias.gate(2) + reset * memory)
        return new + update * (h - new)
    }
}

/// Layers of GRU over the steps of a sequence, each step a `[rows, inputs]`; returns every layer's
/// last state, and every step of the last layer.
public struct GRU {
    public var units, layers: Int

    public init(_ units: Int, layers: Int = 1) {
        self.units = units
        self.layers = layers
    }

    /// - Parameter states: where to begin, by layer; zeros without.
    public func callAsFunction(
        _ steps: [Tensor], from states: [Tensor]? = nil, _ scope: Scope
    ) -> (outputs: [Tensor], states: [Tensor]) {
        guard let first = steps.first else { return ([], states ?? []) }
        let rows = first.shape[0]
        let cell = GRUCell(units)
        let zeros = [Float](repeating: 0, count: units)
        var states =
            states
            ?? (0..<layers).map { _ in
                scope.trace.constant(zeros, [1, units]).broadcast(to: [rows, units])
            }
        let outputs = steps.map { step in
            var x = step
            for layer in 0..<layers {
                states[layer] = cell(x, states[layer], scope.child("layer\(layer)"))
                x = states[layer]
            }
            return x
        }
        return (outputs, states)
    }
}
