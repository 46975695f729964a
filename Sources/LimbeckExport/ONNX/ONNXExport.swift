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

    /// The bytes of the file. Throws as `model` does.
    public static func file(_ content: StudentContent) throws -> [UInt8] { try model(content).encoded() }

    /// Throws `refused` for a student that is not valid, `unsupportedOperation` for an instruction
    /// that ONNX cannot express.
    public static func model(_ content: StudentContent) throws -> ONNXModel {
        let graph = try StudentGraph(content, for: .onnx)
        var model = ONNXModel()
        (model.graph.nodes, model.graph.initializers) = (graph.nodes, graph.initializers)
        func info(_ value: GraphValue, _ element: ONNXElement) -> ONNXValueInfo {
            ONNXValueInfo(value.name, element, value.shape.map { .fixed($0) })
        }
        model.graph.inputs = [info(graph.readings, .float32), info(graph.origin, .int64)]
        model.graph.outputs = [info(graph.forecast, .float32)]
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
