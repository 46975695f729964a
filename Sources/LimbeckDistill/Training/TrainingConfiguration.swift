public import LimbeckCompute
public import LimbeckNN

/// What training does where nothing is said: written here and nowhere else.
public enum TrainingDefaults {
    public static let epochs = 30
    public static let batch = 64
    public static let learningRate = 0.002
    public static let schedule = LearningRateSchedule.cosine
    public static let warmup = 0.05
    public static let weightDecay = 0.0001
    public static let clip = 5.0
}

/// How a model is trained.
public struct TrainingConfiguration: Codable, Sendable, Hashable {
    /// Passes over the training samples.
    public var epochs = TrainingDefaults.epochs
    /// Samples of one step.
    public var batch = TrainingDefaults.batch
    /// At its peak.
    public var learningRate = Float(TrainingDefaults.learningRate)
    public var schedule = TrainingDefaults.schedule
    /// Share of all steps over which the learning rate rises to its peak.
    public var warmup = Float(TrainingDefaults.warmup)
    public var optimizer = OptimizerRule.Kind.adam
    public var momentum: Float = 0.9
    /// Decoupled from the gradient (AdamW).
    public var weightDecay = Float(TrainingDefaults.weightDecay)
    /// Penalties added to the gradient.
    public var l1: Float = 0
    public var l2: Float = 0
    /// Largest global gradient norm; 0 does not clip.
    public var clip = Float(TrainingDefaults.clip)
    /// Stop after this many epochs without a better validation error; 0 never does.
    public var patience = 0

    public init() {}

    public var rule: OptimizerRule {
        var rule = OptimizerRule(kind: optimizer)
        if optimizer == .momentum { rule.beta1 = momentum }
        rule.weightDecay = weightDecay
        rule.l1 = l1
        rule.l2 = l2
        rule.clipNorm = clip
        return rule
    }

    public func validate() throws {
        func check(_ isGood: Bool, _ what: String) throws {
            if !isGood { throw DistillError(.badConfiguration, "Training: \(what).") }
        }
        try check(epochs > 0, "epochs is \(epochs); it must be at least 1")
        try check(batch > 0, "batch is \(batch); it must be at least 1")
        try check(learningRate > 0 && learningRate.isFinite, "learningRate is \(learningRate); it must be positive")
        try check((0...1).contains(warmup), "warmup is \(warmup); it is a share between 0 and 1")
        try check((0..<1).contains(momentum), "momentum is \(momentum); it must lie in 0 ..< 1")
        for (name, value) in [("weightDecay", weightDecay), ("l1", l1), ("l2", l2), ("clip", clip)] {
            try check(value >= 0 && value.isFinite, "\(name) is \(value); it must not be negative")
        }
        try check(patience >= 0, "patience is \(patience); it must not be negative")
    }
}
