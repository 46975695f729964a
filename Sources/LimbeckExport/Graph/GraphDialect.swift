/// Which format a graph is written for, where formats differ.
enum GraphDialect {
    case onnx, coreML, tfLite

    /// As messages call it.
    var name: String {
        switch self {
        case .onnx: "ONNX"
        case .coreML: "Core ML"
        case .tfLite: "TensorFlow Lite"
        }
    }

    /// Instants are one number of 64 bits; else days since 1970 and seconds of the day, of 32 each.
    var hasLongIntegers: Bool { self == .onnx }

    /// Recurrent layers, running choices of rows and int8 casts are nodes of the format.
    var hasLayers: Bool { self == .onnx }

    /// Images are `[batch, height, width, channels]`, and convolutions pad nothing.
    var hasChannelsLast: Bool { self == .tfLite }
}
