/// How far quantiles are stretched about the median, for each step ahead a factor below it and one above: what validation
/// says of a trained model.
public struct Stretch: Hashable, Sendable {
    /// Of each step ahead.
    public var below, above: [Float]

    public init(below: [Float], above: [Float]) {
        self.below = below
        self.above = above
    }

    /// Of a quantile at a step, from 0.
    public func factor(level: Double, step: Int) -> Float {
        level == 0.5 ? 1 : level < 0.5 ? below[step] : above[step]
    }
}
