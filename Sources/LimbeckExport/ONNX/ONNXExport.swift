public import LimbeckModels
public import LimbeckONNX
public import LimbeckRuntime
public import LimbeckSeries

/// Students as ONNX files (operator set 17) that take what the device takes: raw readings and a time.
///
///     readings  float32 [T, N, C]   in original units, NaN for missing
///     origin    int64 [1]           seconds since 1970 of the first step that is forecast
///     forecast  float32 [H, N, O]   in original units; a classifier's outputs as they are
///
/// Scaler, missing readings, local time, calendar and program are all inside.
public enum ONNXExport {
    /// Larger than a device's: teachers are exported too. 8 GiB and 2⁴⁸ operations.
    public static let limits = StudentLimits(memory: 1 << 33, operations: 1 << 48)

    /// Floats; a file stays below 2³¹ bytes with room for the rest.
    private static let largestWeights = 1 << 28

    /// The bytes of the file. Throws as `model` does.
    public static func file(_ content: StudentContent) throws -> [UInt8] { try model(content).encoded() }

    /// Throws `refused` for a student that is not valid, `unsupportedOperation` for an instruction
    /// that ONNX cannot express.
    public static func model(_ content: StudentContent) throws -> ONNXModel {
        do {
            _ = try Student(content, limits: limits)
        } catch {
            throw ExportError(.refused, "The student cannot be exported: \(error.message)", cause: error)
        }
        guard content.tensors.reduce(0, { $0 + $1.count }) < largestWeights else {
            throw ExportError(
                .refused, "The student's weights are over 1 GB, more than one ONNX file holds; use a smaller model.")
        }
        let shape = content.shape
        let readings = GraphValue(name: "readings", shape: [shape.history, shape.nodes, shape.channels])
        let origin = GraphValue(name: "origin", shape: [1])
        var graph = GraphBuilder()
        let window = WindowGraph(content: content)
        let history = window.scaled(readings, &graph)
        var calendar = CalendarGraph(content.windowing, origin: origin)
        let slots = calendar.slots(&graph)
        var program = ProgramGraph(content, history: history, slots: slots, graph: graph)
        let outputs = try program.run(outputs: shape.outputCount)
        let forecast = window.unscaled(outputs, &program.graph)

        var model = ONNXModel()
        (model.graph.nodes, model.graph.initializers) = program.graph.finished(
            [(forecast, "forecast")], halves: content.tensors.contains { $0.isHalf })
        model.graph.inputs = [
            ONNXValueInfo(readings.name, .float32, readings.shape.map { .fixed($0) }),
            ONNXValueInfo(origin.name, .int64, [.fixed(1)]),
        ]
        model.graph.outputs = [ONNXValueInfo("forecast", .float32, forecast.shape.map { .fixed($0) })]
        model.metadata = metadata(content)
        return model
    }
}

extension TrainedForecaster {
    /// This model, teacher or student, as ONNX; `series` as for `student(series:)`.
    public func onnx(series: Series, card: [CardEntry] = []) throws -> ONNXModel {
        try ONNXExport.model(try student(series: series, card: card, limits: ONNXExport.limits))
    }
}

extension WeightTensor {
    fileprivate var isHalf: Bool {
        if case .float16 = self { true } else { false }
    }
}
