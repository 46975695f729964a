import LimbeckCompute
import LimbeckNN

extension Case {
    /// STID as published (Shao et al. 2022): 207 nodes, batch 64, 12 → 12, input and embeddings of
    /// node, time of day and day of week 32 wide each, three residual layers of 128.
    static let stid207 = Case(
        name: "stid-207",
        build: { trace, dropout in
            let (batch, nodes, steps, width) = (64, 207, 12, 32)
            let scope = Scope(trace, mode: .training)
            let history = trace.input("history", [batch, steps, nodes])
            let expected = trace.input("expected", [batch, steps, nodes])
            let time = trace.input("timeOfDay", [batch], .int32), day = trace.input("weekday", [batch], .int32)
            let x = Dense(width)(history.transposed([0, 2, 1]), scope.child("input"))
            let all: Shape = [batch, nodes, width]
            let place = scope.child("place").parameter("table", [nodes, width], .normal(0.1))
            let hour = Embedding(288, width)(time, scope.child("timeOfDay")).reshaped([batch, 1, width])
            let weekday = Embedding(7, width)(day, scope.child("weekday")).reshaped([batch, 1, width])
            var z = concatenate(
                [x, place.broadcast(to: all), hour.broadcast(to: all), weekday.broadcast(to: all)], axis: 2)
            for layer in 0..<3 {
                let block = scope.child("block\(layer)")
                let inner = relu(Dense(4 * width)(z, block.child("in")))
                z = z + Dense(4 * width)(block.dropout(inner, rate: dropout ? 0.15 : 0), block.child("out"))
            }
            let forecast = Dense(steps)(z, scope.child("head")).transposed([0, 2, 1])
            return Pointwise.absolute(forecast, expected).mean()
        }, bounds: ["timeOfDay": 288, "weekday": 7])
}
