public import LimbeckCompute
public import LimbeckModels
public import LimbeckONNX
public import LimbeckRuntime

/// A model from an ONNX file. Its initializers are parameters with the file's values, so that it
/// forecasts as it did where it was trained, and can be trained further.
public struct ImportedModel: Model {
    /// What the file reads and gives.
    public enum Units: String, Codable, Sendable, CaseIterable {
        /// Values scaled as the recipe's task says.
        case scaled
        /// Values in the units of the data; scaling, if any, is inside the file.
        case original
    }

    public struct Configuration: Codable, Sendable {
        /// See `AxisLayout`; empty finds the only one that fits.
        public var layout = ""
        public var outputLayout = ""
        public var input = Units.scaled
        public var output = Units.scaled

        public init() {}
    }

    public let file: ONNXModel
    public let shape: ForecastShape
    public let configuration: Configuration
    /// As found, where the configuration left them open.
    public let inputLayout: AxisLayout
    public let outputLayout: AxisLayout
    /// Stands for the file, in what a run depends on.
    public let content: String
    private let scaler: Scaler

    /// Traces the file at several batch sizes: whatever does not fit is thrown here.
    public init(
        _ file: ONNXModel, content: String = "", shape: ForecastShape, scaler: Scaler,
        configuration: Configuration = Configuration()
    ) throws {
        try ImportSummary(file).check()
        self.file = file
        self.shape = shape
        self.scaler = scaler
        self.configuration = configuration
        self.content = content
        guard scaler.center.count == shape.nodes * shape.channels else {
            throw ImportError(
                .mismatch,
                "The scaler has \(scaler.center.count) entries for \(shape.nodes) places of \(shape.channels).")
        }
        let input = file.graph.dataInputs[0]
        let window = AxisLayout.Window(steps: shape.history, nodes: shape.nodes, channels: shape.channels)
        inputLayout = try AxisLayout.resolve(
            configuration.layout, key: "layout", what: "input \"\(input.name)\"", window: window,
            rank: input.axes.count,
            fits: { input.accepts($0, window) }, found: input.shapeText)
        let ahead = AxisLayout.Window(steps: shape.horizon, nodes: shape.nodes, channels: shape.outputs)
        // A batch that no other axis has, so that it is recognised.
        let own = [shape.history, shape.horizon, shape.nodes, shape.channels]
        let batch = [7, 11, 13, 17, 19].first { prime in own.allSatisfy { $0 % prime != 0 } } ?? 23
        let result = try Self.traced(file, inputLayout, window, batch: batch).shape.extents
        outputLayout = try AxisLayout.resolve(
            configuration.outputLayout, key: "outputLayout", what: "output", window: ahead, rank: result.count,
            fits: { $0.extents(batch: batch, ahead) == result }, found: "\(Shape(result)) for \(batch) windows")
        for batch in [1, 2] {
            let shape = try Self.traced(file, inputLayout, window, batch: batch).shape.extents
            guard shape == outputLayout.extents(batch: batch, ahead) else {
                throw ImportError(
                    .mismatch,
                    "The file gives \(Shape(shape)) for \(batch) windows and \(Shape(result)) for others; export it with a dynamic batch axis."
                )
            }
        }
        try checkWindowsAreApart()
    }

    private static func traced(
        _ file: ONNXModel, _ layout: AxisLayout, _ window: AxisLayout.Window, batch: Int
    ) throws -> Tensor {
        let trace = Trace()
        let history = trace.input("history", [batch, window.steps, window.nodes, window.channels])
        do {
            return try GraphTracer(file, Scope(trace, mode: .inference)).run(layout.arranged(history))
        } catch let error as ImportError where error.code == .malformed && file.graph.hasFixedBatch {
            throw ImportError(
                .mismatch,
                "\(error.message) (With \(batch) windows; the file's input has only fixed axes: export it with a dynamic batch axis.)"
            )
        }
    }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let target: Shape = [inputs.batch, shape.horizon, shape.nodes, shape.outputs]
        let window = AxisLayout.Window(steps: shape.horizon, nodes: shape.nodes, channels: shape.outputs)
        let history = configuration.input == .scaled ? inputs.history : scaler.unscaled(inputs.history, shape)
        // A file that works for a few windows and not for many gives what is found not to be finite.
        guard let output = try? GraphTracer(file, scope).run(inputLayout.arranged(history)),
            output.shape.extents == outputLayout.extents(batch: inputs.batch, window)
        else { return inputs.trace.constant(.nan).broadcast(to: target) }
        let forecast = outputLayout.restored(output, batch: inputs.batch, window)
        return configuration.output == .scaled ? forecast : scaler.scaled(forecast, shape)
    }
}

extension Scaler {
    private func entries(_ values: [Float], _ trace: Trace, _ shape: ForecastShape) -> Tensor {
        trace.constant(values, [shape.nodes, shape.channels])
    }

    /// `[…, N, C]` back in original units.
    func unscaled(_ x: Tensor, _ shape: ForecastShape) -> Tensor {
        let inner = x * entries(spread, x.trace, shape) + entries(center, x.trace, shape)
        return transform == .identity ? inner : inner * abs(inner)
    }

    /// `[…, N, O]` in original units, scaled.
    func scaled(_ x: Tensor, _ shape: ForecastShape) -> Tensor {
        let inner = transform == .identity ? x : x.unary(.sign) * abs(x).unary(.squareRoot)
        func targets(_ values: [Float]) -> Tensor {
            x.trace.constant(
                (0..<shape.nodes * shape.outputs).map { values[shape.entry($0)] }, [shape.nodes, shape.outputs])
        }
        return (inner - targets(center)) * targets(spread.map { 1 / $0 })
    }
}
