public import LimbeckCompute
import LimbeckNN

/// Dilated causal convolutions over each place's history, shared by all places, with place and
/// calendar embeddings on top of the weekly profile (after Bai et al. 2018, "TCN"; depthwise
/// separable as Chollet 2017).
public struct TemporalNetwork: Model {
    public struct Configuration: Codable, Sendable {
        /// Features of a step.
        public var width = 32
        /// Residual blocks; the dilation doubles from one to the next.
        public var blocks = 3
        /// Steps that a convolution reads.
        public var kernel = 3
        /// Each feature by itself, then features by each other: fewer weights.
        public var depthwise = true
        /// Share of features dropped inside a block in training.
        public var dropout: Float = 0

        public init() {}

        func validated() throws -> Configuration {
            try require("width", width, in: 1...4096)
            try require("blocks", blocks, in: 1...20)
            try require("kernel", kernel, in: 1...64)
            try require("dropout", dropout, in: 0...0.95)
            return self
        }
    }

    let configuration: Configuration
    let parts: PlaceAndTime

    public init(_ configuration: Configuration, _ context: ModelContext) {
        self.configuration = configuration
        parts = PlaceAndTime(shape: context.shape)
    }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let profile = parts.profile(inputs, scope), width = configuration.width
        var x = Dense(width)(parts.sequences(inputs, profile: profile.history), scope.child("input"))
        for index in 0..<configuration.blocks {
            let block = scope.child("block\(index)")
            let inner = relu(convolution(x, dilation: 1 << index, block))
            x = x + Dense(width)(block.dropout(inner, rate: configuration.dropout), block.child("out"))
            scope.tap("block\(index)", x)
        }
        let last = x.sliced(axis: 0, start: x.shape[0] - 1, length: 1).reshaped([x.shape[1], width])
        return parts.forecast(fromSequences: last, inputs, profile: profile.target, scope)
    }

    private func convolution(_ x: Tensor, dilation: Int, _ scope: Scope) -> Tensor {
        let convolution = scope.child("convolution"), kernel = configuration.kernel
        if configuration.depthwise {
            return DepthwiseConvolution(kernel: kernel, dilation: dilation, causal: true)(x, convolution)
        }
        return TemporalConvolution(configuration.width, kernel: kernel, dilation: dilation, causal: true)(
            x, convolution)
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        PlaceAndTime.statistics(data)
    }
}
