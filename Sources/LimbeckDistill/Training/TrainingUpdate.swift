/// What happened in training; immutable, for observers.
public enum TrainingUpdate: Sendable {
    /// After some steps of an epoch, at most a few times a second.
    case progress(Progress)
    case epoch(Epoch)

    public struct Progress: Sendable {
        public var network: String
        /// From 0, and how many there are.
        public var epoch, epochs: Int
        public var step, steps: Int
        /// Mean over the epoch so far.
        public var loss: Double
        public var samplesPerSecond: Double
        /// To the end of the run.
        public var secondsLeft: Double
        /// Of the last finished epoch.
        public var validationError: Double?
    }

    public struct Epoch: Sendable, Codable, Hashable {
        public var network: String
        public var epoch: Int
        /// Mean over the epoch; each term before its weight.
        public var loss: Double
        public var terms: [String: Double]
        public var validationError: Double
        public var learningRate: Double
        public var seconds: Double
        public var samplesPerSecond: Double
    }
}

/// What an observer wants next.
public enum TrainingDecision: Sendable { case proceed, stop }
