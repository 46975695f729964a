/// Whether a target was met, and each comparison with its two values.
public struct UntilOutcome: Hashable, Sendable, Codable, CustomStringConvertible {
    public struct Comparison: Hashable, Sendable, Codable, CustomStringConvertible {
        /// As written in the target.
        public var text: String
        public var left: Double
        /// `<=`, `<`, `>=`, `>` or `==`.
        public var order: String
        public var right: Double
        public var isMet: Bool

        /// `student.mae <= 1.03 * teacher.mae: 46.1 <= 46.4 ✓`.
        public var description: String {
            let values = UntilOutcome.shown(left, right)
            return "\(text): \(values.left) \(order) \(values.right) \(isMet ? "✓" : "✗")"
        }

        /// How far from met, relative to the right side: 0 when met, 0.1 when 10 % off.
        public var shortfall: Double {
            if isMet { return 0 }
            let gap = (left - right).magnitude / max(right.magnitude, .leastNormalMagnitude)
            return gap.isNaN ? .infinity : gap
        }
    }

    public var met: Bool
    public var comparisons: [Comparison]

    public init(met: Bool, comparisons: [Comparison]) {
        self.met = met
        self.comparisons = comparisons
    }

    /// The sum over comparisons: the smaller, the nearer. For choosing the best of several
    /// trials when none met the target.
    public var shortfall: Double {
        met ? 0 : comparisons.reduce(0) { $0 + $1.shortfall }
    }

    /// One comparison a line.
    public var description: String { comparisons.map(\.description).joined(separator: "\n") }
}

extension UntilOutcome {
    /// Both values with four significant digits, more where they would look equal and are not.
    static func shown(_ left: Double, _ right: Double) -> (left: String, right: String) {
        for digits in 4...17 {
            let pair = (shown(left, digits: digits), shown(right, digits: digits))
            if left == right || pair.0 != pair.1 { return pair }
        }
        return (left.description, right.description)
    }

    private static func shown(_ value: Double, digits: Int) -> String {
        guard value.isFinite, value != 0, value.magnitude < 1e15, value.magnitude >= 1e-4 else {
            return value.description
        }
        var decimals = digits - 1
        var size = value.magnitude
        while size >= 10 {
            size /= 10
            decimals -= 1
        }
        while size < 1 {
            size *= 10
            decimals += 1
        }
        var scale = 1.0
        for _ in 0..<max(decimals, 0) { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        if rounded.rounded() == rounded { return String(Int64(rounded)) }
        return rounded.description
    }
}
