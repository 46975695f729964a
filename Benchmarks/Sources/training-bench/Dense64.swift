import LimbeckCompute
import LimbeckModels
import LimbeckNN

extension Case {
    /// 64–64–1 on 24 features, batch 32: so small that what surrounds the arithmetic rules.
    static let dense64 = Case(name: "dense-64", clip: 0) { trace, _ in
        let scope = Scope(trace, mode: .training)
        let x = trace.input("features", [32, 24]), y = trace.input("labels", [32, 1])
        var z = x
        for layer in 0..<2 { z = relu(Dense(64)(z, scope.child("layer\(layer)"))) }
        let logits = Dense(1)(z, scope.child("output"))
        return Pointwise.binaryCrossEntropy(logits: logits, y).mean()
    }
}
