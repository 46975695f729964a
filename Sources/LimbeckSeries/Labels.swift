/// What is true of each place at each origin: labels of which each may hold, or classes of which one does.
public struct Labels: Sendable {
    /// A channel for each label or class, of 0 and 1, at the step that answers are made for: an origin. Not observed
    /// where it cannot be known.
    public var truth: Series
    /// The same as it stands with the last reading of the history, one step before the origin; where that is what is to
    /// be told, with the one before it.
    public var present: Series
    /// One of the channels holds, and no other.
    public var areExclusive: Bool

    /// - Parameter present: of the same times, places and channels.
    public init(truth: Series, present: Series, areExclusive: Bool) {
        precondition(truth.values.count == present.values.count, "Labels: truth and present differ in size")
        self.truth = truth
        self.present = present
        self.areExclusive = areExclusive
    }

    public var names: [String] { truth.channels.map(\.name) }
    public var count: Int { truth.channelCount }

    /// How often each holds among what is known of `range`, `[K]`; 0 where nothing is known.
    public func shares(_ range: Range<Int>) -> [Double] {
        (0..<count).map { label in
            var known = 0.0, held = 0.0
            for cell in stride(
                from: range.lowerBound * truth.stepSize + label, to: range.upperBound * truth.stepSize, by: count)
            where truth.observed[cell] {
                known += 1
                held += Double(truth.values[cell])
            }
            return known > 0 ? held / known : 0
        }
    }
}
