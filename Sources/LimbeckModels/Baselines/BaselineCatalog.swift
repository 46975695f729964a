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

        public var horizon: Int { statistics.shape.horizon }

        public init(
            series: Series, training: Range<Int>, history: Int, statistics: TrainingStatistics, scaler: Scaler
        ) {
            self.series = series
            self.training = training
            self.history = history
            self.statistics = statistics
            self.scaler = scaler
        }
    }

    public struct Entry: Sendable {
        /// The name of its role in a comparison.
        public var name: String
        public var make: @Sendable (Context) throws -> any Forecaster
    }

    public var entries: [Entry]

    public static let standard = BaselineCatalog(entries: [
        Entry(name: "persistence") { Persistence(horizon: $0.horizon, outputs: $0.statistics.shape.outputs) },
        Entry(name: "historicalAverage") { average($0) },
        Entry(name: "ridge") { context in
            try Ridge(
                context.series, range: context.training, history: context.history, profile: context.statistics.usual)
        },
    ])

    private static func average(_ context: Context) -> HistoricalAverage {
        HistoricalAverage(context.statistics.usual)
    }
}
