import LimbeckCompute
import LimbeckEvaluation
import LimbeckExport
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries
import Testing

/// Every operation a model may be written with, against the trained model's own executable.
@Suite struct OperationExportTests {
    /// From history `[1, 6, 4, 2]` to `[1, 6, 4, 2]`.
    typealias Body = @Sendable (Tensor, Scope) -> Tensor

    static let shape: Shape = [1, 6, 4, 2]

    static let bodies: [(name: String, body: Body)] = [
        ("the history itself", { x, _ in x }),
        ("a constant", { x, scope in scope.parameter("p", shape, .normal(1)) }),
        (
            "a leading slice of the history",
            { x, _ in
                let late = x.reshaped([6, 4, 2]).sliced(axis: 0, start: 2, length: 3)
                return concatenate([late, exp(late)], axis: 0).reshaped(shape)
            }
        ),
        (
            "a leading slice of a result",
            { x, _ in
                let late = sigmoid(x).reshaped([6, 4, 2]).sliced(axis: 0, start: 1, length: 2)
                return concatenate([late, late, late], axis: 0).reshaped(shape)
            }
        ),
        (
            "an inner slice and padding",
            { x, _ in
                x.sliced(axis: 2, start: 1, length: 2).padded(axis: 2, before: 1, after: 1)
            }
        ),
        (
            "concatenation along the last axis",
            { x, _ in
                concatenate(
                    [x.sliced(axis: 3, start: 1, length: 1), x.sliced(axis: 3, start: 0, length: 1)],
                    axis: -1)
            }
        ),
        (
            "every function of one value",
            { x, _ in
                let positive = square(x).plus(0.1)
                let parts = [
                    -x, abs(x), x.unary(.sign), exp(x.scaled(0.1)), log(positive),
                    positive.unary(.squareRoot), positive.unary(.reciprocal), relu(x), sigmoid(x),
                    tanh(x), softplus(x), x.unary(.erf), x.unary(.step), x.unary(.copy), gelu(x),
                ]
                return parts.enumerated().reduce(x) { $0 + $1.element.scaled(Float($1.offset + 1)) }
            }
        ),
        (
            "every function of two values",
            { x, _ in
                let y = x.transposed([0, 1, 2, 3]).scaled(-0.7).plus(0.2)
                let parts = [
                    x - y, x * y, x / square(y).plus(1), x.maximum(y), x.minimum(y), x.greater(y),
                    x * x,
                ]
                return parts.enumerated().reduce(y) { $0 + $1.element.scaled(Float($1.offset + 1)) }
            }
        ),
        (
            "repetition before, between and behind",
            { x, scope in
                let first = scope.parameter("first", [6, 1, 1], .normal(1))
                let middle = scope.parameter("middle", [6, 1, 2], .normal(1))
                let last = scope.parameter("last", [4, 1], .normal(1))
                let ofData = x.sum(axis: 2)
                return x * first + middle * x + last + ofData.broadcast(to: shape)
            }
        ),
        (
            "repetition along several axes",
            { x, _ in
                let edge = x.sliced(axis: 2, start: 0, length: 1).sliced(axis: 1, start: 3, length: 1)
                let nodes = x.sum(axis: 3).sum(axis: 1)
                return edge.broadcast(to: shape) + nodes.broadcast(to: shape) + x
            }
        ),
        (
            "sums and maxima",
            { x, _ in
                (x - x.maximum(axis: 1)) * x.sum(1..<3) + x.maximum(axis: -1) + x.mean()
            }
        ),
        (
            "softmax and its logarithm",
            { x, _ in
                softmax(x.scaled(9))
                    + logSoftmax(x.transposed([0, 1, 3, 2]).scaled(30))
                    .transposed([0, 1, 3, 2])
            }
        ),
        (
            "axes in other orders",
            { x, _ in
                let a = x.transposed([3, 1, 0, 2]).scaled(2)  // [2, 6, 1, 4]
                let b = a.transposed([1, 3, 2, 0]).plus(1)  // [6, 4, 1, 2]
                return b.transposed([2, 0, 1, 3]) + a.transposed([2, 1, 3, 0])
            }
        ),
        (
            "products with every transpose",
            { x, scope in
                let flat = x.reshaped([12, 4])
                let left = scope.parameter("left", [12, 12], .normal(0.3))
                let right = scope.parameter("right", [4, 4], .normal(0.3))
                let a = left.matmul(flat, transposeSelf: true)
                let b = flat.matmul(right, transposeOther: true)
                let c = flat.matmul(flat, transposeSelf: true).matmul(flat, transposeOther: true)
                let d = flat.reshaped([4, 12]).matmul(left, transposeSelf: false, transposeOther: true)
                return (a + b + c.transposed([1, 0]) + d.reshaped([12, 4])).reshaped(shape)
            }
        ),
        (
            "products by batches",
            { x, scope in
                let cubes = x.reshaped([6, 4, 2])
                let mix = scope.parameter("mix", [4, 4], .normal(0.4))
                let width = scope.parameter("width", [2, 2], .normal(0.4))
                let attention = softmax(cubes.matmul(cubes, transposeOther: true))
                let shared = cubes.matmul(width, transposeOther: true)
                let turned = cubes.transposed([0, 2, 1]).matmul(width, transposeSelf: true)
                return (mix.matmul(cubes) + attention.matmul(cubes) + shared + turned).reshaped(shape)
            }
        ),
        (
            "a sparse mix",
            { x, _ in
                let matrix = SparseMatrix(
                    rows: 4, columns: 4, entries: [(0, 1, 0.5), (2, 3, -1), (3, 0, 2), (3, 3, 0.25)])
                return x.reshaped([6, 4, 2]).mixed(by: matrix).reshaped(shape)
            }
        ),
        (
            "bias and activation, shared and not",
            { x, scope in
                let weight = scope.parameter("weight", [2, 2], .normal(0.5))
                let bias = scope.parameter("bias", [2], .normal(0.5))
                let fused = tanh(x.dense(weight) + bias)
                let product = x.dense(weight.scaled(2))
                let swapped = sigmoid(bias + x.dense(weight.scaled(3)))
                let twice = relu(product + bias) * product
                return fused + twice + swapped + relu(x.dense(weight.scaled(4)))
            }
        ),
    ]

    @Test(arguments: 0..<bodies.count)
    func `each operation computes what it computed in training`(_ index: Int) throws {
        let (name, body) = Self.bodies[index]
        let series = Trained.series(nodes: 4, channels: 2, steps: 60)
        let trained = Trained.forecaster(series, history: 6, horizon: 6) { _ in
            Written { inputs, scope in body(inputs.history, scope) }
        }
        let exported = try StudentForecaster(bytes: trained.studentFile(series: series))
        let origins = [6, 20, 54]
        let expected =
            try trained.forecast(series, origins: [6]).values
            + trained.forecast(series, origins: [20]).values
            + trained.forecast(series, origins: [54]).values
        let predicted = try exported.forecast(series, origins: origins).values
        try #require(expected.count == predicted.count)
        let range = (expected.max() ?? 0) - (expected.min() ?? 0)
        let difference = zip(expected, predicted).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference <= 1e-5 * range, "\(name): off by \(difference) of \(range)")
    }
}
