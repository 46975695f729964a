/// Teacher and student train together (Zhang et al. 2018, one direction): the teacher on hard labels, the student towards
/// the teacher's predictions, which are recorded anew before each epoch.
///
/// In the first epoch there is nothing to learn from a teacher that knows nothing, so terms that read it count from the
/// second on.
public struct Online: Method, Codable {
    public init() {}

    public func phases(_ objective: Objective) throws -> [Phase] {
        guard objective.terms.contains(where: { $0.loss.needs.teachers > 0 }) else {
            throw DistillError(
                .badObjective,
                "The method online teaches by soft labels; give a term that reads them, such as softTarget.")
        }
        if let term = objective.terms.first(where: { $0.loss.needs.teachers > 1 }) {
            throw DistillError(
                .badObjective,
                "Term \"\(term.name)\" reads \(term.loss.needs.teachers) teachers, and the method online trains one.",
                term: term.name)
        }
        var phase = Phase("together", objective: objective)
        phase.trainsTeacher = true
        phase.refreshesLabels = true
        return [phase]
    }
}
