public import LimbeckSeries

/// What every comparison contains beside the models. A new baseline is a file here and a line in `standard`.
public struct BaselineCatalog: Sendable {
    /// What a baseline may learn from.
    public struct Context: Sendable {
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

    public struct Entry: Sendable {
        /// The name of its role in a comparison.
        public var name: String
        public var make: @Sendable (Context) throws -> any Forecaster

        public init(name: String, make: @escaping @Sendable (Context) throws -> any Forecaster) {
            self.name = name
            self.make = make
        }
    }

    public var entries: [Entry]

    public init(entries: [Entry]) { self.entries = entries }

    public static func + (catalog: BaselineCatalog, entries: [Entry]) -> BaselineCatalog {
        BaselineCatalog(entries: catalog.entries + entries)
    }

    public static let standard = BaselineCatalog(entries: [
        Entry(name: "persistence") { Persistence(horizon: $0.horizon, outputs: $0.statistics.shape.outputs) },
        Entry(name: "historicalAverage") { average($0) },
        Entry(name: "ridge") { context in
            try Ridge(
                context.series, range: context.training, history: context.history, profile: context.statistics.usual)
        },
    ])

    /// Of labels and classes: probabilities, `[origins, 1, N, K]`.
    public static let labels = BaselineCatalog(entries: [
        Entry(name: "persistence") { LabelPersistence(try told($0), training: $0.training) },
        Entry(name: "seasonalRate") { SeasonalRate(try told($0), $0) },
        Entry(name: "logistic") { try LogisticRegression(try told($0), $0) },
    ])

    private static func told(_ context: Context) throws -> Labels {
        if let labels = context.labels { return labels }
        throw ModelError(.mismatch, "A baseline of labels needs labels; give them to its context.")
    }

    private static func average(_ context: Context) -> HistoricalAverage {
        HistoricalAverage(context.statistics.usual)
    }
}
