public import LimbeckCompute
public import LimbeckRuntime
public import LimbeckSeries

/// An architecture: traces what losses read of its inputs, `[B, S, N, W]` as the head of `inputs.shape` has it; forecasts
/// are `[B, H, N, O]`, scaled, of O of their C channels.
public protocol Model: Sendable {
    func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor

    /// The forecasts of each part of an ensemble; a single model is its only member.
    func members(_ inputs: ModelInputs, _ scope: Scope) -> [Tensor]

    /// Numbers that are measured on the training part rather than trained, by parameter path
    /// below the model's scope.
    func statistics(_ data: TrainingStatistics) -> [String: [Float]]
}

extension Model {
    public func members(_ inputs: ModelInputs, _ scope: Scope) -> [Tensor] { [self(inputs, scope)] }
    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] { [:] }
}

/// What models may measure before training, from the training part only.
public struct TrainingStatistics: Sendable {
    /// With the seasons of the profile.
    public var shape: ForecastShape
    /// What is usual of the channels that are forecast, in scaled units.
    public var profile: Profile
    /// The same in original units: the mean, whatever the transform.
    public var usual: Profile
    /// What is known of each place, `[N, S]`.
    public var facts: [Float]

    /// Of the observed cells of `range`, by seasons as chosen; those of `shape` where nothing is said.
    ///
    /// - Parameter form: how the profile is kept, where steps allow it.
    public init(
        _ series: Series, scaler: Scaler, range: Range<Int>, shape: ForecastShape, seasons: SeasonChoice? = nil,
        form: ProfileForm = .full
    ) {
        let shrinkage = Profile.shrinkage(series, range: range, shape: shape, seasons ?? .declared(shape.seasons))
        var shape = shape
        shape.seasons = shrinkage.seasons
        shape.profileForm =
            shape.seasons.clock == nil
            ? .full : form.suited(step: shape.step)
        shape.facts = series.facts?.count ?? 0
        facts = series.facts?.values ?? []
        self.shape = shape
        let columns = (0..<shape.nodes * shape.outputs).map(shape.entry)
        func profile(_ values: [Float]) -> Profile {
            let means = SeasonalMeans(
                values, series, range: range, shape: shape, columns: columns, candidates: shape.seasons)
            return Profile(means, shrinkage, shape: shape)
        }
        usual = profile(series.values)
        let size = series.stepSize
        self.profile = profile(series.values.indices.map { scaler.scaled(series.values[$0], at: $0 % size) })
    }
}

/// What an architecture may need to know beyond its configuration.
public struct ModelContext: Sendable {
    public var shape: ForecastShape
    /// Of the places, where the data has one.
    public var graph: Graph?

    public init(shape: ForecastShape, graph: Graph?) {
        self.shape = shape
        self.graph = graph
    }
}

/// Where a model's configuration comes from: defaults with the user's part laid over them.
public protocol ConfigurationSource {
    func configuration<C: Codable & Sendable>(_ defaults: C) throws -> C
}

/// The defaults as they are.
public struct DefaultConfiguration: ConfigurationSource {
    public init() {}
    public func configuration<C: Codable & Sendable>(_ defaults: C) throws -> C { defaults }
}

/// An entry with settings, which recipes write under `set`.
public protocol ConfiguredEntry: CatalogEntry {
    /// Encodes to the table of settings that `limbeck models NAME` shows.
    var defaults: any Codable & Sendable { get }
}

/// An architecture: one file in `Architectures`, and one line in `ModelCatalog.standard`.
public struct ModelEntry: ConfiguredEntry {
    public var name: String
    public var summary: String
    /// Encodes to the table of settings that `limbeck models NAME` shows.
    public var defaults: any Codable & Sendable
    public var make: @Sendable (any ConfigurationSource, ModelContext) throws -> any Model

    public init<C: Codable & Sendable>(
        _ name: String, _ summary: String, _ defaults: C,
        _ make: @escaping @Sendable (C, ModelContext) throws -> any Model
    ) {
        self.name = name
        self.summary = summary
        self.defaults = defaults
        self.make = { source, context in try make(source.configuration(defaults), context) }
    }

    public static let kind = "model"
    public static func error(_ message: String) -> any Error { ModelError(.unknownModel, message) }
}

public typealias ModelCatalog = Catalog<ModelEntry>

extension Catalog<ModelEntry> {
    public static var standard: ModelCatalog {
        ModelCatalog([
            ModelEntry("stid", "Embedding MLP: place and calendar embeddings, residual blocks.", STID.Configuration()) {
                try STID($0.validated(), $1)
            },
            ModelEntry(
                "graphMixer", "Embedding MLP whose blocks mix places over a distance graph and a learned one.",
                GraphMixer.Configuration()
            ) {
                try GraphMixer($0.validated(), $1)
            },
            ModelEntry(
                "graphWaveNet", "Dilated gated convolutions and diffusion over fixed and learned graphs.",
                GraphWaveNet.Configuration()
            ) {
                try GraphWaveNet($0.validated(), $1)
            },
            ModelEntry("recurrent", "A GRU or LSTM over each place's history.", Recurrent.Configuration()) {
                try Recurrent($0.validated(), $1)
            },
            ModelEntry(
                "temporal", "Dilated causal convolutions over each place's history, depthwise separable.",
                TemporalNetwork.Configuration()
            ) {
                try TemporalNetwork($0.validated(), $1)
            },
            ModelEntry(
                "grid", "Residual 2-D convolutions over places on a grid.", GridNetwork.Configuration()
            ) {
                try GridNetwork($0, $1)
            },
            ModelEntry(
                "linear", "One linear map from history to horizon, shared by all places (DLinear-like).",
                LinearForecast.Configuration()
            ) {
                LinearForecast($0, $1)
            },
        ])
    }
}

/// What users of models cause.
public struct ModelError: Error, CustomStringConvertible, Sendable {
    public enum Code: String, Sendable { case unknownModel, badConfiguration, mismatch, notFinite }
    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

/// Throws `badConfiguration` unless `value` lies in `range`.
func require<T: Comparable>(_ name: String, _ value: T, in range: ClosedRange<T>) throws {
    guard range.contains(value) else {
        throw ModelError(
            .badConfiguration, "\(name) is \(value); it must lie between \(range.lowerBound) and \(range.upperBound).")
    }
}
