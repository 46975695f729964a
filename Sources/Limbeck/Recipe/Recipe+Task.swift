import LimbeckDistill
import LimbeckModels

extension Recipe {
    /// What is to be learned, and from which part of time.
    public struct Task: Equatable, Sendable, Codable, ValidatedConfiguration {
        public enum Kind: String, Equatable, Sendable, Codable, CaseIterable {
            /// The next `horizon` steps from the last `history`.
            case forecast
            /// Labels, events or classes of each place.
            case classify
            /// Whether the last reading of each place is as it should be.
            case detect
        }

        public enum Distribution: String, Equatable, Sendable, Codable, CaseIterable {
            case free, gaussian
        }

        public enum ProfileChoice: String, Equatable, Sendable, Codable, CaseIterable {
            case auto, none, full, hourly, lowRank, fourier

            /// Nil for `auto`, and for none, which has no seasons to keep.
            var form: ProfileForm? { self == .none ? .full : ProfileForm(rawValue: rawValue) }
        }

        public var kind = Kind.forecast
        /// Steps a model sees.
        public var history = 24
        /// Steps a model forecasts. Of `labels` the step they are of, 0 the last of the history; events say `within`.
        public var horizon = defaultHorizon
        /// Quantiles to forecast, such as [0.1, 0.5, 0.9], 0.5 among them; empty for values alone.
        public var quantiles: [Double] = []
        /// Of what shape quantiles are: each by itself, or those of a normal distribution.
        public var distribution = Distribution.free
        /// Stretch quantiles about the median by what validation says, so that they hold.
        public var stretch = false
        /// Metrics to measure besides, by their names in the catalog.
        public var metrics: [String] = []
        /// What is to be warned of: a rule such as `speed < 0.6 * median(hourOfWeek) within 30min`.
        public var event = ""
        /// Several of them by name.
        public var events: [String: String] = [:]
        /// Columns of 0 and 1 that label steps, or one column of classes; models do not read them.
        public var labels: [String] = []
        /// A CSV of labelled intervals to score alarms with: place, start, end, kind.
        public var anomalies = ""
        /// How many false alarms a day may be, all places together.
        public var falseAlarms = 1.0
        /// Steps over which a detector's answers are averaged, so that what lasts counts for more.
        public var smoothing = 6
        /// Faults that are planted for models to learn to tell.
        public var faults = FaultPlanter.Settings()
        /// Channels to forecast, by name; the others are covariates, which models read. Empty: all are forecast.
        public var targets: [String] = []
        /// Channels of the targets' own file that are known ahead, for the whole horizon.
        public var futureCovariates: [String] = []
        /// Train the student alone once more without each source of covariates, and tell what it brings.
        public var leaveOneOut = false
        /// The share of time, from its start, that everything is fitted on.
        public var train = 0.7
        /// The share after it that choices are made on. The rest is the test.
        public var validation = 0.1
        /// How missing values are filled: a name of the imputation catalog that looks only back, as
        /// a live system does.
        public var impute = "forward"
        /// What shares a mean and a deviation: a name of the scaling catalog.
        public var scale = "perNode"
        /// Applied before scaling and undone after: a name of the transform catalog.
        public var transform = "identity"
        /// Courses that come back, of which `day`, `week` and `year` are known: by them it is told what is usual.
        /// `[auto]` finds those that help on the training part; `[]` is none.
        public var seasons = ["auto"]
        /// How the profile is kept: `full`, `hourly`, `lowRank`, `fourier`, `none`, or `auto` for the fewest numbers with
        /// which ridge regression forecasts validation as well.
        public var profile = ProfileChoice.auto
        /// Which places are near each other, to models that ask: a name of the graph catalog, or `auto`.
        public var graph = "auto"

        private static let defaultHorizon = 12

        public init() {}

        public func validate() throws {
            try InvalidValue.whole(history, in: 1...100_000, "history")
            try InvalidValue.whole(horizon, in: (kind == .classify ? 0 : 1)...100_000, "horizon")
            try InvalidValue.share(train, "train")
            try InvalidValue.share(validation, "validation")
            try InvalidValue.require(train + validation < 1, "validation") {
                "train \(train) and validation \(validation) leave nothing to test on; "
                    + "their sum must be below 1"
            }
            _ = try seasonChoice()
            try validateQuestion()
        }

        private func validateQuestion() throws {
            let asked = [("event", !event.isEmpty), ("events", !events.isEmpty), ("labels", !labels.isEmpty)].filter(
                \.1)
            try InvalidValue.require(kind == .detect || anomalies.isEmpty, "anomalies") {
                "is for kind: detect; write that beside it"
            }
            switch kind {
            case .forecast:
                try InvalidValue.require(asked.isEmpty, asked.first?.0 ?? "") {
                    "is for kind: classify; write that beside it"
                }
                do { if !quantiles.isEmpty { _ = try QuantileHead(levels: quantiles) } } catch {
                    throw InvalidValue(
                        "quantiles", "must ascend between 0 and 1, with 0.5 among them, such as [0.1, 0.5, 0.9]")
                }
                try InvalidValue.require(distribution == .free || !quantiles.isEmpty, "distribution") {
                    "is told by quantiles; name some, such as quantiles: [0.1, 0.5, 0.9]"
                }
            case .detect:
                try InvalidValue.require(asked.isEmpty, asked.first?.0 ?? "") {
                    "is for kind: classify; what is labelled goes to anomalies"
                }
                try InvalidValue.require(quantiles.isEmpty, "quantiles") { "are for kind: forecast" }
                try InvalidValue.require(metrics.isEmpty, "metrics") { "are for the other kinds; detect has its own" }
                try InvalidValue.require(horizon == Self.defaultHorizon, "horizon") {
                    "is for what is to come; detect tells of the last reading, so leave it out"
                }
                try InvalidValue.positive(falseAlarms, "falseAlarms")
                try InvalidValue.whole(smoothing, in: 1...1000, "smoothing")
                try InvalidValue.require(faults.share > 0 && faults.share <= 0.5, "faults.share") {
                    "must be above 0 and at most 0.5, not \(faults.share)"
                }
                try InvalidValue.whole(faults.variants, in: 1...100, "faults.variants")
                try InvalidValue.require(faults.oldest >= 0.1 && faults.oldest <= 100, "faults.oldest") {
                    "must be from 0.1 to 100 windows, not \(faults.oldest)"
                }
            case .classify:
                try InvalidValue.require(quantiles.isEmpty, "quantiles") { "are for kind: forecast" }
                try InvalidValue.require(distribution == .free, "distribution") { "is for kind: forecast" }
                try InvalidValue.require(horizon == Self.defaultHorizon || !labels.isEmpty, "horizon") {
                    "is said by the event itself, as within 30min; leave it out"
                }
                try InvalidValue.require(asked.count == 1, "kind") {
                    asked.isEmpty
                        ? "classify needs to know what; write an event, such as event: \"speed < 30 within 1h\", or labels: [COLUMN]"
                        : "classify asks one thing, not \(asked.map(\.0).joined(separator: " and ")); leave one out"
                }
            }
        }

        /// Steps by which what is known ahead is told before its time: those of an answer.
        var lead: Int { kind == .forecast ? horizon : 1 }

        /// Events by name, in order.
        var namedEvents: [(key: String, name: String, text: String)] {
            event.isEmpty
                ? events.sorted { $0.key < $1.key }.map { ("events.\($0.key)", $0.key, $0.value) }
                : [("event", "event", event)]
        }
    }
}

extension Recipe.Task {
    /// As losses are told apart.
    var taskKind: TaskKind { kind != .forecast ? .classification : quantiles.isEmpty ? .forecast : .quantiles }

    /// The head that answers with values or their quantiles.
    func forecastHead() throws -> any Head {
        if quantiles.isEmpty { return PointHead() }
        return distribution == .gaussian ? try GaussianHead(levels: quantiles) : try QuantileHead(levels: quantiles)
    }

    func seasonChoice() throws -> SeasonChoice {
        if profile == .none { return .declared([]) }
        if seasons == ["auto"] { return .found }
        var chosen = Seasons()
        for name in seasons {
            guard let (_, season) = Seasons.names.first(where: { $0.name == name }) else {
                throw InvalidValue(
                    "seasons",
                    "\"\(name)\" is not known; write [auto], or those there are of "
                        + Seasons.names.map(\.name).joined(separator: ", "))
            }
            chosen.formUnion(season)
        }
        return .declared(chosen)
    }
}

extension InvalidValue {
    static func whole(_ value: Int, in range: ClosedRange<Int>, _ key: String) throws {
        try require(range.contains(value), key) {
            value < range.lowerBound
                ? "must be at least \(range.lowerBound), not \(value)"
                : "must be at most \(range.upperBound), not \(value)"
        }
    }

    /// Above 0 and below 1.
    static func share(_ value: Double, _ key: String) throws {
        try require(value > 0 && value < 1, key) { "must lie between 0 and 1, not \(value)" }
    }

    /// From 0 up to, not including, 1.
    static func rate(_ value: Double, _ key: String) throws {
        try require(value >= 0 && value < 1, key) { "must be at least 0 and below 1, not \(value)" }
    }

    static func positive(_ value: Double, _ key: String) throws {
        // Training computes in single precision: what rounds to zero or infinity there cannot be.
        try require(Float(value) > 0 && Float(value).isFinite, key) {
            value > 0 && value.isFinite ? beyondSingle(value) : "must be above 0, not \(value)"
        }
    }

    static func notNegative(_ value: Double, _ key: String) throws {
        try require(value == 0 || (Float(value) > 0 && Float(value).isFinite), key) {
            value > 0 && value.isFinite ? beyondSingle(value) : "must be at least 0, not \(value)"
        }
    }

    private static func beyondSingle(_ value: Double) -> String {
        "is \(value), which single precision cannot hold; choose a number from 1e-38 to 1e38"
    }
}
