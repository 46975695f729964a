public import LimbeckCompute
import LimbeckNN

/// T² · KL(softmax(teacher / T) ‖ softmax(student / T)), mean over samples
/// (Hinton et al. 2015, section 2): T² keeps the gradient's size as T changes.
///
/// With `sigmoid`, each output is a label of its own and the divergence is binary.
public struct TemperatureKL: DistillationLoss, Codable {
    public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
        case softmax, sigmoid

        /// Over a single output a softmax is 1 whatever the logit, and nothing is learned.
        func requireOutputs(_ site: LossSite) throws {
            guard self == .softmax, let width = site.student.members.first?.shape[-1], width < 2 else { return }
            throw DistillError(
                .badObjective, "activation is softmax, but the models have a single output; use sigmoid.")
        }
    }
    public var activation = Activation.softmax

    public init(activation: Activation = .softmax) { self.activation = activation }

    public var needs: LossNeeds { LossNeeds(teachers: 1) }

    public var fit: LossFit {
        .only(.classification, instead: "temperatureKL needs classes; for forecasts use softTarget")
    }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        try activation.requireOutputs(site)
        let t = site.temperature
        let teacher = site.softLabels[0] / t
        let divergence = site.meanOverMembers { student in
            let student = student / t
            switch activation {
            case .softmax:
                let p = softmax(teacher)
                return (p * (logSoftmax(teacher) - logSoftmax(student))).sum(axis: -1).mean()
            case .sigmoid:
                // KL of two Bernoullis from logits: cross-entropy less the teacher's own entropy.
                let p = sigmoid(teacher)
                return
                    (Pointwise.binaryCrossEntropy(logits: student, p)
                    - Pointwise.binaryCrossEntropy(logits: teacher, p)).mean()
            }
        }
        return divergence * t * t
    }
}
