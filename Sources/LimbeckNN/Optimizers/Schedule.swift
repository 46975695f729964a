/// The learning rate over a run, as a share of its peak.
public enum LearningRateSchedule: String, Codable, Sendable, CaseIterable {
    case constant
    /// Halves at 1/2 and again at 3/4 of the run.
    case step
    /// Half a cosine from 1 to 0 (Loshchilov & Hutter 2017).
    case cosine

    /// The share at `step` of `total`, rising linearly over the first `warmup` steps.
    public func share(step: Int, total: Int, warmup: Int) -> Float {
        if step < warmup { return Float(step + 1) / Float(warmup) }
        let progress = Double(step - warmup) / Double(max(1, total - warmup))
        switch self {
        case .constant: return 1
        case .step: return progress < 0.5 ? 1 : progress < 0.75 ? 0.5 : 0.25
        case .cosine: return Float(halfCosine(progress))
        }
    }
}

/// (1 + cos πp) / 2: from 1 at p = 0 to 0 at p = 1, slowly at both ends.
package func halfCosine(_ progress: Double) -> Double { (1 + cosine(.pi * progress)) / 2 }

/// Taylor series after folding to [0, π/2]: the same bits on every machine.
private func cosine(_ x: Double) -> Double {
    if x > .pi / 2 { return -cosine(.pi - x) }
    var term = 1.0, sum = 1.0
    for n in 1...10 {
        term *= -x * x / Double((2 * n - 1) * (2 * n))
        sum += term
    }
    return sum
}
