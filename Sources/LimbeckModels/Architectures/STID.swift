public import LimbeckCompute
import LimbeckNN

/// An MLP that knows where and when: place and calendar embeddings and residual blocks, shared by
/// all places (after Shao et al. 2022, "Spatial-Temporal Identity"), on top of the weekly profile.
public struct STID: Model {
    public struct Configuration: Codable, Sendable {
        /// Features of a place.
        public var width = 32
        /// Residual blocks of two linear maps.
        public var blocks = 2
        /// Share of features dropped inside a block in training.
        public var dropout: Float = 0
        /// Lead the last reading past the blocks to every step, by a linear map.
        public var lastValue = false

        public init() {}

        func validated() throws -> Configuration {
            try require("width", width, in: 1...4096)
            try require("blocks", blocks, in: 0...64)
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
        let profile = parts.profile(inputs, scope)
        var x = parts.features(inputs, width: configuration.width, profile: profile, scope)
        for index in 0..<configuration.blocks {
            let block = scope.child("block\(index)")
            let inner = relu(Dense(configuration.width)(x, block.child("in")))
            x =
                x
                + Dense(configuration.width)(
                    block.dropout(inner, rate: configuration.dropout), block.child("out"))
            scope.tap("block\(index)", x)
        }
        let base =
            configuration.lastValue
            ? profile.target + parts.carried(inputs, profile: profile.history, scope) : profile.target
        return parts.forecast(x, profile: base, scope)
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        PlaceAndTime.statistics(data)
    }
}
