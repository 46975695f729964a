import Foundation
public import LimbeckCompute
import LimbeckNN

/// Labels of each place, each of which may hold: logits `[B, 1, N, K]`, through a sigmoid each.
public struct LabelHead: Head {
    /// Where logits start: those of how often each label holds in training, so that nothing has to learn that an event
    /// is rare (Lin et al. 2017, section 4.1).
    public let shares: [Double]

    public init(shares: [Double]) { self.shares = shares }

    public var name: String { "labels \(shares)" }
    public var output: ModelOutput { .labels }
    public func count(_ shape: ForecastShape) -> Int { shares.count }
    public func steps(_ shape: ForecastShape) -> Int { 1 }
    public func width(_ shape: ForecastShape) -> Int { shares.count }

    public func callAsFunction(_ numbers: Tensor, usual: Tensor?, _ shape: ForecastShape) -> Tensor {
        let start = shares.map { share in
            let share = min(max(share, 1e-6), 1 - 1e-6)
            return Float(log(share / (1 - share)))
        }
        return (numbers + numbers.trace.constant(start, [shares.count]))
            .reshaped([numbers.shape[0], 1, shape.nodes, shares.count])
    }

    public func answer(_ output: Tensor) -> Tensor { sigmoid(output) }
}

/// Classes of each place, of which one holds: logits `[B, 1, N, K]`, through a softmax.
public struct ClassHead: Head {
    /// As ``LabelHead/shares``.
    public let shares: [Double]

    public init(shares: [Double]) { self.shares = shares }

    public var name: String { "classes \(shares)" }
    public var output: ModelOutput { .classes }
    public func count(_ shape: ForecastShape) -> Int { shares.count }
    public func steps(_ shape: ForecastShape) -> Int { 1 }
    public func width(_ shape: ForecastShape) -> Int { shares.count }

    public func callAsFunction(_ numbers: Tensor, usual: Tensor?, _ shape: ForecastShape) -> Tensor {
        let start = shares.map { Float(log(max($0, 1e-6))) }
        return (numbers + numbers.trace.constant(start, [shares.count]))
            .reshaped([numbers.shape[0], 1, shape.nodes, shares.count])
    }

    public func answer(_ output: Tensor) -> Tensor { softmax(output) }
}
