public import LimbeckCompute

/// Teacher and student train together (Zhang et al. 2018, one direction): the teacher on hard
/// labels, the student towards the teacher's predictions, which are recorded anew before each
/// epoch. In the first epoch there is nothing to learn from a teacher that knows nothing, so the
/// trainer gives this term its weight from the second epoch on.
public struct Online: DistillationLoss, Codable {
    public var distance = Distance.absolute
    /// Where Huber turns linear, in scaled units.
    public var delta: Float = 1

    public init(distance: Distance = .absolute, delta: Float = 1) {
        self.distance = distance
        self.delta = delta
    }

    public var needs: LossNeeds { LossNeeds(teachers: 1, trainsTeacher: true) }

    public var fit: LossFit { .any }

    public func validate(teachers: Int) throws { try requireDelta(delta) }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        try SoftTarget(distance: distance, delta: delta)(site)
    }
}
