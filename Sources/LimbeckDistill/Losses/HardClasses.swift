public import LimbeckCompute
import LimbeckNN

/// Cross-entropy with the truth, from logits `[B, K]`: one-hot classes through softmax, or with
/// `sigmoid` K labels of 0 or 1 each.
public struct HardClasses: DistillationLoss, Codable {
    public var activation = TemperatureKL.Activation.softmax

    public init(activation: TemperatureKL.Activation = .softmax) { self.activation = activation }

    public var needs: LossNeeds { LossNeeds() }

    public var fit: LossFit {
        .only(.classification, instead: "crossEntropy needs classes; for forecasts use hard")
    }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        try activation.requireOutputs(site)
        return site.meanOverMembers { logits in
            switch activation {
            case .softmax: crossEntropy(logits: logits, probabilities: site.expected).mean()
            case .sigmoid: Pointwise.binaryCrossEntropy(logits: logits, site.expected).mean()
            }
        }
    }
}
