/// An interval in which a place was not as usual, as somebody labelled it.
public struct Anomaly: Hashable, Sendable {
    public var node: Int
    public var steps: Range<Int>
    /// What it was, such as `stuck`; empty where nobody says.
    public var kind: String

    public init(node: Int, steps: Range<Int>, kind: String = "") {
        self.node = node
        self.steps = steps
        self.kind = kind
    }
}
