public import LimbeckCompute
public import LimbeckNN

/// A GRU or LSTM over each place's history, shared by all places, with place and calendar embeddings
/// on top of the weekly profile (cells: Cho et al. 2014; Hochreiter & Schmidhuber 1997).
public struct Recurrent: Model {
    public struct Configuration: Codable, Sendable {
        /// gru or lstm.
        public var cell: RecurrentLayer.Kind = .gru
        /// Units of a layer.
        public var units = 32
        /// Layers above each other.
        public var layers = 1
        /// Share of features dropped between layers in training.
        public var dropout: Float = 0

        public init() {}

        func validated() throws -> Configuration {
            try require("units", units, in: 1...4096)
            try require("layers", layers, in: 1...16)
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
        var x = parts.sequences(inputs, profile: profile.history)
        for index in 0..<configuration.layers {
            let layer = scope.child("layer\(index)"), isLast = index == configuration.layers - 1
            x = RecurrentLayer(configuration.cell, units: configuration.units, keepsSteps: !isLast)(x, layer)
            scope.tap("layer\(index)", x)
            if !isLast { x = layer.dropout(x, rate: configuration.dropout) }
        }
        return parts.forecast(fromSequences: x, inputs, profile: profile.target, scope)
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        PlaceAndTime.statistics(data)
    }
}
