public import LimbeckCompute

/// A part of a training.
public struct Phase: Sendable {
    public var name: String
    /// Of the run's epochs.
    public var share: Double
    public var objective: Objective
    /// The first teacher is trained beside the student, on hard labels; without, its parameters stand still.
    public var trainsTeacher = false
    /// The first teacher's predictions are recorded anew before each epoch, rather than read from what was recorded.
    public var refreshesLabels = false
    /// Parameters that learn at a rate of their own, by paths such as `student/head`; those of rate 0 stand still.
    public var groups: [OptimizerGroup] = []

    public init(_ name: String = "", share: Double = 1, objective: Objective) {
        self.name = name
        self.share = share
        self.objective = objective
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
