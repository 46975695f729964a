import LimbeckDistill
public import LimbeckNN

extension Recipe {
    /// How the student is trained; the conventional student is trained the same way.
    public struct Training: Equatable, Sendable, Codable, ValidatedConfiguration {
        public enum Optimizer: String, Equatable, Sendable, Codable, CaseIterable {
            case adam
            /// Adam with weight decay apart from the gradient.
            case adamW
            /// Gradient descent with momentum 0.9.
            case sgd
        }

        public enum Sampling: String, Equatable, Sendable, Codable, CaseIterable {
            /// Every window once an epoch.
            case all
            /// Windows in which something rare holds as often as there are others, twenty times at the most.
            case over
            /// As many of the other windows as there are of these, evenly spread.
            case under
        }

        /// Passes over the training part; the weights of the best on validation are kept.
        public var epochs = TrainingDefaults.epochs
        /// Windows a step.
        public var batch = TrainingDefaults.batch
        public var learningRate = TrainingDefaults.learningRate
        public var optimizer = Optimizer.adamW
        public var weightDecay = TrainingDefaults.weightDecay
        /// How the learning rate falls after warming up.
        public var schedule = TrainingDefaults.schedule
        /// The share of steps over which the learning rate rises from zero; 0 for none.
        public var warmup = TrainingDefaults.warmup
        /// The largest global norm of a gradient; 0 never clips.
        public var clip = TrainingDefaults.clip
        /// Penalties added to the gradient.
        public var l1 = 0.0
        public var l2 = 0.0
        /// Of labels: draw windows in which something rare holds as often as others, or leave others out.
        public var sampling = Sampling.all
        /// Stop after this many epochs without a better validation error; 0 never does.
        public var patience = 0
        /// Worker threads; 0 is one for each core. The resolved recipe holds the number used.
        public var threads = 0

        public init() {}

        public func validate() throws {
            try InvalidValue.whole(epochs, in: 1...1_000_000, "epochs")
            try InvalidValue.whole(batch, in: 1...1_000_000, "batch")
            try InvalidValue.positive(learningRate, "learningRate")
            try InvalidValue.notNegative(weightDecay, "weightDecay")
            try InvalidValue.rate(warmup, "warmup")
            try InvalidValue.notNegative(clip, "clip")
            try InvalidValue.notNegative(l1, "l1")
            try InvalidValue.notNegative(l2, "l2")
            try InvalidValue.whole(patience, in: 0...1_000_000, "patience")
            try InvalidValue.whole(threads, in: 0...1024, "threads")
        }
    }

    /// Where results go.
    public struct Output: Equatable, Sendable, Codable, ValidatedConfiguration {
        /// Holds a folder for each run, `name-time`.
        public var directory = "runs"

        public init() {}

        public func validate() throws {
            try InvalidValue.require(!directory.isEmpty, "directory") { "is empty; name a folder" }
        }
    }
}
