public import LimbeckCompute
import LimbeckNN

/// Σ over elements of (s − y)² where (s − y)² + margin > (t − y)², else 0, divided by the number
/// of measured elements of samples that it has labels for: the teacher bounds how good the student has to be
/// (Chen et al. 2017, "Learning Efficient Object Detection", equation 5).
public struct TeacherBounded: DistillationLoss, Codable {
    /// In squared scaled units.
    public var margin: Float = 0

    public init(margin: Float = 0) { self.margin = margin }

    public var needs: LossNeeds { LossNeeds(teachers: 1) }

    public var fit: LossFit {
        .only(
            .forecast,
            instead: "teacherBounded compares errors of values; for quantiles use softTarget, for classes temperatureKL"
        )
    }

    public func validate(teachers: Int) throws {
        try require(margin >= 0 && margin.isFinite, "margin", margin, "at least 0 and finite")
    }

    public func callAsFunction(_ site: LossSite) -> Tensor {
        let teacher = site.distance(.squared, site.softLabels[0], site.expected, delta: 1)
        let weight = site.known(0).map { known in
            let spread = known.broadcast(to: site.expected.shape)
            return site.mask.map { $0 * spread } ?? spread
        }
        return site.meanOverMembers { student in
            let error = site.distance(.squared, student, site.expected, delta: 1)
            return (error * error.plus(margin).greater(teacher)).weightedMean(weight ?? site.mask)
        }
    }
}
