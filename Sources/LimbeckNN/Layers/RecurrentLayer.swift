public import LimbeckCompute

/// GRU or LSTM over the leading axis, states starting at zero: x `[T, rows, inputs]` → every state
/// `[T, rows, units]`, or the last `[rows, units]`.
public struct RecurrentLayer {
    public enum Kind: String, Codable, Sendable, CaseIterable { case gru, lstm }

    public var kind: Kind
    public var units: Int
    public var keepsSteps: Bool

    public init(_ kind: Kind, units: Int, keepsSteps: Bool = false) {
        self.kind = kind
        self.units = units
        self.keepsSteps = keepsSteps
    }

    public func callAsFunction(_ x: Tensor, _ scope: Scope) -> Tensor {
        if x.trace.keepsWhole { return whole(x, scope) }
        let rows = x.shape[1]
        let zero = scope.trace.constant([Float](repeating: 0, count: units), [1, units]).broadcast(to: [rows, units])
        var state = (h: zero, cell: zero)
        var states: [Tensor] = []
        for step in 0..<x.shape[0] {
            let now = x.sliced(axis: 0, start: step, length: 1).reshaped([rows, x.shape[2]])
            switch kind {
            case .gru: state.h = GRUCell(units)(now, state.h, scope)
            case .lstm: state = LSTMCell(units)(now, state, scope)
            }
            if keepsSteps { states.append(state.h.reshaped([1, rows, units])) }
        }
        return keepsSteps ? concatenate(states, axis: 0) : state.h
    }

    /// The input's part of all steps as one product, the rest as one operation.
    private func whole(_ x: Tensor, _ scope: Scope) -> Tensor {
        let count = kind == .gru ? 3 : 4
        let gates = GateParameters(count, inputs: x.shape[2], units: units, scope)
        let (inputBias, stateBias) = (
            gates.inputBias.reshaped([count * units]), gates.stateBias.reshaped([count * units])
        )
        let given = x.dense(gates.ofInput.gatesAside) + (kind == .gru ? inputBias : inputBias + stateBias)
        return x.trace.whole(
            .recurrence(isLSTM: kind == .lstm, keepsSteps: keepsSteps),
            [given, gates.ofState.gatesAside] + (kind == .gru ? [stateBias] : []),
            keepsSteps ? [x.shape[0], x.shape[1], units] : [x.shape[1], units])
    }
}
