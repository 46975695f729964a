import LimbeckONNX
public import LimbeckRuntime

/// Students as Core ML packages, ML Programs for iOS 15 and macOS 12 on (16 and 13 with int8 weights),
/// that take raw readings and a time:
///
///     readings  float32 [T, N, C]   in original units, NaN for missing
///     origin    int32 [2]           the first step that is forecast: days since 1970, seconds of the day
///     forecast  float32 [H, N, O]   in original units; a classifier's outputs as they are
///
/// Scaler, missing readings, local time, calendar and program are all inside.
public enum CoreMLExport {
    /// The files of a `.mlpackage` by their paths in it, in one order.
    ///
    /// Throws `refused` for a student that is not valid, `unsupportedOperation` for an instruction
    /// that Core ML cannot express.
    public static func files(_ content: StudentContent) throws -> [(path: String, bytes: [UInt8])] {
        var builder = MILBuilder(try StudentGraph(content, for: .coreML))
        try builder.run()
        let specification = CoreMLSpecification(
            program: builder.program, readings: builder.graph.readings, origin: builder.graph.origin,
            forecast: builder.graph.forecast, metadata: ONNXExport.metadata(content))
        let folder = "Data/com.apple.CoreML"
        return [
            ("Manifest.json", Array(manifest.utf8)),
            ("\(folder)/model.mlmodel", specification.encoded()),
            ("\(folder)/weights/weight.bin", builder.blobs.file),
        ]
    }

    /// Items are known by these names inside one package only.
    private static let manifest = """
        {
            "fileFormatVersion": "1.0.0",
            "itemInfoEntries": {
                "8d6c2b0e-51f4-4c1b-9a73-0e4d5f1c7a01": {
                    "author": "com.apple.CoreML",
                    "description": "CoreML Model Weights",
                    "name": "weights",
                    "path": "com.apple.CoreML/weights"
                },
                "8d6c2b0e-51f4-4c1b-9a73-0e4d5f1c7a02": {
                    "author": "com.apple.CoreML",
                    "description": "CoreML Model Specification",
                    "name": "model.mlmodel",
                    "path": "com.apple.CoreML/model.mlmodel"
                }
            },
            "rootModelIdentifier": "8d6c2b0e-51f4-4c1b-9a73-0e4d5f1c7a02"
        }

        """
}

/// Core ML's `Model` message (Model.proto of coremltools 9) around an ML Program.
struct CoreMLSpecification {
    var program: MILProgram
    var readings, origin, forecast: GraphValue
    var metadata: [(key: String, value: String)]

    /// Array types by their number in the format.
    private enum ArrayElement: Int64 { case float32 = 65_568, int32 = 131_104 }

    func encoded() -> [UInt8] {
        var out = WireWriter()
        // iOS 15 reads version 6, iOS 16 version 7.
        out.integer(1, program.operationSet == "CoreML5" ? 6 : 7)
        out.message(2) { description in
            description.message(1) {
                feature(readings, .float32, "steps × places × channels in original units; NaN is missing", &$0)
            }
            description.message(1) {
                feature(origin, .int32, "the first step that is forecast: days since 1970, seconds of the day", &$0)
            }
            description.message(10) {
                feature(forecast, .float32, "steps × places × outputs, a forecast in original units", &$0)
            }
            description.message(100) { all in
                all.text(1, "A student distilled with Limbeck.")
                for entry in metadata {
                    all.message(100) {
                        $0.text(1, entry.key)
                        $0.text(2, entry.value)
                    }
                }
            }
        }
        out.message(502) { program.encode(&$0) }
        return out.bytes
    }

    private func feature(
        _ value: GraphValue, _ element: ArrayElement, _ text: String, _ out: inout WireWriter
    ) {
        out.text(1, value.name)
        out.text(2, text)
        out.message(3) {
            $0.message(5) { array in
                array.packed(1, value.shape.map { Int64($0) })
                array.integer(2, element.rawValue)
            }
        }
    }
}
