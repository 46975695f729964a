import LimbeckCompute
import LimbeckGolden
import LimbeckNN
import Testing

/// A layer or loss as PyTorch computes it.
struct LayerReference: Decodable, Sendable {
    var name: String
    var parameters, states, gradients, assigned: GoldenArrays
    var integers: [String: [Int32]]
    var upstream, output: GoldenArray
}

private typealias Build = @Sendable (Scope, (String) -> Tensor) -> Tensor

/// By the reference's name: the layer under test, given the reference's inputs by path.
private let layers: [String: Build] = [
    "dense": { Dense(4)($1("x"), $0.child("dense")) },
    "dilated convolution": { TemporalConvolution(5, kernel: 3, dilation: 2)($1("x"), $0.child("conv")) },
    "causal convolution": {
        TemporalConvolution(5, kernel: 3, dilation: 2, causal: true)($1("x"), $0.child("conv"))
    },
    "diffusion convolution": {
        DiffusionConvolution(3, order: 2)($1("x"), [.dense($1("a")), .dense($1("b"))], $0.child("diffusion"))
    },
    "adaptive graph": { scope, _ in AdaptiveGraph(nodes: 5, rank: 3)(scope.child("graph")) },
    "embedding": { scope, _ in
        Embedding(6, 3)(scope.trace.input("indices", [2, 3], .int32), scope.child("embedding"))
    },
    "gated recurrent unit": { GRUCell(3)($1("x"), $1("h"), $0.child("gru")) },
    "long short-term memory": { RecurrentLayer(.lstm, units: 3, keepsSteps: true)($1("x"), $0.child("lstm")) },
    "depthwise causal convolution": {
        DepthwiseConvolution(kernel: 3, dilation: 2, causal: true)($1("x"), $0.child("depthwise"))
    },
    "two layers of GRU": { scope, input in
        let steps = (0..<3).map { input("x").sliced(axis: 0, start: $0, length: 1).reshaped([4, 2]) }
        return concatenate(GRU(3, layers: 2)(steps, scope.child("gru")).outputs, axis: 1)
    },
    "convolution of images": { Convolution2D(4)($1("x"), $0.child("conv")) },
    "wide convolution of images": { Convolution2D(2, kernel: 5)($1("x"), $0.child("conv")) },
    "largest of squares": { $1("x").maxPooled(2) },
    "attention": { MultiHeadAttention(heads: 2)($1("x"), $0.child("attention")) },
    "layer norm": { LayerNorm()($1("x"), $0.child("norm")) },
    "batch norm, training": { BatchNorm()($1("x"), $0.child("norm")) },
    "batch norm, inference": {
        BatchNorm()($1("x"), Scope($0.trace, mode: .inference).child("norm"))
    },
    "softmax": { softmax($1("x")) },
    "log softmax": { logSoftmax($1("x")) },
    "gelu": { gelu($1("x")) },
    "cross-entropy of soft labels": { crossEntropy(logits: $1("z"), probabilities: softmax($1("q"))) },
    "binary cross-entropy": { Pointwise.binaryCrossEntropy(logits: $1("z"), sigmoid($1("q"))) },
    "huber": { Pointwise.huber($1("p"), $1("e"), delta: 0.7) },
    "pinball": { Pointwise.pinball($1("p"), $1("e"), quantile: 0.9) },
    "weighted mean": { $1("x").weightedMean($1("w")) },
]

@Suite struct LayerGoldenTests {
    /// Losses of distillation are compared where they live.
    private static func references() throws -> [LayerReference] {
        try Golden.load("layers", as: [LayerReference].self)
            .filter { !$0.name.hasPrefix("temperature KL") }
    }

    @Test func `forward, gradient and running statistics agree with PyTorch`() throws {
        for reference in try Self.references() {
            let build = try #require(layers[reference.name], "no layer for \(reference.name)")
            let findings = Self.findings(reference, workers: 2, build)
            #expect(findings == [], "\(reference.name)")
        }
    }

    @Test func `every layer here has its reference`() throws {
        #expect(try Set(Self.references().map(\.name)) == Set(layers.keys))
    }

    @Test func `a wrong layer is found`() throws {
        let reference = try #require(Self.references().first { $0.name == "dilated convolution" })
        let findings = Self.findings(reference, workers: 1) {
            TemporalConvolution(5, kernel: 3, dilation: 2)($1("x").scaled(1.001), $0.child("conv"))
        }
        #expect(findings.contains { $0.hasPrefix("output") })
    }

    private static func findings(_ reference: LayerReference, workers: Int, _ build: Build) -> [String] {
        let trace = Trace()
        let scope = Scope(trace, mode: .training)
        let result = build(scope) { path in
            scope.parameter(path, Shape(reference.parameters[path]?.shape ?? []), .constant(0))
        }
        guard result.shape.extents == reference.output.shape else {
            return ["shape \(result.shape), expected \(reference.output.shape)"]
        }
        let upstream = trace.constant(reference.upstream.values, Shape(reference.upstream.shape))
        let loss = (result * upstream).sum()
        trace.output("output", result)
        trace.differentiate(loss)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        let unset = parameters.set(reference.parameters.merging(reference.states) { a, _ in a })
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: workers))
        for (name, values) in reference.integers { _ = executable.indices(name)?.update(from: values) }
        executable.run()
        return unset + executable.findings("output", reference.output)
            + executable.gradientFindings(reference.gradients) + parameters.findings(reference.assigned)
    }
}
