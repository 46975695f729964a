public import LimbeckCompute
import LimbeckNN
import LimbeckSeries

/// STID whose blocks also mix places, over the distance graph and a learned one.
///
/// In a block, features u become `g₀ u + g₁ D u + g₂ A u`, with D the distance graph's transition
/// matrix, A = softmax(relu(E₁ E₂ᵀ)) (Wu et al. 2019, equation 5) and learned gates per feature.
public struct GraphMixer: Model {
    public struct Configuration: Codable, Sendable {
        /// Features of a place.
        public var width = 96
        /// Residual blocks.
        public var blocks = 2
        /// Length of a place's embedding in the learned graph.
        public var rank = 8
        /// Share of features dropped inside a block in training.
        public var dropout: Float = 0.1
        /// Mix over the distance graph too, where the data has one.
        public var usesDistances = true
        /// Lead the last reading past the blocks to every step, by a linear map.
        public var lastValue = false

        public init() {}

        func validated() throws -> Configuration {
            try require("width", width, in: 1...4096)
            try require("blocks", blocks, in: 0...64)
            try require("rank", rank, in: 1...1024)
            try require("dropout", dropout, in: 0...0.95)
            return self
        }
    }

    let configuration: Configuration
    let parts: PlaceAndTime
    let graph: Graph?

    public init(_ configuration: Configuration, _ context: ModelContext) {
        self.configuration = configuration
        parts = PlaceAndTime(shape: context.shape)
        graph = configuration.usesDistances ? context.graph : nil
    }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let width = configuration.width, nodes = parts.shape.nodes
        let profile = parts.profile(inputs, scope)
        var x = parts.features(inputs, width: width, profile: profile, scope)
        let learned = learnedGraph(scope.child("graph"), nodes: nodes)
        let distances = graph.map { scope.trace.constant($0.transition, [nodes, nodes]) }
        for index in 0..<configuration.blocks {
            let block = scope.child("block\(index)")
            var inner = relu(Dense(width)(x, block.child("in")))
            var mixed = inner * block.parameter("gate", [width], .constant(1))
            for (name, support) in [("distanceGate", distances), ("learnedGate", learned)] {
                guard let support else { continue }
                mixed = mixed + support.matmul(inner) * block.parameter(name, [width], .normal(0.3))
            }
            inner = block.dropout(mixed, rate: configuration.dropout)
            x = x + Dense(width)(inner, block.child("out"))
            scope.tap("block\(index)", x)
        }
        let base =
            configuration.lastValue
            ? profile.target + parts.carried(inputs, profile: profile.history, scope) : profile.target
        return parts.forecast(x, profile: base, scope)
    }

    private func learnedGraph(_ scope: Scope, nodes: Int) -> Tensor? {
        let source = scope.parameter("source", [nodes, configuration.rank], .normal(0.5))
        let target = scope.parameter("target", [nodes, configuration.rank], .normal(0.5))
        return softmax(relu(source.matmul(target, transposeOther: true)))
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        PlaceAndTime.statistics(data)
    }
}
