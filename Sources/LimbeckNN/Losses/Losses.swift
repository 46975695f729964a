public import LimbeckCompute

/// Pointwise losses: `(predicted, expected) →` the same shape; reduced by `weightedMean`.
public enum Pointwise {
    /// |p − e|
    public static func absolute(_ predicted: Tensor, _ expected: Tensor) -> Tensor { abs(predicted - expected) }

    /// (p − e)²
    public static func squared(_ predicted: Tensor, _ expected: Tensor) -> Tensor { square(predicted - expected) }

    /// Huber (1964): quadratic within `delta`, linear beyond.
    public static func huber(_ predicted: Tensor, _ expected: Tensor, delta: Float) -> Tensor {
        let error = abs(predicted - expected)
        let small = error.minimum(error.trace.constant(delta))
        return small * (error - small.scaled(0.5))
    }

    /// −y log σ(z) − (1 − y) log(1 − σ(z)), from logits, without overflow: softplus(z) − y z.
    public static func binaryCrossEntropy(logits: Tensor, _ expected: Tensor) -> Tensor {
        softplus(logits) - logits * expected
    }

    /// Pinball loss at quantile q: max(q d, (q − 1) d) with d = e − p.
    public static func pinball(_ predicted: Tensor, _ expected: Tensor, quantile: Float) -> Tensor {
        let d = expected - predicted
        return d.scaled(quantile).maximum(d.scaled(quantile - 1))
    }
}

extension Tensor {
    /// Σ w x / max(Σ w, 1); a weight of 0 takes an element out. Weights broadcast.
    public func weightedMean(_ weight: Tensor?) -> Tensor {
        guard let weight else { return mean() }
        let spread = weight.shape == shape ? weight : weight.broadcast(to: shape)
        return (self * spread).sum() / spread.sum().maximum(trace.constant(1))
    }
}

/// −Σ p log q over the last axis, `[…, classes] → […, 1]`: cross-entropy of soft or one-hot labels.
public func crossEntropy(logits: Tensor, probabilities: Tensor) -> Tensor {
    -(probabilities * logSoftmax(logits)).sum(axis: -1)
}
