public import LimbeckSeries

/// Everything `report.html` shows, as plain values; lists may be empty and their sections vanish.
///
/// Errors are those of `metric`, mean absolute errors of values, in `unit`, of several channels in σ, deviations of each channel. Arrays over models are dictionaries by
/// ``Model/id``; a missing number is nil.
public struct ReportContent: Codable, Hashable, Sendable {
    /// One model's row and its place in every chart.
    public struct Model: Codable, Hashable, Sendable {
        /// Unique within the report.
        public var id: String
        public var role: Role
        public var name: String
        /// Averages over the horizon and over seeds, by metric name.
        public var metrics: [String: Double]
        /// Deviations over seeds of the same; empty with one seed.
        public var deviations: [String: Double] = [:]
        /// `[horizon]`, the first step ahead first.
        public var errorByHorizon: [Double?] = []
        /// By the parts of `course`.
        public var errorByCourse: [Double?] = []
        public var parameters: Int?
        public var flops: Int?
        public var bytes: Int?
        public var latencyMicroseconds: Double?

        public init(id: String, role: Role, name: String, metrics: [String: Double]) {
            self.id = id
            self.role = role
            self.name = name
            self.metrics = metrics
        }
    }

    /// The numbers of one of several parts: of channels errors, in their own unit.
    public struct ChannelErrors: Codable, Hashable, Sendable {
        public var name: String
        public var unit: String
        /// The number by model.
        public var errors: [String: Double]

        public init(name: String, unit: String, errors: [String: Double]) {
            self.name = name
            self.unit = unit
            self.errors = errors
        }
    }

    /// What parts of the answer that have numbers of their own are called, and what is told of each.
    public struct Parts: Codable, Hashable, Sendable {
        public var word: String
        public var hint: String
        public var isHigherBetter = false

        public init(word: String, hint: String, isHigherBetter: Bool = false) {
            self.word = word
            self.hint = hint
            self.isHigherBetter = isHigherBetter
        }

        public static let channels = Parts(
            word: "channel", hint: "Mean absolute error of each channel in its own unit, over all times ahead.")
        public static let labels = Parts(word: "label", hint: "Log loss of each label, in nats.")
        public static let kinds = Parts(
            word: "kind", hint: "Of the labelled intervals of each kind the share in which there was an alarm.",
            isHigherBetter: true)
    }

    /// How well every model tells one label, or one class from the others.
    public struct LabelCurves: Codable, Hashable, Sendable {
        public struct Curve: Codable, Hashable, Sendable {
            /// Precision at recalls of 2 %, 4 % … 100 %.
            public var precision: [Double]
            /// Recall at false alarm rates of 0 %, 2 % … 100 %.
            public var recall: [Double]
            /// Of ten bins of probability the share that came true; nil of an empty bin.
            public var calibration: [Double?]
            /// At the model's threshold.
            public var threshold: Double
            public var decisions: LabelDecisions
        }

        public var name: String
        /// How often it holds in the test part.
        public var share: Double
        /// By model.
        public var curves: [String: Curve]

        /// - Parameters:
        ///   - answers: of the test part, by model.
        ///   - thresholds: chosen on validation, by model.
        public init(
            _ labels: Labels, label: Int, answers: [String: Forecast], thresholds: [String: Double]
        ) throws {
            name = labels.names[label]
            share = 0
            curves = [:]
            for (model, answer) in answers {
                let cells = try LabelCells(answer, labels, label: label)
                let ranked = cells.ranked(), bins = CalibrationBins(cells), threshold = thresholds[model] ?? 0.5
                share = Double(ranked.positives) / Double(max(1, ranked.count))
                curves[model] = Curve(
                    precision: ranked.precision(steps: 50), recall: ranked.recall(steps: 50),
                    calibration: zip(bins.held, bins.sizes).map { $1 > 0 ? $0 / $1 : nil }, threshold: threshold,
                    decisions: LabelDecisions(cells, threshold: threshold))
            }
        }
    }

    /// How often the truth lies at or below each quantile.
    public struct Reliability: Codable, Hashable, Sendable {
        public var levels: [Double]
        /// By model.
        public var shares: [String: [Double]]

        public init(levels: [Double], shares: [String: [Double]]) {
            self.levels = levels
            self.shares = shares
        }
    }

    public struct Tile: Codable, Hashable, Sendable {
        /// For example `42×`.
        public var value: String
        /// For example `smaller than the teacher`.
        public var label: String
        /// For example `237 k → 5.6 k parameters`.
        public var note: String

        public init(value: String, label: String, note: String = "") {
            self.value = value
            self.label = label
            self.note = note
        }
    }

    /// One model's training, an entry per epoch.
    public struct Curve: Codable, Hashable, Sendable {
        public var model: String
        public var training: [Double?]
        /// The validation metric in `unit`.
        public var validation: [Double?]

        public init(model: String, training: [Double?], validation: [Double?]) {
            self.model = model
            self.training = training
            self.validation = validation
        }
    }

    /// One forecast of one place beside what came.
    public struct Sample: Codable, Hashable, Sendable {
        public var place: String
        /// The last step it knew, in local time: the picker's second choice.
        public var origin: String
        /// `[history + horizon]` labels of the steps, in local time.
        public var times: [String]
        /// `[history + horizon]`; nil where nothing was observed.
        public var truth: [Double?]
        /// By model, `[horizon]`.
        public var forecasts: [String: [Double?]]
        /// Of these values.
        public var unit: String

        public init(
            place: String, origin: String, times: [String], truth: [Double?],
            forecasts: [String: [Double?]], unit: String = ""
        ) {
            self.place = place
            self.unit = unit
            self.origin = origin
            self.times = times
            self.truth = truth
            self.forecasts = forecasts
        }
    }

    public struct Place: Codable, Hashable, Sendable {
        public var name: String
        public var latitude: Double?
        public var longitude: Double?
        /// Mean of the truth, so that an error can be seen in proportion.
        public var level: Double?
        /// By model.
        public var errors: [String: Double]

        public init(
            name: String, latitude: Double? = nil, longitude: Double? = nil, level: Double? = nil,
            errors: [String: Double]
        ) {
            self.name = name
            self.latitude = latitude
            self.longitude = longitude
            self.level = level
            self.errors = errors
        }
    }

    /// One round of an `until` loop.
    public struct Trial: Codable, Hashable, Sendable {
        public var number: Int
        /// What was changed before it, for example `20 more epochs`.
        public var adjustment: String
        /// The two sides of the target, as measured.
        public var measured: String
        public var error: Double
        public var isMet: Bool

        public init(number: Int, adjustment: String, measured: String, error: Double, isMet: Bool) {
            self.number = number
            self.adjustment = adjustment
            self.measured = measured
            self.error = error
            self.isMet = isMet
        }
    }

    public struct Fact: Codable, Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What the run is called.
    public var title: String
    /// The result in a few words: the page's heading.
    public var headline: String
    /// What was distilled into what, on which data.
    public var summary: String
    public var verdict: String
    /// Did distilling help beyond the deviation? Nil when it cannot be said.
    public var helped: Bool?
    public var tiles: [Tile] = []
    public var models: [Model]
    /// The error that is charted, lower is better: a name of ``Model/metrics``, and what it is called.
    public var metric = "mae" { didSet { metricTitle = ScoreColumn.title(of: metric) } }
    public private(set) var metricTitle = "MAE"
    /// The unit of every error, for example `people/h`.
    public var unit: String
    /// What `channels` are.
    public var parts = Parts.channels
    /// How thresholds of labels were chosen.
    public var thresholds = "Thresholds are those of the largest F1 on validation."
    /// Of labels and classes, how well probabilities tell them apart.
    public var labels: [LabelCurves] = []
    /// Of quantiles, how often the truth lies at or below them.
    public var reliability: Reliability?
    /// What a step is, for example `h`.
    public var stepUnit: String
    /// Steps ahead with a column in the table.
    public var horizons: [Int] = [1, 3, 6, 12]
    /// What errors are told by beside steps ahead and places, and what its parts are called.
    public var course = Course.hour { didSet { courseLabels = course.labels } }
    public private(set) var courseLabels = Course.hour.labels
    /// Errors by channel; empty where there is one.
    public var channels: [ChannelErrors] = []
    /// How errors were measured; a footnote of the table.
    public var tableNote = ""
    public var curves: [Curve] = []
    public var samples: [Sample] = []
    public var places: [Place] = []
    /// Pairs of indices into `places`.
    public var edges: [[Int]] = []
    /// The `until` target as written; empty when there was none.
    public var target = ""
    public var trials: [Trial] = []
    /// What was found and repaired in the data, worst first.
    public var findings: [Fact] = []
    public var licence = ""
    /// Seed, machine, versions, times.
    public var facts: [Fact] = []
    /// The resolved recipe as YAML.
    public var recipe = ""

    public init(
        title: String, headline: String, summary: String, verdict: String, helped: Bool?,
        models: [Model], unit: String, stepUnit: String
    ) {
        self.title = title
        self.headline = headline
        self.summary = summary
        self.verdict = verdict
        self.helped = helped
        self.models = models
        self.unit = unit
        self.stepUnit = stepUnit
    }
}
