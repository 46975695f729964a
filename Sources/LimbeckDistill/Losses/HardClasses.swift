public import LimbeckCompute
import LimbeckModels
import LimbeckNN

/// Cross-entropy with the truth, from logits `[…, K]`: classes through a softmax, labels of 0 or 1 through a sigmoid
/// each. What is not known does not count.
///
/// Where what matters is rare, three ways to weigh it: `balanced` by 1 / (K · share) of each class, and of labels the
/// positives by (1 − share) / share; `positives`, a weight of a label's positives; and `focus` γ, which weighs by
/// (1 − p)^γ of the truth's probability p (Lin et al. 2017, "Focal Loss", equation 4; γ is 0, 1 or 2).
public struct HardClasses: DistillationLoss, Codable {
    public var activation = TemperatureKL.Choice.auto
    public var balanced = false
    public var positives: Float = 1
    public var focus = 0
    /// Of each label, or class; empty for 1.
    public var weights: [Float] = []

    public init(
        activation: TemperatureKL.Choice = .auto, balanced: Bool = false, positives: Float = 1, focus: Int = 0,
        weights: [Float] = []
    ) {
        self.activation = activation
        self.balanced = balanced
        self.positives = positives
        self.focus = focus
        self.weights = weights
    }

    public var needs: LossNeeds { LossNeeds() }

    public var fit: LossFit {
        .only(.classification, instead: "crossEntropy needs classes; for forecasts use hard")
    }

    public func validate(teachers: Int) throws {
        try require(positives > 0 && positives.isFinite, "positives", positives, "greater than 0 and finite")
        try require((0...2).contains(focus), "focus", focus, "0, 1 or 2")
        try require(
            weights.allSatisfy { $0 >= 0 && $0.isFinite } && (weights.isEmpty || weights.contains { $0 > 0 }),
            "weights",
            weights, "a number of at least 0 for each label, not all 0")
    }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        let activation = activation.activation(site.output)
        try activation.requireOutputs(site)
        try validate(teachers: 0)
        let count = site.expected.shape[-1]
        try require(
            weights.isEmpty || weights.count == count, "weights", weights, "\(count) numbers, one for each label")
        return site.meanOverMembers { logits in
            switch activation {
            case .softmax: classes(logits, site)
            case .sigmoid: labels(logits, site)
            }
        }
    }

    private func labels(_ logits: Tensor, _ site: LossSite) -> Tensor {
        let truth = site.expected, trace = truth.trace, count = truth.shape[-1]
        var loss = Pointwise.binaryCrossEntropy(logits: logits, truth)
        if focus > 0 {
            // 1 − p of the truth: σ(z) where it is 0, σ(−z) where it is 1.
            let miss = sigmoid(logits * (truth.scaled(-2).plus(1)))
            loss = loss * (focus == 1 ? miss : square(miss))
        }
        let own = (0..<count).map { label -> Float in
            guard balanced, site.shares.indices.contains(label) else { return positives }
            let share = Float(min(max(site.shares[label], 1e-4), 1 - 1e-4))
            return positives * (1 - share) / share
        }
        var weight = site.mask
        if own.contains(where: { $0 != 1 }) {
            let more = truth * trace.constant(own.map { $0 - 1 }, [count])
            weight = weight.map { $0 * more.plus(1) } ?? more.plus(1)
        }
        if !weights.isEmpty {
            let each = trace.constant(weights, [count])
            weight = weight.map { $0 * each } ?? each
        }
        return loss.weightedMean(weight)
    }

    private func classes(_ logits: Tensor, _ site: LossSite) -> Tensor {
        let truth = site.expected, trace = truth.trace, count = truth.shape[-1]
        let logarithm = logSoftmax(logits)
        var loss = -(truth * logarithm).sum(axis: -1)
        if focus > 0 {
            let miss = (truth * softmax(logits)).sum(axis: -1).scaled(-1).plus(1)
            loss = loss * (focus == 1 ? miss : square(miss))
        }
        var own = weights.isEmpty ? [Float](repeating: 1, count: count) : weights
        if balanced, site.shares.count == count {
            for label in own.indices { own[label] /= Float(count) * Float(max(site.shares[label], 1e-4)) }
        }
        // Known for all classes of a place, or for none.
        var weight = site.mask.map { mask in
            mask.sliced(axis: mask.shape.rank - 1, start: 0, length: 1).reshaped(loss.shape)
        }
        if own.contains(where: { $0 != 1 }) {
            let each = (truth * trace.constant(own, [count])).sum(axis: -1)
            weight = weight.map { $0 * each } ?? each
        }
        return loss.weightedMean(weight)
    }
}
