public import LimbeckCompute
import LimbeckNN

/// What a loss must be given.
public struct LossNeeds: Hashable, Sendable {
    /// Teachers whose soft labels it reads, recorded before or refreshed during training.
    public var teachers = 0
    /// Traces the first teacher beside the student, frozen, so that its taps can be read.
    public var liveTeacher = false
    /// Trains the teacher too, and refreshes its soft labels at the start of each epoch.
    public var trainsTeacher = false

    public init(teachers: Int = 0, liveTeacher: Bool = false, trainsTeacher: Bool = false) {
        self.teachers = teachers
        self.liveTeacher = liveTeacher
        self.trainsTeacher = trainsTeacher
    }
}

/// What a model's outputs are: scaled values of a forecast, or logits of classes.
public enum TaskKind: Hashable, Sendable, CaseIterable { case forecast, classification }

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
    /// Throws `badObjective` naming the first setting that cannot be meant.
    func validate(teachers: Int) throws
    /// One number.
    func callAsFunction(_ site: LossSite) throws -> Tensor
}

extension DistillationLoss {
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
    /// One for each teacher: predictions (scaled) or logits, shaped as the student's output.
    public var softLabels: [Tensor]
    public var expected: Tensor
    /// 1 where the truth was measured.
    public var mask: Tensor?
    /// Size of a scaled unit in original units, divided by its mean, `[N, C]`: with it, every
    /// place counts by its error in the unit users read rather than by its own deviation.
    public var unit: Tensor?
    /// A scalar that follows the term's schedule.
    public var temperature: Tensor
    /// Parameters made here, such as projections, are trained with the student.
    public var scope: Scope

    /// Element by element, in original units up to one common factor.
    public func distance(_ distance: Distance, _ predicted: Tensor, _ expected: Tensor, delta: Float) -> Tensor {
        let scaled = distance(predicted, expected, delta: delta)
        guard let unit else { return scaled }
        return distance == .squared ? scaled * square(unit) : scaled * unit
    }

    /// The mean over the student's members of a loss of each.
    public func meanOverMembers(_ loss: (Tensor) -> Tensor) -> Tensor {
        let losses = student.members.map(loss)
        return losses.dropFirst().reduce(losses[0], +).scaled(1 / Float(losses.count))
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
