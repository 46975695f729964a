import LimbeckCompute
import LimbeckNN

extension Case {
    /// Encoder and decoder GRU of two layers of 64, 207 nodes that share weights, batch 64, 12 → 12;
    /// the decoder reads its own last forecast.
    static let gru64 = Case(
        name: "gru-64",
        build: { trace, _ in
            let (batch, nodes, steps, units) = (64, 207, 12, 64)
            let rows = batch * nodes
            let scope = Scope(trace, mode: .training)
            let history = trace.input("history", [batch, steps, nodes])
            let expected = trace.input("expected", [batch, steps, nodes])
            // [B, T, N] → [T, B · N]: a step is a view.
            let inTime = history.transposed([1, 0, 2]).reshaped([steps, rows, 1])
            func step(_ index: Int) -> Tensor {
                inTime.sliced(axis: 0, start: index, length: 1).reshaped([rows, 1])
            }
            var states = GRU(units, layers: 2)((0..<steps).map(step), scope.child("encoder")).states
            var last = step(steps - 1)
            var forecasts: [Tensor] = []
            for _ in 0..<steps {
                let decoded = GRU(units, layers: 2)([last], from: states, scope.child("decoder"))
                states = decoded.states
                last = Dense(1)(decoded.outputs[0], scope.child("head"))
                forecasts.append(last)
            }
            // [B · N, T] beside [B, T, N] → [B · N, T]
            let target = expected.transposed([0, 2, 1]).reshaped([rows, steps])
            return Pointwise.absolute(concatenate(forecasts, axis: 1), target).mean()
        })
}
