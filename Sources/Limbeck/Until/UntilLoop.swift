/// The loop of trials as a pure state machine: a finished trial in, what to do next out.
///
///     var loop = UntilLoop(recipe.until)
///     while case .attempt(let settings) = loop.next {
///         …train and evaluate a student with the settings…
///         loop.record(scores: scores, outcome: outcome, seconds: seconds)
///     }
public struct UntilLoop: Hashable, Sendable, Codable {
    public enum Step: Hashable, Sendable {
        case attempt(TrialSettings)
        case stop(Reason)
    }

    public enum Reason: String, Hashable, Sendable, Codable {
        case met
        /// `maxTrials` were made.
        case trialsSpent
        /// `maxMinutes` have passed; checked between trials.
        case timeSpent
    }

    public private(set) var configuration: Recipe.Until
    public private(set) var trials: [Trial] = []

    public init(_ configuration: Recipe.Until) { self.configuration = configuration }

    /// The index of the trial to keep: the one that met the target, else the nearest to it, the
    /// earliest of equals. Nil before the first that gave a student.
    public var best: Int? {
        trials.firstIndex { $0.met }
            ?? trials.indices.filter { trials[$0].failure == nil }.min {
                trials[$0].outcome.shortfall < trials[$1].outcome.shortfall
            }
    }

    public var seconds: Double { trials.reduce(0) { $0 + $1.seconds } }

    public var next: Step {
        if trials.last?.met == true { return .stop(.met) }
        if trials.count >= configuration.maxTrials { return .stop(.trialsSpent) }
        if !trials.isEmpty, seconds >= configuration.maxMinutes * 60 { return .stop(.timeSpent) }
        return .attempt(settings)
    }

    /// Records the trial that `next` asked for.
    public mutating func record(scores: [String: Double], outcome: UntilOutcome, seconds: Double) {
        trials.append(
            Trial(
                index: trials.count, settings: settings, adjustment: adjustment, scores: scores,
                outcome: outcome, seconds: seconds))
    }

    /// Records that the trial that `next` asked for gave no student, and why.
    public mutating func record(failure: String, seconds: Double) {
        trials.append(
            Trial(
                index: trials.count, settings: settings, adjustment: adjustment, scores: [:],
                outcome: UntilOutcome(met: false, comparisons: []), failure: failure, seconds: seconds))
    }

    private var settings: TrialSettings {
        guard let last = trials.last else { return TrialSettings() }
        return adjustment?.adjusted(last.settings) ?? last.settings
    }

    /// Round robin through the declared list.
    private var adjustment: Adjustment? {
        let list = configuration.adjust
        return trials.isEmpty || list.isEmpty ? nil : list[(trials.count - 1) % list.count]
    }
}
