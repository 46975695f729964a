public import LimbeckCompute

/// Self-attention over the middle axis of `[batch, length, width]` (Vaswani et al. 2017, section 3.2.2):
/// queries, keys and values by dense layers, `heads` of width / heads each, and a dense layer over what
/// they found.
public struct MultiHeadAttention {
    public var heads: Int

    public init(heads: Int) { self.heads = heads }

    public func callAsFunction(_ x: Tensor, _ scope: Scope) -> Tensor {
        let dense = Dense(x.shape[-1])
        let found = attention(
            dense(x, scope.child("query")), dense(x, scope.child("key")), dense(x, scope.child("value")),
            heads: heads)
        return dense(found, scope.child("output"))
    }
}
