public import LimbeckCompute
import LimbeckNN
import LimbeckRuntime
import LimbeckSeries

/// Graph WaveNet (Wu et al. 2019): dilated gated temporal convolutions, diffusion over fixed and
/// learned graphs, residual and skip connections.
///
/// Inside, time comes first and the batch is cut into groups of a few, `[T, B/b, N, b, C]`: each
/// convolution tap is one matrix product over a contiguous view, each diffusion step T · B/b products
/// of `[N, N]` by `[N, b·C]`, small enough that a whole layer runs in a core's cache. Only the last
/// step of each layer's skip is computed, since only that reaches the forecast.
public struct GraphWaveNet: Model {
    public struct Configuration: Codable, Sendable {
        public var residual = 32
        public var skip = 256
        public var end = 512
        public var blocks = 4
        /// Layers in a block; the dilation doubles from one to the next.
        public var layers = 2
        /// Powers of each support.
        public var order = 2
        /// Length of a node's embedding in the learned graph; 0 for none.
        public var rank = 10
        public var dropout: Float = 0.3
        /// Adds learned place, hour and weekday embeddings to the input, and forecasts on top of
        /// the weekly profile. Off, the model is as published.
        public var embeddings = false

        public init() {}

        func validated() throws -> Configuration {
            try require("residual", residual, in: 1...4096)
            try require("skip", skip, in: 1...8192)
            try require("end", end, in: 1...8192)
            try require("blocks", blocks, in: 1...32)
            try require("layers", layers, in: 1...10)
            try require("order", order, in: 1...8)
            try require("rank", rank, in: 0...1024)
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
        graph = context.graph
    }

    /// Steps of history one forecast depends on.
    var receptiveField: Int {
        1 + configuration.blocks * ((1 << configuration.layers) - 1)
    }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let c = configuration, shape = parts.shape
        let supports = self.supports(scope)
        let group = groupSize(inputs.batch), groups = inputs.batch / group
        // [B, T, N, C] → [T, B/b, N, b, C]
        var x = inputs.history.reshaped([groups, group, shape.history, shape.nodes, shape.channels])
            .transposed([2, 0, 3, 1, 4])
        x = x.padded(axis: 0, before: max(0, receptiveField - shape.history))
        x = Dense(c.residual)(x, scope.child("start"))
        if c.embeddings { x = x + embedding(inputs, scope, group) }
        var skip: Tensor?
        var layer = 0
        for _ in 0..<c.blocks {
            for level in 0..<c.layers {
                let place = scope.child("layer\(layer)")
                let dilation = 1 << level
                let residual = x
                let filter = TemporalConvolution(c.residual, kernel: 2, dilation: dilation)(x, place.child("filter"))
                let gate = TemporalConvolution(c.residual, kernel: 2, dilation: dilation)(x, place.child("gate"))
                x = tanh(filter) * sigmoid(gate)
                let last = x.sliced(axis: 0, start: x.shape[0] - 1, length: 1)
                let part = Dense(c.skip)(last, place.child("skip"))
                skip = skip.map { $0 + part } ?? part
                x = DiffusionConvolution(c.residual, order: c.order)(x, supports, place.child("diffusion"))
                x = place.dropout(x, rate: c.dropout)
                x = x + residual.sliced(axis: 0, start: residual.shape[0] - x.shape[0], length: x.shape[0])
                x = BatchNorm()(x, place.child("norm"))
                scope.tap("layer\(layer)", x)
                layer += 1
            }
        }
        guard let skip else { preconditionFailure("GraphWaveNet: no layers") }
        let end = relu(Dense(c.end)(relu(skip), scope.child("end")))
        let count = shape.head.count(shape)
        // [1, B/b, N, b, count] → [B, N, count]
        let numbers = Dense(count)(end, scope.child("head"))
            .reshaped([groups, shape.nodes, group, count])
            .transposed([0, 2, 1, 3])
            .reshaped([inputs.batch, shape.nodes, count])
        return shape.head(numbers, usual: c.embeddings ? parts.profile(inputs, scope).target : nil, shape)
    }

    /// The largest divisor of the batch with which a diffusion step's product is at most 256 wide.
    private func groupSize(_ batch: Int) -> Int {
        let most = max(1, 256 / configuration.residual)
        return (1...most).last { batch % $0 == 0 } ?? 1
    }

    private func supports(_ scope: Scope) -> [Support] {
        let nodes = parts.shape.nodes
        var supports: [Support] = []
        if let graph {
            for matrix in [graph.transition, graph.reversed.transition] {
                supports.append(.fixed(matrix, nodes: nodes, scope.trace))
            }
        }
        if configuration.rank > 0 {
            let learned = AdaptiveGraph(nodes: nodes, rank: configuration.rank)
            supports.append(.dense(learned(scope.child("graph"))))
        }
        return supports
    }

    /// `[B/b, N, b, residual]`, added to every step.
    private func embedding(_ inputs: ModelInputs, _ scope: Scope, _ group: Int) -> Tensor {
        let width = configuration.residual, shape = parts.shape
        var place = scope.child("place").parameter("table", [shape.nodes, 1, width], .normal(0.1))
        if let facts = parts.facts(width: width, scope) { place = place + facts.reshaped([shape.nodes, 1, width]) }
        let hour = Embedding(shape.cardinality(.stepOfDay), width)(
            inputs.calendar(CalendarSlot(.stepOfDay)), scope.child("hour"))
        let day = Embedding(7, width)(inputs.calendar(CalendarSlot(.weekday)), scope.child("day"))
        return place + (hour + day).reshaped([inputs.batch / group, 1, group, width])
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        configuration.embeddings ? PlaceAndTime.statistics(data) : [:]
    }
}
