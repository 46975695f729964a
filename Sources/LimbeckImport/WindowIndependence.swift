import LimbeckCompute
import LimbeckModels
public import LimbeckONNX

/// A teacher forecasts each window by itself: what stands beside it in a batch must change nothing. A mean over the
/// batch axis, or batch normalisation exported while training, breaks that without a word.
enum WindowIndependence {
    /// The share of the outputs' range that rounding may change.
    static let tolerance: Float = 1e-3

    /// Throws `unsupported` when a window alone and beside another gets different forecasts.
    static func check(alone: [Float], together: [Float], other: [Float]) throws {
        var worst: Float = 0, low = Float.infinity, high = -Float.infinity
        for (one, both) in zip(alone, together) where one.isFinite {
            guard both.isFinite else { throw refusal("stops being finite") }
            worst = max(worst, abs(one - both))
        }
        for value in alone + other where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
        guard high >= low, worst > tolerance * max(high - low, .leastNormalMagnitude) else { return }
        throw refusal("changes by up to \(worst), of outputs that range over \(high - low),")
    }

    private static func refusal(_ what: String) -> ImportError {
        ImportError(
            .unsupported,
            "The forecast of a window \(what) when another window is computed beside it; a teacher must forecast each "
                + "window by itself. Export the model for inference (model.eval() in PyTorch), without means or "
                + "normalisation over the batch axis.")
    }

    /// Numbers about 0 with spread 1, the same on every call.
    static func drawn(_ count: Int, window: Int) -> [Float] {
        var state = UInt64(window) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Float(state >> 40) * 0x1p-24 - 0.5) * 3.46 * (window == 0 ? 1 : 2) + (window == 0 ? 0 : 0.7)
        }
    }

    /// The outputs of a traced computation of one input.
    static func run(_ input: [Float], _ shape: [Int], _ trace: (Tensor) throws -> Tensor) rethrows -> [Float] {
        let graph = Trace()
        graph.output("output", try trace(graph.input("history", Shape(shape))))
        let computation = graph.finish()
        let executable = Executable(
            computation, parameters: Parameters(computation.parameters, seed: 1), pool: WorkerPool(workers: 1))
        _ = executable.input("history")?.update(from: input)
        executable.run()
        return executable.output("output").map(Array.init) ?? []
    }
}

extension ImportedModel {
    /// Runs two drawn windows alone and together.
    func checkWindowsAreApart() throws {
        let size = shape.history * shape.nodes * shape.channels
        let windows = (0..<2).map { WindowIndependence.drawn(size, window: $0) }
        func forecast(_ windows: [[Float]]) -> [Float] {
            let trace = Trace()
            let inputs = ModelInputs(trace, shape: shape, batch: windows.count)
            trace.output("forecast", self(inputs, Scope(trace, mode: .inference)))
            let computation = trace.finish()
            let executable = Executable(
                computation, parameters: Parameters(computation.parameters, seed: 1), pool: WorkerPool(workers: 1))
            _ = executable.input("history")?.update(from: windows.flatMap(\.self))
            executable.run()
            return executable.output("forecast").map(Array.init) ?? []
        }
        let alone = windows.map { forecast([$0]) }
        let together = forecast(windows)
        let half = together.count / 2
        try WindowIndependence.check(alone: alone[0], together: Array(together[..<half]), other: alone[1])
        try WindowIndependence.check(alone: alone[1], together: Array(together[half...]), other: alone[0])
    }
}

extension ImportSummary {
    /// Why the file cannot be a teacher of any data; nil where nothing speaks against it yet.
    ///
    /// Whether windows are answered apart is tried where the first axis alone is open: with other open axes only the
    /// data tells their extents.
    public func refusal(_ file: ONNXModel) -> String? {
        do {
            try check()
            try checkWindows(file)
            return nil
        } catch let error as ImportError {
            return error.message
        } catch {
            return "\(error)"
        }
    }

    private func checkWindows(_ file: ONNXModel) throws {
        guard let axes = file.graph.dataInputs.first?.axes, case .named = axes.first else { return }
        let rest = axes.dropFirst().compactMap { axis -> Int? in
            guard case .fixed(let extent) = axis, extent > 0, extent < 1 << 20 else { return nil }
            return Int(extent)
        }
        let (size, isLarge) = rest.reduce((1, false)) { product, extent in
            let (next, overflow) = product.0.multipliedReportingOverflow(by: extent)
            return (next, product.1 || overflow)
        }
        guard rest.count == axes.count - 1, !isLarge, size < 1 << 22 else { return }
        let windows = (0..<2).map { WindowIndependence.drawn(size, window: $0) }
        var outer: [[Int]] = []
        func output(_ windows: [[Float]]) throws -> [Float] {
            try WindowIndependence.run(windows.flatMap(\.self), [windows.count] + rest) { input in
                let result = try GraphTracer(file, Scope(input.trace, mode: .inference)).run(input)
                outer.append(result.shape.extents)
                return result
            }
        }
        let alone = try windows.map { try output([$0]) }, together = try output(windows)
        // Only where windows lie first in the output too.
        guard outer.allSatisfy({ $0.dropFirst() == outer[0].dropFirst() }), outer[0].first == 1, outer[2].first == 2
        else {
            return
        }
        let half = together.count / 2
        try WindowIndependence.check(alone: alone[0], together: Array(together[..<half]), other: alone[1])
        try WindowIndependence.check(alone: alone[1], together: Array(together[half...]), other: alone[0])
    }
}
