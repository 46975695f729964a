/// One measured number of one model: an entry of `scores.json`, see `Documentation/Scores.md`.
public struct Score: Codable, Hashable, Sendable {
    public var model: String
    public var role: Role
    /// A metric's name from ``MetricCatalog``, or a ``Cost``.
    public var metric: String
    /// The channel that was scored, where there are several; empty for all of them, and for costs.
    public var channel: String
    public var horizon: ScoreHorizon
    public var value: Double
    /// Of the value: the channel's unit, `σ` over several channels, `%`, `FLOP`, `B`, `µs`, or empty.
    public var unit: String
    public var split: ScoreSplit
    public var seed: Int

    public init(
        model: String, role: Role, metric: String, channel: String = "", horizon: ScoreHorizon, value: Double,
        unit: String, split: ScoreSplit, seed: Int
    ) {
        self.model = model
        self.role = role
        self.metric = metric
        self.channel = channel
        self.horizon = horizon
        self.value = value
        self.unit = unit
        self.split = split
        self.seed = seed
    }
}

extension Score {
    private enum CodingKeys: String, CodingKey {
        case model, role, metric, channel, horizon, value, unit, split, seed
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            model: try values.decode(String.self, forKey: .model), role: try values.decode(Role.self, forKey: .role),
            metric: try values.decode(String.self, forKey: .metric),
            channel: try values.decodeIfPresent(String.self, forKey: .channel) ?? "",
            horizon: try values.decode(ScoreHorizon.self, forKey: .horizon),
            value: try values.decode(Double.self, forKey: .value), unit: try values.decode(String.self, forKey: .unit),
            split: try values.decode(ScoreSplit.self, forKey: .split), seed: try values.decode(Int.self, forKey: .seed))
    }

    /// Without `channel` where it is empty.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(model, forKey: .model)
        try values.encode(role, forKey: .role)
        try values.encode(metric, forKey: .metric)
        if !channel.isEmpty { try values.encode(channel, forKey: .channel) }
        try values.encode(horizon, forKey: .horizon)
        try values.encode(value, forKey: .value)
        try values.encode(unit, forKey: .unit)
        try values.encode(split, forKey: .split)
        try values.encode(seed, forKey: .seed)
    }
}

/// What a model costs, as metrics beside its accuracy.
public enum Cost: String, Hashable, Sendable, CaseIterable {
    case parameters
    /// Floating-point operations of one forecast of all nodes, multiply-add counted as 2.
    case flops
    /// Size of the file that ships.
    case bytes
    /// Time of one forecast, batch 1, one thread: of the fastest block of calls.
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
