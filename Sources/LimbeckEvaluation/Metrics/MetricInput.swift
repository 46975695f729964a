/// Predictions beside truth, checked once, for any number of metrics.
///
/// `predicted` is row-major `[count, width]`, `expected` and `mask` are `[count]`. Width is 1 for
/// regression and for the probability of class 1, 2 for an interval's bounds, and the number of
/// classes for a softmax. A masked-out truth may hold anything, a prediction may not: a model
/// that predicts NaN is broken wherever it does so, and no mask makes that a good score.
public struct MetricInput: Sendable {
    public let predicted: [Float]
    public let expected: [Float]
    public let mask: [Bool]?
    public let width: Int

    /// Throws `shape` for sizes that do not fit and `notFinite`, with the index, for any
    /// non-finite prediction and for a non-finite truth that the mask counts.
    public init(
        predicted: [Float], expected: [Float], mask: [Bool]? = nil, width: Int = 1
    ) throws {
        guard width > 0, predicted.count == expected.count * width else {
            throw EvaluationError(
                .shape,
                "predicted has \(predicted.count) values, but \(expected.count) expected values"
                    + " of width \(width) need \(expected.count * width)")
        }
        if let mask, mask.count != expected.count {
            throw EvaluationError(
                .shape, "mask has \(mask.count) entries for \(expected.count) expected values")
        }
        if let index = predicted.firstIndex(where: { !$0.isFinite }) {
            throw EvaluationError(
                .notFinite,
                "predicted[\(index)] is \(predicted[index]); a model that predicts no number"
                    + " cannot be scored: look at its training loss and its input there")
        }
        let bad = expected.indices.first { !expected[$0].isFinite && (mask?[$0] ?? true) }
        if let index = bad {
            throw EvaluationError(
                .notFinite,
                "expected[\(index)] is \(expected[index]) and not masked;"
                    + " mask what was not observed"
            )
        }
        self.predicted = predicted
        self.expected = expected
        self.mask = mask
        self.width = width
    }

    /// Calls `body` for the index of every value that counts.
    @inline(__always)
    func forEachIndex(_ body: (Int) throws -> Void) rethrows {
        guard let mask else { return try expected.indices.forEach(body) }
        for index in expected.indices where mask[index] { try body(index) }
    }

    /// Calls `body(predicted, expected)` for every value that counts; returns how many did.
    @inline(__always)
    @discardableResult
    func forEachPair(_ body: (Double, Double) -> Void) -> Int {
        var count = 0
        forEachIndex { index in
            body(Double(predicted[index]), Double(expected[index]))
            count += 1
        }
        return count
    }

    /// The mean of `term(predicted, expected)` over what counts.
    @inline(__always)
    func mean(for metric: String, _ term: (Double, Double) -> Double) throws -> MetricValue {
        try require(width: 1, for: metric)
        var sum = 0.0
        let count = forEachPair { sum += term($0, $1) }
        try require(count, for: metric)
        return MetricValue(sum / Double(count), count: count)
    }

    func require(_ count: Int, for metric: String) throws {
        guard count > 0 else {
            throw EvaluationError(
                .undefined, "\(metric) has no value: none of \(expected.count) truths counts")
        }
    }

    func require(width needed: Int, for metric: String) throws {
        guard width == needed else {
            throw EvaluationError(
                .shape, "\(metric) needs predictions of width \(needed), not \(width)")
        }
    }
}
