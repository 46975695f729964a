/// Everything that a `.limbeck` file says.
public struct StudentContent: Sendable {
    public var shape: StudentShape
    public var program: Program
    /// Weights by number, as they are stored.
    public var tensors: [WeightTensor]
    /// One entry per node and channel, `[N, C]`.
    public var scaler: Scaler
    public var windowing: Windowing
    /// What stands in for missing readings; empty where the policy needs no numbers.
    public var filling = Filling()
    public var names: StudentNames
    /// Largest ordinary distance between forecast and reading, in spreads: empty when not
    /// calibrated, one for all nodes, or one per node.
    public var anomalyThresholds: [Float]
    public var card: [CardEntry]

    public init(
        shape: StudentShape, program: Program, weights: [[Float]], scaler: Scaler,
        windowing: Windowing, names: StudentNames = StudentNames(),
        anomalyThresholds: [Float] = [], card: [CardEntry] = []
    ) {
        self.shape = shape
        self.program = program
        tensors = weights.map { .float32($0) }
        self.scaler = scaler
        self.windowing = windowing
        self.names = names
        self.anomalyThresholds = anomalyThresholds
        self.card = card
    }
}

extension StudentContent {
    /// The numbers that the weights stand for, one entry per tensor; set, they are stored as float32.
    public var weights: [[Float]] {
        get { tensors.map { $0.values } }
        set { tensors = newValue.map { .float32($0) } }
    }
}

/// One line of a student's card, for example `teacher`, `data`, `scores`, `licence`.
public struct CardEntry: Hashable, Sendable {
    public var key, value: String

    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// What nodes, channels and labels are called. Each list is empty or complete.
public struct StudentNames: Hashable, Sendable {
    public var places: [String]
    /// WGS 84 degrees.
    public var latitudes, longitudes: [Double]
    public var channels, units: [String]
    /// Names of the outputs of a classifier.
    public var labels: [String]

    public init(
        places: [String] = [], latitudes: [Double] = [], longitudes: [Double] = [],
        channels: [String] = [], units: [String] = [], labels: [String] = []
    ) {
        self.places = places
        self.latitudes = latitudes
        self.longitudes = longitudes
        self.channels = channels
        self.units = units
        self.labels = labels
    }
}
