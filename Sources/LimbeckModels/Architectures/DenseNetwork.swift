public import LimbeckCompute
import LimbeckNN

/// Dense layers with ReLU between them, `[B, F] → [B, outputs]`, the last one linear: logits for
/// classes. Without hidden layers it is logistic regression.
///
/// xᵢ₊₁ = relu(xᵢ Wᵢ + bᵢ), y = xₙ Wₙ + bₙ. Taps `layer0`, `layer1`, … are the hidden layers.
public struct DenseNetwork: Sendable {
    public struct Configuration: Codable, Sendable {
        /// Widths of the hidden layers.
        public var layers = [64, 64]
        /// Share of hidden features dropped in training.
        public var dropout: Float = 0

        public init(layers: [Int] = [64, 64], dropout: Float = 0) {
            self.layers = layers
            self.dropout = dropout
        }

        func validated() throws -> Configuration {
            try require("layers", layers.count, in: 0...64)
            for width in layers { try require("layers", width, in: 1...65_536) }
            try require("dropout", dropout, in: 0...0.95)
            return self
        }
    }

    public let configuration: Configuration
    public let outputs: Int

    /// Throws `badConfiguration`.
    public init(_ configuration: Configuration = Configuration(), outputs: Int) throws {
        try require("outputs", outputs, in: 1...65_536)
        self.configuration = try configuration.validated()
        self.outputs = outputs
    }

    /// "dense-64-64".
    public var name: String {
        (["dense"] + configuration.layers.map(String.init)).joined(separator: "-")
    }

    public func callAsFunction(_ features: Tensor, _ scope: Scope) -> Tensor {
        var x = features
        for (index, width) in configuration.layers.enumerated() {
            let layer = scope.child("layer\(index)")
            x = relu(Dense(width)(x, layer))
            scope.tap("layer\(index)", x)
            x = layer.dropout(x, rate: configuration.dropout)
        }
        return Dense(outputs)(x, scope.child("output"))
    }
}
