public import LimbeckCompute
import LimbeckNN

/// Distance to the measured truth; cells that were not measured do not count.
public struct HardTarget: DistillationLoss, Codable {
    public var distance = Distance.absolute
    /// Where Huber turns linear, in scaled units.
    public var delta: Float = 1

    public init(distance: Distance = .absolute, delta: Float = 1) {
        self.distance = distance
        self.delta = delta
    }

    public var needs: LossNeeds { LossNeeds() }

    public var fit: LossFit {
        .only(.forecast, instead: "hard measures a distance to values; for classes use crossEntropy")
    }

    public func validate(teachers: Int) throws { try requireDelta(delta) }

    public func callAsFunction(_ site: LossSite) -> Tensor {
        site.meanOverMembers { site.distance(distance, $0, site.expected, delta: delta).weightedMean(site.mask) }
    }
}
