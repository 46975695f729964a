import LimbeckCompute
import LimbeckNN

extension Case {
    /// A spatio-temporal attention block of the STAEformer class (Liu et al. 2023): 207 nodes, batch
    /// 16, 12 → 12, tokens of 152 = 24 input + 24 time of day + 24 weekday + 80 of place and step,
    /// attention over time and then over places, 4 heads, 256 hidden units, dropout 0.1.
    static let attention207 = Case(
        name: "attn-207",
        build: { trace, dropout in
            let (batch, nodes, steps) = (16, 207, 12)
            let scope = Scope(trace, mode: .training)
            let history = trace.input("history", [batch, steps, nodes])
            let expected = trace.input("expected", [batch, steps, nodes])
            let time = trace.input("timeOfDay", [batch, steps], .int32)
            let day = trace.input("weekday", [batch, steps], .int32)
            func spread(_ rows: Tensor) -> Tensor {
                rows.reshaped([batch, 1, steps, 24]).broadcast(to: [batch, nodes, steps, 24])
            }
            let adaptive = scope.child("adaptive").parameter("table", [nodes, steps, 80], .normal(0.1))
            let input = history.transposed([0, 2, 1]).reshaped([batch, nodes, steps, 1])
            var x = concatenate(
                [
                    Dense(24)(input, scope.child("input")),
                    spread(Embedding(288, 24)(time, scope.child("timeOfDay"))),
                    spread(Embedding(7, 24)(day, scope.child("weekday"))),
                    adaptive.broadcast(to: [batch, nodes, steps, 80]),
                ], axis: 3)

            /// Attention along the middle axis of `[…, length, width]`, then a dense network on each token.
            func layer(_ x: Tensor, _ scope: Scope) -> Tensor {
                func drop(_ x: Tensor) -> Tensor { scope.dropout(x, rate: dropout ? 0.1 : 0) }
                let found = MultiHeadAttention(heads: 4)(x, scope.child("attention"))
                let kept = LayerNorm()(x + drop(found), scope.child("norm0"))
                let inner = relu(Dense(256)(kept, scope.child("in")))
                return LayerNorm()(kept + drop(Dense(x.shape[-1])(inner, scope.child("out"))), scope.child("norm1"))
            }
            x = layer(x.reshaped([batch * nodes, steps, 152]), scope.child("time"))
            x = x.reshaped([batch, nodes, steps, 152]).transposed([0, 2, 1, 3])
            x = layer(x.reshaped([batch * steps, nodes, 152]), scope.child("space"))
            x = x.reshaped([batch, steps, nodes, 152]).transposed([0, 2, 1, 3])
            let forecast = Dense(steps)(x.reshaped([batch, nodes, steps * 152]), scope.child("head"))
            return Pointwise.absolute(forecast.transposed([0, 2, 1]), expected).mean()
        }, bounds: ["timeOfDay": 288, "weekday": 7])
}
