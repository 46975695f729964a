public import LimbeckCompute
import LimbeckModels
import LimbeckNN

/// How far the student is from the truth, whatever is asked: of values a distance, of quantiles their pinball loss
/// (Koenker & Bassett 1978; twice it, so that the median's is its distance), of normal distributions −ln of the density, of
/// labels and classes cross-entropy. What
/// was not measured does not count.
public struct HardTarget: DistillationLoss, Codable {
    /// Of values.
    public var distance = Distance.absolute
    /// Where Huber turns linear, in scaled units.
    public var delta: Float = 1
    /// What the steps of the horizon weigh.
    public var steps = StepBalance.even

    public init(distance: Distance = .absolute, delta: Float = 1, steps: StepBalance = .even) {
        self.distance = distance
        self.delta = delta
        self.steps = steps
    }

    public var needs: LossNeeds { LossNeeds() }

    public var fit: LossFit { .any }

    public func validate(teachers: Int) throws { try requireDelta(delta) }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        switch site.output {
        case .values:
            return site.meanOverMembers {
                site.balanced(site.distance(distance, $0, site.expected, delta: delta), steps).weightedMean(site.mask)
            }
        case .quantiles(let levels): return site.meanOverMembers { site.pinball($0, levels: levels, steps) }
        case .gaussian: return site.meanOverMembers { site.likelihood($0, steps) }
        case .labels, .classes: return try HardClasses()(site)
        }
    }
}
