/// What a student reads and writes.
public struct StudentShape: Hashable, Sendable {
    public enum Task: UInt8, Hashable, Sendable, CaseIterable {
        /// Outputs are channels, given back in original units.
        case forecast
        /// Outputs are probabilities or scores, one per label, given as they are.
        case classify
    }

    public var task: Task
    /// Steps read and steps forecast.
    public var history, horizon: Int
    /// Nodes, and channels read.
    public var nodes, channels: Int
    /// The channel that each output forecasts; empty for `classify`.
    public var targets: [Int]
    /// Values per horizon step and node.
    public var outputs: Int
    /// Channels that are known ahead, the last of `channels`: a row of the history holds what they will be `horizon` steps
    /// later, so that the last rows tell them for the whole forecast.
    public var future = 0

    /// A forecaster of all its channels, or of `targets` among them.
    public init(history: Int, horizon: Int, nodes: Int, channels: Int, targets: [Int]? = nil) {
        task = .forecast
        self.history = history
        self.horizon = horizon
        self.nodes = nodes
        self.channels = channels
        self.targets = targets ?? Array(0..<max(channels, 0))
        outputs = self.targets.count
    }

    /// A classifier of `[history, nodes, channels]` into `labels` scores per step and node.
    public init(history: Int, horizon: Int, nodes: Int, channels: Int, labels: Int) {
        task = .classify
        self.history = history
        self.horizon = horizon
        self.nodes = nodes
        self.channels = channels
        targets = []
        outputs = labels
    }

    /// Floats of `[history, nodes, channels]` and of `[horizon, nodes, outputs]`.
    public var inputCount: Int { history * nodes * channels }
    public var outputCount: Int { horizon * nodes * outputs }
}
