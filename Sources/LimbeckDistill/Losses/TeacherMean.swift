public import LimbeckCompute

/// Distance to a weighted mean of several teachers' predictions (You et al. 2017).
public struct TeacherMean: DistillationLoss, Codable {
    public var distance = Distance.absolute
    /// Where Huber turns linear, in scaled units.
    public var delta: Float = 1
    /// One for each teacher; divided by their sum.
    public var weights: [Float] = [1, 1]

    public init(distance: Distance = .absolute, delta: Float = 1, weights: [Float] = [1, 1]) {
        self.distance = distance
        self.delta = delta
        self.weights = weights
    }

    public var needs: LossNeeds { LossNeeds(teachers: weights.count) }

    public var fit: LossFit { .any }

    public func validate(teachers: Int) throws {
        try requireDelta(delta)
        try require(
            weights.count == teachers && weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.contains { $0 > 0 },
            "weights", weights,
            "\(teachers) numbers, one for each teacher, of at least 0 and not all 0")
    }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        try validate(teachers: site.softLabels.count)
        let total = weights.reduce(0, +)
        let parts = zip(site.softLabels, weights).map { $0.scaled($1 / total) }
        let mean = parts.dropFirst().reduce(parts[0], +)
        return site.meanOverMembers { site.distance(distance, $0, mean, delta: delta).mean() }
    }
}
