import LimbeckNN
import LimbeckTesting
import Testing

@testable import LimbeckCompute

/// One case per operation and layer: a traced function of its own parameters.
struct GradientCase: Sendable, CustomTestStringConvertible {
    var name: String
    /// Away from zero, for kinks there.
    var margin: Float
    var build: @Sendable (Scope) -> Tensor
    var testDescription: String { name }

    init(_ name: String, margin: Float = 0, _ build: @escaping @Sendable (Scope) -> Tensor) {
        self.name = name
        self.margin = margin
        self.build = build
    }
}

private func x(_ scope: Scope, _ shape: Shape, _ name: String = "x") -> Tensor {
    scope.parameter(name, shape, .uniform(1))
}
/// At least 0.5, for what has a pole at zero or none below it.
private func positive(_ scope: Scope, _ shape: Shape, _ name: String = "x") -> Tensor {
    square(scope.parameter(name, shape, .uniform(1))).plus(0.5)
}

/// On both sides of zero, and by `margin` away from it.
private let unary = Unary.Kind.allCases.map { kind in
    GradientCase("\(kind)", margin: 0.1) { scope in
        switch kind {
        case .log, .squareRoot, .reciprocal: positive(scope, [3, 5]).unary(kind)
        case .copy, .negate, .absolute, .sign, .exp, .square, .relu, .sigmoid, .tanh, .softplus, .erf, .step,
            .affine:
            x(scope, [3, 5]).unary(kind)
        }
    }
}

private let binary = Binary.Kind.allCases.flatMap { kind in
    [([4, 3], [4, 3]), ([4, 3], [3]), ([2, 4, 3], [4, 1]), ([2, 1, 3], [1, 4, 1]), ([4, 3], [])].map {
        (pair: (Shape, Shape)) in
        GradientCase("\(kind) \(pair.0) \(pair.1)", margin: 0.1) { scope in
            let a = x(scope, pair.0, "a")
            switch kind {
            case .divide: return a.binary(kind, positive(scope, pair.1, "b"))
            // b within ±0.055, a beyond ±0.1: either may be the larger, and none by little.
            case .maximum, .minimum, .greater: return a.binary(kind, x(scope, pair.1, "b").scaled(0.05))
            case .add, .subtract, .multiply: return a.binary(kind, x(scope, pair.1, "b"))
            }
        }
    }
}

/// Along each axis of `[4, 5, 3]` and all; what leads does so by more than a difference moves.
private let reductions = Reduce.Kind.allCases.flatMap { kind in
    (0..<3).map { axis in
        GradientCase("\(kind) of axis \(axis)") { scope in
            let spread = scope.trace.constant((0..<60).map { Float($0 * 37 % 60) * 0.1 }, [4, 5, 3])
            let values = x(scope, [4, 5, 3]).scaled(0.02) + spread
            return square(kind == .sum ? values.sum(axis: axis) : values.maximum(axis: axis))
        }
    }
}

private let structural: [GradientCase] = [
    GradientCase("mean of all") { square(x($0, [4, 5])).mean() },
    GradientCase("reshape and transpose") { square(x($0, [2, 3, 4]).transposed([2, 0, 1]).reshaped([8, 3])) },
    GradientCase("slice leading") { square(x($0, [5, 3]).sliced(axis: 0, start: 1, length: 3)) },
    GradientCase("slice inner") { square(x($0, [3, 5, 2]).sliced(axis: 1, start: 2, length: 2)) },
    GradientCase("pad") { square(x($0, [3, 2]).padded(axis: 0, before: 2, after: 1).plus(1)) },
    GradientCase("concatenate") { square(concatenate([x($0, [3, 2], "a"), x($0, [3, 4], "b")], axis: 1)) },
    GradientCase("gather") { scope in
        let indices = scope.trace.input("indices", [4], .int32)
        return square(x(scope, [3, 2]).gather(indices).plus(1))
    },
    GradientCase("softmax") { softmax(x($0, [3, 5])) },
    GradientCase("log softmax") { logSoftmax(x($0, [3, 5])) },
    GradientCase("dropout") { scope in scope.dropout(square(x(scope, [6, 5])), rate: 0.4) },
    GradientCase("sparse mixing") { scope in
        let matrix = SparseMatrix(
            rows: 3, columns: 3, entries: [(0, 1, 0.5), (1, 1, -2), (2, 0, 1.5), (2, 2, 1)])
        return square(x(scope, [2, 3, 4]).mixed(by: matrix).plus(1))
    },
    GradientCase("gelu") { gelu(x($0, [3, 4])) },
]

private let products: [GradientCase] = [(false, false), (false, true), (true, false), (true, true)]
    .flatMap { ta, tb in
        [([], []), ([2], []), ([], [2]), ([2], [2])].map { (batchA: [Int], batchB: [Int]) in
            GradientCase("matmul \(ta ? "ᵀ" : "") \(tb ? "ᵀ" : "") \(batchA) \(batchB)") { scope in
                let a = x(scope, Shape(batchA + (ta ? [4, 3] : [3, 4])), "a")
                let b = x(scope, Shape(batchB + (tb ? [5, 4] : [4, 5])), "b")
                return square(a.matmul(b, transposeSelf: ta, transposeOther: tb))
            }
        }
    }

private let layers: [GradientCase] = [
    GradientCase("dense") { square(Dense(4)(x($0, [3, 5]), $0.child("dense"))) },
    GradientCase("gated recurrent unit") {
        square(GRUCell(3)(x($0, [4, 2]), x($0, [4, 3], "h"), $0.child("gru")).plus(1))
    },
    GradientCase("long short-term memory") {
        square(RecurrentLayer(.lstm, units: 3)(x($0, [4, 2, 2]), $0.child("lstm")).plus(1))
    },
    GradientCase("layer of GRU, every state") {
        square(RecurrentLayer(.gru, units: 3, keepsSteps: true)(x($0, [3, 2, 2]), $0.child("gru")).plus(1))
    },
    GradientCase("depthwise convolution") {
        square(DepthwiseConvolution(kernel: 2, dilation: 2)(x($0, [5, 2, 3]), $0.child("depthwise")))
    },
    GradientCase("convolution of images") {
        square(Convolution2D(3)(x($0, [2, 4, 5, 2]), $0.child("conv")))
    },
    GradientCase("largest of squares") { scope in
        let spread = scope.trace.constant((0..<100).map { Float($0 * 37 % 100) * 0.1 }, [2, 5, 5, 2])
        return square((x(scope, [2, 5, 5, 2]).scaled(0.02) + spread).maxPooled(2))
    },
    GradientCase("attention") { scope in
        square(MultiHeadAttention(heads: 2)(x(scope, [2, 5, 4]), scope.child("attention")).plus(1))
    },
    GradientCase("attention to others") { scope in
        square(attention(x(scope, [2, 3, 4], "q"), x(scope, [2, 5, 4], "k"), x(scope, [2, 5, 4], "v"), heads: 2))
    },
    GradientCase("layer norm") { square(LayerNorm()(x($0, [3, 6]), $0.child("norm")).plus(1)) },
    GradientCase("batch norm") { square(BatchNorm()(x($0, [6, 3]), $0.child("norm")).plus(1)) },
    GradientCase("dilated convolution") {
        square(TemporalConvolution(3, kernel: 2, dilation: 2)(x($0, [6, 2, 2]), $0.child("conv")))
    },
    GradientCase("causal convolution") {
        square(TemporalConvolution(3, kernel: 3, causal: true)(x($0, [5, 2]), $0.child("conv")))
    },
    GradientCase("diffusion convolution") { scope in
        let graph = AdaptiveGraph(nodes: 3, rank: 2)(scope.child("graph"))
        return DiffusionConvolution(2)(x(scope, [2, 3, 2, 2]), [.dense(graph)], scope.child("diffusion"))
    },
    GradientCase("absolute loss", margin: 0.1) { Pointwise.absolute(x($0, [9], "a"), x($0, [9], "b").scaled(0.05)) },
    // Errors from 0.2 to 2.3 in steps; the turn at 0.7 lies between two of them.
    GradientCase("huber loss") { scope in
        let errors = scope.trace.constant([-2.3, -1.7, -0.9, -0.5, -0.2, 0.2, 0.5, 0.9, 1.7], [9])
        let b = x(scope, [9], "b")
        return Pointwise.huber(b + errors + x(scope, [9], "a").scaled(0.1), b, delta: 0.7)
    },
    GradientCase("binary cross-entropy") { scope in
        Pointwise.binaryCrossEntropy(logits: x(scope, [9], "z").scaled(4), sigmoid(x(scope, [9], "y")))
    },
    GradientCase("pinball loss", margin: 0.1) {
        Pointwise.pinball(x($0, [9], "a"), x($0, [9], "b").scaled(0.05), quantile: 0.9)
    },
    GradientCase("cross-entropy") { scope in
        crossEntropy(logits: x(scope, [4, 3], "z").scaled(3), probabilities: softmax(x(scope, [4, 3], "p")))
    },
    GradientCase("weighted mean") { scope in
        square(x(scope, [4, 3])).weightedMean(positive(scope, [4, 1], "w").scaled(9))
    },
]

@Suite struct GradientTests {
    @Test(arguments: unary + binary + reductions + structural + products + layers)
    func `every gradient agrees with central differences`(_ test: GradientCase) {
        let findings = GradientCheck.findings(
            margin: test.margin,
            prepare: { executable in
                if let indices = executable.indices("indices") {
                    for (index, value) in [2, 0, 2, 1].enumerated() { indices[index] = Int32(value) }
                }
            }, test.build)
        #expect(findings == [])
    }
}
