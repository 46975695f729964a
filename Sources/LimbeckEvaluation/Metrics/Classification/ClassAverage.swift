/// How scores per class become one number.
public enum ClassAverage: String, Hashable, Sendable, CaseIterable {
    /// Class 1 only; needs two classes.
    case binary
    /// Counts pooled over classes.
    case micro
    /// Plain mean over the classes that occur.
    case macro
    /// Mean over classes weighted by how often each is true.
    case weighted

    /// `numerator / denominator` per class, averaged; a class with denominator 0 scores 0.
    func ratio(
        _ confusion: Confusion, for metric: String, numerator: (Int) -> Int,
        denominator: (Int) -> Int
    ) throws -> MetricValue {
        func one(_ label: Int) -> Double {
            denominator(label) == 0 ? 0 : Double(numerator(label)) / Double(denominator(label))
        }
        let present = confusion.present
        let value: Double
        switch self {
        case .binary:
            guard confusion.classCount == 2 else {
                throw EvaluationError(
                    .shape,
                    "\(metric) over \(confusion.classCount) classes needs micro, macro or weighted"
                        + " averaging")
            }
            value = one(1)
        case .micro:
            let below = present.reduce(0) { $0 + denominator($1) }
            value =
                below == 0 ? 0 : Double(present.reduce(0) { $0 + numerator($1) }) / Double(below)
        case .macro:
            value = present.reduce(0) { $0 + one($1) } / Double(present.count)
        case .weighted:
            value =
                present.reduce(0) { $0 + one($1) * Double(confusion.expected($1)) }
                / Double(confusion.total)
        }
        return MetricValue(value, count: confusion.total)
    }

    /// `f1` for the binary case, `f1Macro` for others.
    func name(_ base: String) -> String {
        switch self {
        case .binary: base
        case .micro: base + "Micro"
        case .macro: base + "Macro"
        case .weighted: base + "Weighted"
        }
    }
}
