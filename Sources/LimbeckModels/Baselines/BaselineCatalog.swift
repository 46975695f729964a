public import LimbeckSeries

/// What a baseline may learn from.
public struct BaselineContext: Sendable {
    /// Filled; its mask says what was measured.
    public var series: Series
    public var training: Range<Int>
    public var history: Int
    public var statistics: TrainingStatistics
    /// Of `statistics`.
    public var scaler: Scaler
    /// What is to be told of each place, where that is not its values.
    public var labels: Labels?

    public var horizon: Int { statistics.shape.horizon }

    public init(
        series: Series, training: Range<Int>, history: Int, statistics: TrainingStatistics, scaler: Scaler,
        labels: Labels? = nil
    ) {
        self.series = series
        self.training = training
        self.history = history
        self.statistics = statistics
        self.scaler = scaler
        self.labels = labels
    }
}

/// What every comparison contains beside the models: one file in `Baselines`, and one line in a catalog.
public struct BaselineEntry: CatalogEntry {
    /// The name of its role in a comparison.
    public var name: String
    public var summary: String
    public var make: @Sendable (BaselineContext) throws -> any Forecaster

    public init(
        _ name: String, _ summary: String, make: @escaping @Sendable (BaselineContext) throws -> any Forecaster
    ) {
        self.name = name
        self.summary = summary
        self.make = make
    }

    public static let kind = "baseline"
    public static func error(_ message: String) -> any Error { ModelError(.unknownModel, message) }
}

public typealias BaselineCatalog = Catalog<BaselineEntry>

extension Catalog<BaselineEntry> {
    /// Of values.
    public static var standard: BaselineCatalog {
        BaselineCatalog([
            BaselineEntry("persistence", "The last reading, for every step ahead.") {
                Persistence(horizon: $0.horizon, outputs: $0.statistics.shape.outputs)
            },
            BaselineEntry("historicalAverage", "What is usual at that time of the day, week or year.") {
                HistoricalAverage($0.statistics.usual)
            },
            BaselineEntry("ridge", "One linear map of history and profile, shared by all places (ridge regression).") {
                context in
                try Ridge(
                    context.series, range: context.training, history: context.history, profile: context.statistics.usual
                )
            },
        ])
    }

    /// Of labels and classes: probabilities, `[origins, 1, N, K]`.
    public static var labels: BaselineCatalog {
        BaselineCatalog([
            BaselineEntry("persistence", "How often it holds a while after it held, or did not, with the last reading.")
            { LabelPersistence(try told($0), training: $0.training) },
            BaselineEntry("seasonalRate", "How often it holds at that time of the day or week.") {
                SeasonalRate(try told($0), $0)
            },
            BaselineEntry("logistic", "Logistic regression on history and profile.") {
                try LogisticRegression(try told($0), $0)
            },
        ])
    }

    private static func told(_ context: BaselineContext) throws -> Labels {
        if let labels = context.labels { return labels }
        throw ModelError(.mismatch, "A baseline of labels needs labels; give them to its context.")
    }
}
