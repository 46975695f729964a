import LimbeckCompute
import LimbeckNN

extension Case {
    /// A small VGG (Simonyan & Zisserman 2015): 32 × 32 × 3, twice 3 × 3 × (32, 64, 128) with pooling
    /// after each pair, 256 hidden units, 10 classes, batch 64.
    static let convVGG = Case(
        name: "conv-vgg",
        build: { trace, _ in
            let scope = Scope(trace, mode: .training)
            let labels = trace.input("labels", [64, 10])
            var x = trace.input("images", [64, 32, 32, 3])
            for (stage, width) in [32, 64, 128].enumerated() {
                for part in 0..<2 { x = relu(Convolution2D(width)(x, scope.child("conv\(stage)\(part)"))) }
                x = x.maxPooled(2)
            }
            let hidden = relu(Dense(256)(x.reshaped([64, 4 * 4 * 128]), scope.child("hidden")))
            let logits = Dense(10)(hidden, scope.child("output"))
            return crossEntropy(logits: logits, probabilities: labels).mean()
        })
}
