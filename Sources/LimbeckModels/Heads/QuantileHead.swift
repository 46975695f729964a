public import LimbeckCompute
import LimbeckNN
public import LimbeckSeries

extension Stretch {
    /// `spans` `[B, H, N, O, 1]` times the factor of each step.
    func times(_ spans: Tensor, isBelow: Bool) -> Tensor {
        let factors = spans.trace.constant(isBelow ? below : above, [below.count, 1, 1, 1])
        return spans * factors.broadcast(to: spans.shape)
    }
}

/// Quantiles of each target channel at each step of the horizon, `[B, H, N, O·Q]`, none of which cross.
///
/// The middle one is what is usual plus a number of the model; each further out lies beyond the one before it by
/// softplus of another number, so that levels that rise have values that rise (as in Gasthaus et al. 2019, where
/// increments are positive by construction).
public struct QuantileHead: Head {
    /// Ascending, ½ among them: that one is the forecast of a value.
    public let levels: [Double]
    /// How far answers are stretched about the median; nil as they were learned.
    public var stretch: Stretch?

    /// Throws `badConfiguration`.
    public init(levels: [Double]) throws {
        guard let first = levels.first, let last = levels.last, first > 0, last < 1,
            zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 }), levels.contains(0.5), levels.count <= 99
        else {
            throw ModelError(
                .badConfiguration,
                "Quantiles \(levels) cannot be told; give ascending levels between 0 and 1, 0.5 among them.")
        }
        self.levels = levels
    }

    public func answer(_ output: Tensor) -> Tensor {
        guard let stretch else { return output }
        let shape = output.shape, outputs = shape[3] / levels.count
        let split = output.reshaped([shape[0], shape[1], shape[2], outputs, levels.count])
        let quantiles = levels.indices.map { split.sliced(axis: 4, start: $0, length: 1) }
        let stretched = levels.indices.map { level in
            level == middle
                ? quantiles[middle]
                : quantiles[middle]
                    + stretch.times(quantiles[level] - quantiles[middle], isBelow: level < middle)
        }
        return concatenate(stretched, axis: 4).reshaped(shape)
    }

    public var name: String { "quantiles \(levels)" }
    public var output: ModelOutput { .quantiles(levels) }
    /// The index of ½.
    public var middle: Int { levels.firstIndex(of: 0.5) ?? 0 }

    public func count(_ shape: ForecastShape) -> Int { shape.horizon * shape.outputs * levels.count }
    public func steps(_ shape: ForecastShape) -> Int { shape.horizon }
    public func width(_ shape: ForecastShape) -> Int { shape.outputs * levels.count }

    public func callAsFunction(_ numbers: Tensor, usual: Tensor?, _ shape: ForecastShape) -> Tensor {
        let (batch, values, quantiles) = (numbers.shape[0], shape.horizon * shape.outputs, levels.count)
        // One block of numbers a level: [B, N, Q · H·O].
        func block(_ level: Int) -> Tensor { numbers.sliced(axis: 2, start: level * values, length: values) }
        var parts = [Tensor](repeating: block(middle), count: quantiles)
        if let usual { parts[middle] = parts[middle] + usual }
        for level in (middle + 1)..<max(middle + 1, quantiles) {
            parts[level] = parts[level - 1] + softplus(block(level))
        }
        for level in (0..<middle).reversed() { parts[level] = parts[level + 1] - softplus(block(level)) }
        return concatenate(parts, axis: 2)
            .reshaped([batch, shape.nodes, quantiles, shape.horizon, shape.outputs])
            .transposed([0, 3, 1, 4, 2])
            .reshaped([batch, shape.horizon, shape.nodes, shape.outputs * quantiles])
    }
}
