/// One measured number of one model: an entry of `scores.json`, see `Documentation/Scores.md`.
public struct Score: Codable, Hashable, Sendable {
    public var model: String
    public var role: Role
    /// A metric's name from ``MetricCatalog``, or a ``Cost``.
    public var metric: String
    public var horizon: ScoreHorizon
    public var value: Double
    /// Of the value: the channel's unit, `%`, `FLOP`, `B`, `µs`, or empty.
    public var unit: String
    public var split: ScoreSplit
    public var seed: Int

    public init(
        model: String, role: Role, metric: String, horizon: ScoreHorizon, value: Double,
        unit: String, split: ScoreSplit, seed: Int
    ) {
        self.model = model
        self.role = role
        self.metric = metric
        self.horizon = horizon
        self.value = value
        self.unit = unit
        self.split = split
        self.seed = seed
    }
}

/// What a model costs, as metrics beside its accuracy.
public enum Cost: String, Hashable, Sendable, CaseIterable {
    case parameters
    /// Floating-point operations of one forecast of all nodes, multiply-add counted as 2.
    case flops
    /// Size of the file that ships.
    case bytes
    /// Median time of one forecast, batch 1, one thread.
    case latencyMicroseconds

    public var unit: String {
        switch self {
        case .parameters: ""
        case .flops: "FLOP"
        case .bytes: "B"
        case .latencyMicroseconds: "µs"
        }
    }

    public func score(
        _ value: Double, model: String, role: Role, split: ScoreSplit, seed: Int
    ) -> Score {
        Score(
            model: model, role: role, metric: rawValue, horizon: .average, value: value,
            unit: unit, split: split, seed: seed)
    }
}
