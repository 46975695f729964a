public import LimbeckCompute

/// A learned row for each index: `[…]` whole numbers `→ […, width]`.
public struct Embedding {
    public var count, width: Int
    public var initial: Initializer

    public init(_ count: Int, _ width: Int, initial: Initializer = .normal(0.1)) {
        self.count = count
        self.width = width
        self.initial = initial
    }

    /// The whole table, `[count, width]`.
    public func table(_ scope: Scope) -> Tensor { scope.parameter("table", [count, width], initial) }

    public func callAsFunction(_ indices: Tensor, _ scope: Scope) -> Tensor { table(scope).gather(indices) }
}
