public import LimbeckCompute
import LimbeckModels

/// How far the student is from the teacher: of values and quantiles a distance between predictions, of labels and
/// classes T² KL of softened probabilities (Hinton et al. 2015, with a distance in place of cross-entropy for values).
///
/// Soft labels exist everywhere, also where the truth was not measured.
public struct SoftTarget: DistillationLoss, Codable {
    public var distance = Distance.absolute
    /// Where Huber turns linear, in scaled units.
    public var delta: Float = 1
    /// Which teacher, from 0.
    public var teacher = 0
    /// What the steps of the horizon weigh.
    public var steps = StepBalance.even

    public init(distance: Distance = .absolute, delta: Float = 1, teacher: Int = 0, steps: StepBalance = .even) {
        self.distance = distance
        self.delta = delta
        self.teacher = teacher
        self.steps = steps
    }

    public var needs: LossNeeds { LossNeeds(teachers: min(max(0, teacher), .max - 1) + 1) }

    public var fit: LossFit { .any }

    public func validate(teachers: Int) throws {
        try requireDelta(delta)
        try require(
            (0..<teachers).contains(teacher), "teacher", teacher,
            teachers == 1
                ? "0, as there is one teacher" : "from 0 to \(teachers - 1), as there are \(teachers) teachers")
    }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        guard site.output.isScaled else { return try TemperatureKL(teacher: teacher)(site) }
        return site.meanOverMembers {
            site.meanWhereTaught(
                site.balanced(site.distance(distance, $0, site.softLabels[teacher], delta: delta), steps), by: teacher)
        }
    }
}
