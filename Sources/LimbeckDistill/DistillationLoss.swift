public import LimbeckCompute
public import LimbeckModels
import LimbeckNN

/// What a loss must be given.
public struct LossNeeds: Hashable, Sendable {
    /// Teachers whose soft labels it reads, recorded before or refreshed during training.
    public var teachers = 0
    /// Traces the first teacher beside the student, so that its taps can be read.
    public var liveTeacher = false

    public init(teachers: Int = 0, liveTeacher: Bool = false) {
        self.teachers = teachers
        self.liveTeacher = liveTeacher
    }
}

/// What a model's outputs are: scaled values of a forecast, its quantiles, or logits of labels or classes.
public enum TaskKind: Hashable, Sendable, CaseIterable {
    case forecast, quantiles, classification

    public init(_ output: ModelOutput) {
        switch output {
        case .values: self = .forecast
        case .quantiles, .gaussian: self = .quantiles
        case .labels, .classes: self = .classification
        }
    }
}

/// Which outputs a loss can compare.
public enum LossFit: Hashable, Sendable {
    case any
    /// - Parameter instead: why not the others, and what to use for them.
    case only(TaskKind, instead: String)
}

/// How student, teacher and truth are compared: one file and one line in the catalog each.
public protocol DistillationLoss: Sendable {
    var needs: LossNeeds { get }
    var fit: LossFit { get }
    /// What the steps of a horizon weigh in it, and so in the error that the best epoch is chosen by.
    var steps: StepBalance { get }
    /// Throws `badObjective` naming the first setting that cannot be meant.
    func validate(teachers: Int) throws
    /// One number.
    func callAsFunction(_ site: LossSite) throws -> Tensor
}

extension DistillationLoss {
    public var steps: StepBalance { .even }

    public func validate(teachers: Int) throws {}

    /// Throws `badObjective`, "`key` is `value`; it must be `allowed`", unless `isGood`.
    public func require(_ isGood: Bool, _ key: String, _ value: Any, _ allowed: String) throws {
        if !isGood { throw DistillError(.badObjective, "\(key) is \(value); it must be \(allowed).") }
    }

    func requireDelta(_ delta: Float) throws {
        try require(delta > 0 && delta.isFinite, "delta", delta, "greater than 0 and finite")
    }
}

/// Everything a loss can see while it is traced.
public struct LossSite {
    public var student: TracedModel
    /// Traced beside the student when a term asked for it.
    public var teacher: TracedModel?
    /// What the outputs are.
    public var output = ModelOutput.values
    /// How often each label or class holds in training; empty where there are none.
    public var shares: [Double] = []
    /// One for each teacher: predictions (scaled) or logits, shaped as the student's output.
    public var softLabels: [Tensor]
    /// Of each teacher 1 where a sample has its labels, `[B, 1, …]`; nil, or none, where all samples have.
    public var known: [Tensor?] = []
    public var expected: Tensor
    /// 1 where the truth was measured.
    public var mask: Tensor?
    /// Size of a scaled unit in original units, divided by its mean, `[N, C]`: with it, every
    /// place counts by its error in the unit users read rather than by its own deviation.
    public var unit: Tensor?
    /// What each step of the horizon weighs where steps do not weigh the same, `[H, 1, 1]`; nil where there is one.
    public var steps: Tensor?
    /// A scalar that follows the term's schedule.
    public var temperature: Tensor
    /// Parameters made here, such as projections, are trained with the student.
    public var scope: Scope

    /// Element by element, in original units up to one common factor.
    public func distance(_ distance: Distance, _ predicted: Tensor, _ expected: Tensor, delta: Float) -> Tensor {
        inUnits(distance(predicted, expected, delta: delta), squared: distance == .squared)
    }

    /// An error of each element as users count it.
    ///
    /// - Parameter squared: it is of the square of a scaled unit.
    func inUnits(_ error: Tensor, squared: Bool = false) -> Tensor {
        guard var unit else { return error }
        // Several numbers of each channel, where the answer is a distribution.
        let numbers = error.shape[-1] / unit.shape[-1]
        if numbers > 1 {
            let (nodes, channels) = (unit.shape[0], unit.shape[1])
            unit = unit.reshaped([nodes, channels, 1]).broadcast(to: [nodes, channels, numbers])
                .reshaped([nodes, channels * numbers])
        }
        return squared ? error * square(unit) : error * unit
    }

    /// An error of each element, with the weight of its step.
    func balanced(_ error: Tensor, _ balance: StepBalance) -> Tensor {
        guard balance != .even, let steps else { return error }
        return error * steps.broadcast(to: error.shape)
    }

    /// Pinball loss of every quantile, `[…, O·Q]`, against the truth `[…, O]`: the mean over levels.
    func pinball(_ predicted: Tensor, levels: [Double], _ balance: StepBalance) -> Tensor {
        let extents = expected.shape.extents, channels = extents[extents.count - 1]
        let split = predicted.reshaped(Shape(Array(extents.dropLast()) + [channels, levels.count]))
        let parts = levels.enumerated().map { number, level in
            let quantile = split.sliced(axis: extents.count, start: number, length: 1).reshaped(expected.shape)
            return inUnits(Pointwise.pinball(quantile, expected, quantile: Float(level)))
        }
        return balanced(parts.dropFirst().reduce(parts[0], +).scaled(2 / Float(levels.count)), balance).weightedMean(
            mask)
    }

    /// −ln of the normal density of the truth, up to a constant: ln σ + ((y − μ) / σ)² / 2, `[…, O·2]` beside `[…, O]`.
    func likelihood(_ predicted: Tensor, _ balance: StepBalance) -> Tensor {
        let (mean, deviation) = GaussianHead.parts(predicted)
        return balanced(log(deviation) + square((expected - mean) / deviation).scaled(0.5), balance).weightedMean(mask)
    }

    /// The mean of a loss of each element over the samples that have labels of a teacher.
    public func meanWhereTaught(_ loss: Tensor, by teacher: Int) -> Tensor { loss.weightedMean(known(teacher)) }

    /// 1 where a sample has labels of a teacher; nil where all have.
    func known(_ teacher: Int) -> Tensor? { known.indices.contains(teacher) ? known[teacher] : nil }

    /// The mean over the student's members of a loss of each.
    public func meanOverMembers(_ loss: (Tensor) -> Tensor) -> Tensor {
        let losses = student.members.map(loss)
        return losses.dropFirst().reduce(losses[0], +).scaled(1 / Float(losses.count))
    }
}

/// What the steps of a horizon weigh in a loss.
public enum StepBalance: String, Hashable, Sendable, Codable, CaseIterable {
    /// The same, so that far steps, whose errors are large, decide.
    case even
    /// 1 / the error that the last reading has there: near steps count as far ones do.
    case relative
    /// 1 / its square: near steps count for more than far ones, as all users of a nowcast read them.
    case near

    /// Of the error of the last reading.
    var power: Double {
        switch self {
        case .even: 0
        case .relative: 1
        case .near: 2
        }
    }
}

/// How far apart two predictions are, by element.
public enum Distance: String, Hashable, Sendable, Codable, CaseIterable {
    case absolute, squared, huber

    public func callAsFunction(_ predicted: Tensor, _ expected: Tensor, delta: Float) -> Tensor {
        switch self {
        case .absolute: Pointwise.absolute(predicted, expected)
        case .squared: Pointwise.squared(predicted, expected)
        case .huber: Pointwise.huber(predicted, expected, delta: delta)
        }
    }
}
