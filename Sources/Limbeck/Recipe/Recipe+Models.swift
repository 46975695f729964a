public import LimbeckExport

extension Recipe {
    /// The model that is taught from.
    ///
    /// It is trained with the optimizer, schedule, decay and clipping of `training`, and these of
    /// its own.
    public struct Teacher: Equatable, Sendable, DefaultedConfiguration, ValidatedConfiguration {
        /// A name of the model catalog.
        public var model = "graphMixer"
        /// Networks that start from different weights and see the same batches; their forecasts are
        /// averaged.
        public var members = 1
        /// Passes over the training part; the weights of the best on validation are kept.
        public var epochs = 12
        public var learningRate = 0.002
        /// Windows a step.
        public var batch = 64
        /// Laid over the model's default configuration.
        public var set = RecipeNode.empty

        public init() {}

        public func validate() throws {
            try InvalidValue.whole(members, in: 1...100, "members")
            try InvalidValue.whole(epochs, in: 1...1_000_000, "epochs")
            try InvalidValue.positive(learningRate, "learningRate")
            try InvalidValue.whole(batch, in: 1...1_000_000, "batch")
            try InvalidValue.mapping(set, "set")
        }
    }

    /// The model that is taught.
    public struct Student: Equatable, Sendable, Codable, ValidatedConfiguration {
        /// A name of the model catalog.
        public var model = "stid"
        /// Laid over the model's default configuration.
        public var set = RecipeNode.empty
        /// How its file keeps weights: float32, float16 or int8.
        public var weights = WeightStorage.float32
        /// The distilled student meets the rounding of int8 while it is trained.
        public var quantizationAware = false

        public init() {}

        public func validate() throws {
            try InvalidValue.mapping(set, "set")
            try InvalidValue.require(!quantizationAware || weights == .int8, "quantizationAware") {
                "is for int8 weights; set weights: int8 beside it"
            }
        }
    }
}

extension InvalidValue {
    static func mapping(_ node: RecipeNode, _ key: String) throws {
        if case .mapping = node.content { return }
        throw InvalidValue(key, "expected a mapping, found \(node.found)", code: .wrongType)
    }
}
