public import LimbeckCompute

/// A part of a training.
public struct Phase: Sendable {
    public var name: String
    /// Of the run's epochs.
    public var share: Double
    public var objective: Objective
    /// The first teacher is trained beside the student, on hard labels; without, its parameters stand still.
    public var trainsTeacher = false
    /// The first teacher's predictions are recorded anew before each epoch, rather than read from what was recorded; of a
    /// teacher that is trained beside the student.
    public var refreshesLabels = false
    /// Parameters that learn at a rate of their own, by paths such as `student/head`; those of rate 0 stand still.
    public var groups: [OptimizerGroup] = []

    public init(_ name: String = "", share: Double = 1, objective: Objective) {
        self.name = name
        self.share = share
        self.objective = objective
    }

    /// Throws `badConfiguration` for phases that no training can have.
    static func validate(_ phases: [Phase]) throws {
        func require(_ isGood: Bool, _ problem: String) throws {
            guard !isGood else { return }
            throw DistillError(.badConfiguration, "The phases of the method cannot be: \(problem).")
        }
        try require(!phases.isEmpty, "there are none")
        try require(phases.allSatisfy { $0.share > 0 && $0.share.isFinite }, "a share of the epochs is not above 0")
        try require(abs(phases.reduce(0) { $0 + $1.share } - 1) < 1e-6, "their shares of the epochs do not sum to 1")
        for phase in phases where phase.refreshesLabels {
            try require(phase.trainsTeacher, "\(phase.name) records labels of a teacher that it does not train")
            try require(
                phase.objective.terms.contains { $0.loss.needs.teachers > 0 },
                "\(phase.name) records labels that no term reads")
        }
        if let first = phases.firstIndex(where: \.trainsTeacher) {
            let keeps = phases[first...].allSatisfy { phase in
                phase.trainsTeacher || phase.objective.terms.contains { $0.loss.needs.liveTeacher }
            }
            try require(keeps, "a teacher that was trained beside the student is dropped by a later phase")
        }
    }

    /// The epoch after each phase's last, of so many in all: every phase has one at least, where there are as many.
    static func ends(_ phases: [Phase], epochs: Int) -> [Int] {
        var sum = 0.0, last = 0
        return phases.indices.map { index in
            sum += phases[index].share
            let rest = phases.count - 1 - index
            let end = rest == 0 ? epochs : Int((sum * Double(epochs)).rounded())
            last = min(max(end, min(last + 1, epochs)), max(epochs - rest, last))
            return last
        }
    }
}
