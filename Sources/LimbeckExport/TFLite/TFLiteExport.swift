public import LimbeckRuntime

/// Students as TensorFlow Lite files, of built-in operators alone, that take raw readings and a time:
///
///     readings  float32 [T, N, C]   in original units, NaN for missing
///     origin    int32 [2]           the first step that is forecast: days since 1970, seconds of the day
///     forecast  float32 [H, N, O]   in original units; a classifier's outputs as they are
///
/// Scaler, missing readings, local time, calendar and program are all inside.
public enum TFLiteExport {
    /// The bytes of the file.
    ///
    /// Throws `refused` for a student that is not valid, `unsupportedOperation` for an instruction
    /// that TensorFlow Lite cannot express.
    public static func file(_ content: StudentContent) throws -> [UInt8] {
        var builder = TFLiteBuilder(try StudentGraph(content, for: .tfLite))
        try builder.run()
        var model = builder.model
        model.metadata = ONNXExport.metadata(content)
        return model.encoded()
    }
}
