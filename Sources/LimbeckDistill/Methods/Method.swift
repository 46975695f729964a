/// How teachers teach a student: what is trained when, towards what. One file here, and one line in
/// `MethodCatalog.standard`.
///
/// A method stands above losses: it divides a training into phases, and says of each which terms count, whether the
/// teacher learns too, which parameters stand still or move slower, and whose predictions are recorded anew.
public protocol Method: Sendable {
    /// In order; shares of epochs sum to 1.
    ///
    /// - Parameter objective: the recipe's terms.
    ///
    /// Throws `badObjective` for terms that the method cannot use.
    func phases(_ objective: Objective) throws -> [Phase]
}
