import Foundation
public import LimbeckCompute
import LimbeckNN
public import LimbeckSeries

/// A normal distribution of each target channel at each step of the horizon: losses read its mean and deviation,
/// `[B, H, N, O·2]`, answers are its quantiles `[B, H, N, O·Q]`, which cannot cross.
///
/// The mean is what is usual plus a number of the model, the deviation softplus of another (Nix & Weigend 1994, with
/// softplus for exp).
public struct GaussianHead: Head {
    /// Ascending, ½ among them.
    public let levels: [Double]
    /// How far answers are stretched about the mean; nil as they were learned.
    public var stretch: Stretch?

    /// Throws `badConfiguration` as ``QuantileHead``.
    public init(levels: [Double]) throws { self.levels = try QuantileHead(levels: levels).levels }

    public var name: String { "gaussian \(levels)" }
    public var output: ModelOutput { .gaussian(levels) }
    public func count(_ shape: ForecastShape) -> Int { 2 * shape.horizon * shape.outputs }
    public func steps(_ shape: ForecastShape) -> Int { shape.horizon }
    public func width(_ shape: ForecastShape) -> Int { 2 * shape.outputs }
    public func answers(_ shape: ForecastShape) -> Int { shape.outputs * levels.count }

    /// Of a scaled deviation, so that no certainty is beyond measure.
    static let smallest: Float = 1e-3

    public func callAsFunction(_ numbers: Tensor, usual: Tensor?, _ shape: ForecastShape) -> Tensor {
        let (batch, values) = (numbers.shape[0], shape.horizon * shape.outputs)
        let free = numbers.sliced(axis: 2, start: 0, length: values)
        let mean = usual.map { free + $0 } ?? free
        let deviation = softplus(numbers.sliced(axis: 2, start: values, length: values)).plus(Self.smallest)
        return concatenate([mean, deviation], axis: 2)
            .reshaped([batch, shape.nodes, 2, shape.horizon, shape.outputs])
            .transposed([0, 3, 1, 4, 2])
            .reshaped([batch, shape.horizon, shape.nodes, shape.outputs * 2])
    }

    /// μ + σ · Φ⁻¹(level).
    public func answer(_ output: Tensor) -> Tensor {
        let (batch, steps, nodes, outputs) = (output.shape[0], output.shape[1], output.shape[2], output.shape[3] / 2)
        let extents: Shape = [batch, steps, nodes, outputs, 1]
        let (mean, learned) = Self.parts(output)
        let center = mean.reshaped(extents), raw = learned.reshaped(extents)
        let deviation = stretch?.times(raw, isBelow: false) ?? raw
        let quantiles = levels.map { level in
            level == 0.5 ? center : center + deviation.scaled(Float(Self.standardQuantile(level)))
        }
        return concatenate(quantiles, axis: 4).reshaped([batch, steps, nodes, outputs * levels.count])
    }

    /// Means and deviations, `[B, H, N, O]` each, of what losses read.
    public static func parts(_ output: Tensor) -> (mean: Tensor, deviation: Tensor) {
        let extents = output.shape.extents, outputs = extents[extents.count - 1] / 2
        let split = output.reshaped(Shape(Array(extents.dropLast()) + [outputs, 2]))
        func part(_ index: Int) -> Tensor {
            split.sliced(axis: extents.count, start: index, length: 1)
                .reshaped(Shape(Array(extents.dropLast()) + [outputs]))
        }
        return (part(0), part(1))
    }

    /// Φ⁻¹: by halving, since it is asked once a level.
    public static func standardQuantile(_ level: Double) -> Double {
        var low = -40.0, high = 40.0
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if erfc(-middle / 2.0.squareRoot()) / 2 < level { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
