import Foundation
import LimbeckCompute
import LimbeckImport
import LimbeckModels
import LimbeckONNX
import LimbeckRuntime

/// A model written by `Tests/Golden/make_onnx.py`, and what it gives there.
struct Fixture: Decodable {
    var input, output: [Float]
    var inputShape, outputShape: [Int]
    var layout, outputLayout: String

    static let shape = ForecastShape(history: 12, horizon: 4, nodes: 5, channels: 2, step: 3600)
    static let scaler = Scaler(center: [Float](repeating: 0, count: 10), spread: [Float](repeating: 1, count: 10))
    static let names =
        [
            "mlp", "cnn1d", "cnn2d", "lstm", "gru", "stgcn", "graphwavenet", "attention",
        ].flatMap { [$0, $0 + ".dynamo"] } + ["keras-lstm", "keras-gru", "keras-cnn"]

    static func bytes(_ file: String) throws -> [UInt8] {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Fixtures")
        guard let url = folder?.appendingPathComponent(file) else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: url))
    }

    init(_ name: String) throws {
        let json = name.replacingOccurrences(of: ".dynamo", with: "") + ".json"
        self = try JSONDecoder().decode(Fixture.self, from: Data(Self.bytes(json)))
    }

    static func file(_ name: String) throws -> ONNXModel { try ONNXModel(bytes(name + ".onnx")) }

    func model(_ name: String) throws -> ImportedModel {
        var configuration = ImportedModel.Configuration()
        (configuration.layout, configuration.outputLayout) = (layout, outputLayout)
        return try ImportedModel(
            Self.file(name), shape: Self.shape, scaler: Self.scaler, configuration: configuration)
    }

    /// `values`, laid out as the letters say, as `[B, T, N, C]`.
    static func canonical(_ values: [Float], _ shape: [Int], _ letters: String, steps: Int) -> [Float] {
        let extents: [Character: Int] = ["B": shape[letters.firstOffset(of: "B")], "T": steps, "N": 5, "C": 2]
        let named = letters.flatMap { $0 == "F" ? "TNC".filter { !letters.contains($0) }.map { $0 } : [$0] }
        var strides: [Character: Int] = [:]
        var stride = 1
        for letter in named.reversed() {
            strides[letter] = stride
            stride *= extents[letter] ?? 1
        }
        var result: [Float] = []
        func walk(_ axes: Substring, _ offset: Int) {
            guard let axis = axes.first else { return result.append(values[offset]) }
            for index in 0..<(extents[axis] ?? 1) { walk(axes.dropFirst(), offset + index * (strides[axis] ?? 0)) }
        }
        walk("BTNC", 0)
        return result
    }
}

extension String {
    fileprivate func firstOffset(of letter: Character) -> Int {
        firstIndex(of: letter).map { distance(from: startIndex, to: $0) } ?? 0
    }
}

extension ImportedModel {
    /// `[B, H, N, C]` from `[B, T, N, C]`.
    func forecast(_ history: [Float], batch: Int) -> [Float] {
        let trace = Trace()
        let inputs = ModelInputs(trace, shape: shape, batch: batch)
        trace.output("forecast", self(inputs, Scope(trace, mode: .inference)))
        let computation = trace.finish()
        let executable = Executable(
            computation, parameters: Parameters(computation.parameters, seed: 1), pool: WorkerPool(workers: 1))
        _ = executable.input("history")?.update(from: history)
        executable.run()
        return executable.output("forecast").map(Array.init) ?? []
    }
}
