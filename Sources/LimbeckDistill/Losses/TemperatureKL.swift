public import LimbeckCompute
import LimbeckModels
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
    /// An activation, or what the task asks for: a softmax for classes, a sigmoid for labels.
    public enum Choice: String, Hashable, Sendable, Codable, CaseIterable {
        case auto, softmax, sigmoid

        public init(_ activation: Activation) { self = activation == .softmax ? .softmax : .sigmoid }

        func activation(_ output: ModelOutput) -> Activation {
            switch self {
            case .auto: output == .labels ? .sigmoid : .softmax
            case .softmax: .softmax
            case .sigmoid: .sigmoid
            }
        }
    }
    public var activation = Choice.auto
    /// Which teacher, from 0.
    public var teacher = 0

    public init(activation: Choice = .auto, teacher: Int = 0) {
        self.activation = activation
        self.teacher = teacher
    }

    public var needs: LossNeeds { LossNeeds(teachers: min(max(0, teacher), .max - 1) + 1) }

    public var fit: LossFit {
        .only(.classification, instead: "temperatureKL needs classes; for forecasts use softTarget")
    }

    public func callAsFunction(_ site: LossSite) throws -> Tensor {
        let activation = activation.activation(site.output)
        try activation.requireOutputs(site)
        let t = site.temperature
        let teacher = site.softLabels[teacher] / t
        let divergence = site.meanOverMembers { student in
            let student = student / t
            switch activation {
            case .softmax:
                let p = softmax(teacher)
                let divergence = (p * (logSoftmax(teacher) - logSoftmax(student))).sum(axis: -1)
                return site.meanWhereTaught(divergence, by: self.teacher)
            case .sigmoid:
                // KL of two Bernoullis from logits: cross-entropy less the teacher's own entropy.
                let p = sigmoid(teacher)
                let divergence =
                    Pointwise.binaryCrossEntropy(logits: student, p)
                    - Pointwise.binaryCrossEntropy(logits: teacher, p)
                return site.meanWhereTaught(divergence, by: self.teacher)
            }
        }
        return divergence * t * t
    }
}
