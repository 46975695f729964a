/// Expected calibration error, `Σ_b n_b / n · |mean outcome − mean confidence|` over equal bins.
///
/// For predictions of width 1 confidence is the probability of class 1 and the outcome whether
/// class 1 was true; for one probability per class it is that of the decided class and whether
/// the decision was right. Guo et al., "On Calibration of Modern Neural Networks", 2017, eq. 3.
public struct CalibrationError: Metric {
    public let name = "ece"
    public let summary = "expected calibration error"
    public let direction = MetricDirection.lowerIsBetter
    public let unit = MetricUnit.none
    public let task = MetricTask.classification
    public let binCount: Int

    public init(binCount: Int = 10) { self.binCount = max(1, binCount) }

    public func value(_ input: MetricInput) throws -> MetricValue {
        let decisions = try Decisions(input, for: name)
        try decisions.requireProbabilities(for: name)
        var gaps = [Double](repeating: 0, count: binCount)
        for sample in 0..<decisions.count {
            let decided = input.width == 1 ? 1 : decisions.predicted[sample]
            let confidence = decisions.probability(sample, decided)
            let outcome = decisions.expected[sample] == decided ? 1.0 : 0.0
            let bin = min(binCount - 1, Int(confidence * Double(binCount)))
            gaps[bin] += outcome - confidence
        }
        let sum = gaps.reduce(0) { $0 + abs($1) }
        return MetricValue(sum / Double(decisions.count), count: decisions.count)
    }
}
