/// First the terms that compare tapped layers, alone, so that what the student computes inside resembles the teacher's;
/// then the others (Romero et al. 2015, "FitNets").
public struct HintsFirst: Method, Codable {
    /// Of the epochs, for the first phase.
    public var share = 0.3
    /// Whether the terms of the first phase go on counting in the second.
    public var keepsHints = false

    public init() {}

    public func phases(_ objective: Objective) throws -> [Phase] {
        let hints = objective.terms.filter { $0.loss.needs.liveTeacher }
        let rest = objective.terms.filter { !$0.loss.needs.liveTeacher }
        guard !hints.isEmpty, !rest.isEmpty else {
            throw DistillError(
                .badObjective,
                "The method hintsFirst needs a term that compares layers, such as hint, and one that does not, such as hard."
            )
        }
        guard share > 0, share < 1 else {
            throw DistillError(.badObjective, "share is \(share); it must lie between 0 and 1.")
        }
        return [
            Phase("hints", share: share, objective: Objective(hints)),
            Phase("rest", share: 1 - share, objective: keepsHints ? objective : Objective(rest)),
        ]
    }
}
