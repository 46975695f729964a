/// What one epoch of one model did: a line of `metrics.jsonl`.
public struct TrainingEvent: Codable, Hashable, Sendable {
    public var role: Role
    public var model: String
    public var seed: Int
    /// Trial of an `until` loop, counted from 1.
    public var trial: Int
    /// Counted from 1.
    public var epoch: Int
    /// Optimiser steps so far.
    public var step: Int
    /// The weighted total that was minimised, averaged over the epoch.
    public var loss: Double
    /// The terms of the objective by name, before their weights.
    public var losses: [String: Double]
    /// Metrics on the validation part by name, in original units.
    public var validation: [String: Double]
    public var learningRate: Double
    /// Wall time of this epoch.
    public var seconds: Double
    public var windowsPerSecond: Double
    /// End of the epoch, in seconds since 1970.
    public var time: Double

    public init(
        role: Role, model: String, seed: Int, trial: Int = 1, epoch: Int, step: Int, loss: Double,
        losses: [String: Double] = [:], validation: [String: Double] = [:], learningRate: Double,
        seconds: Double, windowsPerSecond: Double, time: Double
    ) {
        self.role = role
        self.model = model
        self.seed = seed
        self.trial = trial
        self.epoch = epoch
        self.step = step
        self.loss = loss
        self.losses = losses
        self.validation = validation
        self.learningRate = learningRate
        self.seconds = seconds
        self.windowsPerSecond = windowsPerSecond
        self.time = time
    }
}
