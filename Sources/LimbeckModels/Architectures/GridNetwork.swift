public import LimbeckCompute
import LimbeckNN

/// Residual 2-D convolutions over places that lie on a grid, history and profile as channels, on top of
/// the weekly profile (after Zhang et al. 2017, "ST-ResNet").
public struct GridNetwork: Model {
    public struct Configuration: Codable, Sendable {
        /// Rows of the grid; places are in row order. 1 is a line of places.
        public var rows = 1
        /// Features of a cell.
        public var width = 16
        /// Residual blocks of two convolutions.
        public var blocks = 2
        /// Cells that a convolution reads each way, odd.
        public var kernel = 3
        /// Share of features dropped inside a block in training.
        public var dropout: Float = 0

        public init() {}
    }

    let configuration: Configuration
    let parts: PlaceAndTime

    /// Throws `badConfiguration`.
    public init(_ configuration: Configuration, _ context: ModelContext) throws {
        try require("rows", configuration.rows, in: 1...max(1, context.shape.nodes))
        try require("width", configuration.width, in: 1...4096)
        try require("blocks", configuration.blocks, in: 0...64)
        try require("kernel", configuration.kernel, in: 1...31)
        try require("dropout", configuration.dropout, in: 0...0.95)
        guard context.shape.nodes % configuration.rows == 0, configuration.kernel % 2 == 1 else {
            throw ModelError(
                .badConfiguration,
                """
                A grid of \(configuration.rows) rows with a kernel of \(configuration.kernel) does not fit \
                \(context.shape.nodes) places; rows must divide the number of places and the kernel be odd.
                """)
        }
        self.configuration = configuration
        parts = PlaceAndTime(shape: context.shape)
    }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let shape = parts.shape, (rows, width) = (configuration.rows, configuration.width)
        let columns = shape.nodes / rows
        let profile = parts.profile(inputs, scope)
        let history = inputs.history.byPlace
        let unusual = inputs.history.channels(shape.outputs).byPlace - profile.history
        let image = concatenate([history, profile.target, unusual], axis: -1)
            .reshaped([
                inputs.batch, rows, columns,
                shape.history * shape.channels + (shape.history + shape.horizon) * shape.outputs,
            ])
        func convolve(_ x: Tensor, _ scope: Scope) -> Tensor {
            Convolution2D(width, kernel: configuration.kernel)(x, scope)
        }
        let identity = parts.identity(inputs, width: width, scope)
        var x =
            convolve(image, scope.child("input")).reshaped([inputs.batch, shape.nodes, width]) + identity.place
            + identity.time
        for index in 0..<configuration.blocks {
            let block = scope.child("block\(index)")
            let inner = relu(convolve(x.reshaped([inputs.batch, rows, columns, width]), block.child("in")))
            let outer = convolve(block.dropout(inner, rate: configuration.dropout), block.child("out"))
            x = x + outer.reshaped([inputs.batch, shape.nodes, width])
            scope.tap("block\(index)", x)
        }
        return parts.forecast(x, profile: profile.target, scope)
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        PlaceAndTime.statistics(data)
    }
}
