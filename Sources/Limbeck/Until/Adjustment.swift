/// What a trial changes against the recipe, as factors; 1 changes nothing.
public struct TrialSettings: Hashable, Sendable, Codable {
    public var epochs = 1.0
    public var learningRate = 1.0
    /// On the weight of every term that reads the teacher.
    public var softWeight = 1.0
    /// On the student's width.
    public var width = 1.0

    public init() {}
}

/// How to go on when a target was not met.
public enum Adjustment: String, Hashable, Sendable, Codable, CaseIterable {
    /// Half as many epochs again.
    case moreEpochs
    /// Half the learning rate.
    case learningRate
    /// Half as much weight again on what the teacher says.
    case termWeights
    /// A student a quarter wider.
    case widerStudent

    /// The next settings.
    public func adjusted(_ settings: TrialSettings) -> TrialSettings {
        var next = settings
        switch self {
        case .moreEpochs: next.epochs *= 1.5
        case .learningRate: next.learningRate *= 0.5
        case .termWeights: next.softWeight *= 1.5
        case .widerStudent: next.width *= 1.25
        }
        return next
    }
}

/// One round of the loop, as recorded.
public struct Trial: Hashable, Sendable, Codable {
    /// From 0.
    public var index: Int
    public var settings: TrialSettings
    /// What was changed since the trial before; nil for the first.
    public var adjustment: Adjustment?
    /// Validation scores by name, such as `student.mae`.
    public var scores: [String: Double]
    public var outcome: UntilOutcome
    public var met: Bool
    /// Why this trial gave no student; nil for one that did.
    public var failure: String?
    /// Wall time of this trial.
    public var seconds: Double

    public init(
        index: Int, settings: TrialSettings, adjustment: Adjustment?, scores: [String: Double],
        outcome: UntilOutcome, failure: String? = nil, seconds: Double
    ) {
        self.index = index
        self.settings = settings
        self.adjustment = adjustment
        self.scores = scores
        self.outcome = outcome
        met = outcome.met && failure == nil
        self.failure = failure
        self.seconds = seconds
    }
}
