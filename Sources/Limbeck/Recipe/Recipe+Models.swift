import LimbeckDistill
public import LimbeckExport
public import LimbeckImport

extension Recipe {
    /// The model that is taught from.
    ///
    /// It is trained with the optimizer, schedule, decay and clipping of `training`, and these of
    /// its own.
    public struct Teacher: Equatable, Sendable, DefaultedConfiguration, ValidatedConfiguration {
        /// A name of the model catalog, or `onnx` for the model in `file`.
        public var model = "graphMixer"
        /// An ONNX file.
        public var file = ""
        /// A letter for each axis of the file's input; empty where only one order fits.
        public var layout = ""
        /// As `layout`, of its output.
        public var outputLayout = ""
        /// What the file reads: values scaled as the task says, or in the units of the data.
        public var input = Units.scaled
        /// What the file gives.
        public var output = Units.scaled
        /// A safetensors file with the weights of `model`, trained elsewhere or in an earlier run.
        public var weights = ""
        /// Where in that file a parameter lies, where its name or axes differ; see ``WeightMap``.
        public var names: [String: WeightMap.Source] = [:]
        /// Arrays of that file that are not wanted, with `*` for any text.
        public var ignore: [String] = []
        /// Trains the file's weights further; without, the model is used as it is.
        public var fineTune = false
        /// Forecasts that were made elsewhere, in place of a model: an NPZ, Parquet or CSV file.
        public var predictions = ""
        /// Networks that start from different weights and see the same batches; their forecasts are
        /// averaged.
        public var members = 1
        /// Passes over the training part; the weights of the best on validation are kept.
        public var epochs = 12
        public var learningRate = TrainingDefaults.learningRate
        /// Windows a step.
        public var batch = TrainingDefaults.batch
        /// Laid over the model's default configuration.
        public var set = RecipeNode.empty

        public enum Units: String, Equatable, Sendable, Codable, CaseIterable { case scaled, original }

        public init() {}

        /// Nothing is trained: forecasts or weights are taken as they are.
        public var isGiven: Bool {
            !predictions.isEmpty || ((model == Self.imported || !weights.isEmpty) && !fineTune)
        }

        /// The model that stands for a file.
        static let imported = "onnx"

        public func validate() throws {
            try InvalidValue.require(weights.isEmpty || model != Self.imported, "weights") {
                "are for a model of the catalog; an ONNX file has its own, so leave them out or name a model"
            }
            try InvalidValue.require(model != Self.imported || !file.isEmpty || !predictions.isEmpty, "file") {
                "missing; name the ONNX file of the teacher"
            }
            try InvalidValue.require(file.isEmpty || model == Self.imported, "file") {
                "is read by model: onnx only; write it, or leave the file out"
            }
            try InvalidValue.require(predictions.isEmpty || file.isEmpty, "predictions") {
                "stand beside a file; a teacher is one or the other"
            }
            try InvalidValue.require(weights.isEmpty || (file.isEmpty && predictions.isEmpty), "weights") {
                "stand beside a file or predictions; a teacher is one of them"
            }
            for (key, isEmpty) in [("names", names.isEmpty), ("ignore", ignore.isEmpty)] {
                try InvalidValue.require(isEmpty || !weights.isEmpty, key) {
                    "says how weights are read, but there are none; name their file in weights, or leave \(key) out"
                }
            }
            try InvalidValue.require(members == 1 || !(model == Self.imported) && predictions.isEmpty, "members") {
                "are several, but the teacher is given; leave members out"
            }
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
