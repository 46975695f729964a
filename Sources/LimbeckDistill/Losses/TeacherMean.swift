public import LimbeckCompute
import LimbeckNN

/// Distance to a weighted mean of several teachers' predictions (You et al. 2017): of those that have labels of a sample.
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
        var mean = sum(zip(site.softLabels, weights).map { $0.scaled($1 / total) })
        guard weights.indices.contains(where: { site.known($0) != nil }) else {
            return site.meanOverMembers { site.distance(distance, $0, mean, delta: delta).mean() }
        }
        // Labels that are not there are zeros.
        let share = sum(
            weights.indices.map { teacher in
                let weight = weights[teacher] / total
                return site.known(teacher)?.scaled(weight) ?? mean.trace.constant(weight)
            })
        let isTaught = share.greater(mean.trace.constant(0))
        mean = mean / (share - isTaught.plus(-1))
        return site.meanOverMembers {
            site.distance(distance, $0, mean, delta: delta).weightedMean(isTaught)
        }
    }

    private func sum(_ parts: [Tensor]) -> Tensor { parts.dropFirst().reduce(parts[0], +) }
}
