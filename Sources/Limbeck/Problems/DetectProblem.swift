import Foundation
import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// Whether the last reading of each place is as it should be. Models learn it of faults that are planted in windows of
/// data taken to be ordinary; a threshold lets so many false alarms a day pass on validation.
struct DetectProblem: Problem {
    /// Of planted windows, at their origins.
    private let planted: Labels
    /// As somebody labelled them; empty where nobody did.
    let anomalies: [Anomaly]
    /// Its mask says what was measured.
    private let series: Series
    /// Channels that places are watched by.
    private let outputs: Int
    /// A day, all places together.
    private let falseAlarms: Double
    /// Steps over which answers are averaged.
    private let smoothing: Int
    let head: any Head

    init(
        _ planted: Labels, anomalies: [Anomaly], series: Series, outputs: Int, falseAlarms: Double,
        smoothing: Int, training: Range<Int>
    ) {
        self.planted = planted
        self.anomalies = anomalies
        self.series = series
        self.outputs = outputs
        self.falseAlarms = falseAlarms
        self.smoothing = smoothing
        head = LabelHead(shares: planted.shares(training))
    }

    var labels: Labels? { planted }
    var headline: String { "logLoss" }
    var unit: String { "" }
    var trainingMetric: String { "logLoss" }
    var parts: ReportContent.Parts { .kinds }
    var partMetric: String { "eventRecall" }
    var thresholdRule: String? {
        "Thresholds let \(falseAlarms) false alarms a day pass on validation, all places together; answers are those before they are averaged over time."
    }
    var range: Double { 1 }

    func baselines(
        _ context: BaselineContext, _ catalogs: Catalogs, tell: (Role) -> Void
    ) throws -> [(role: Role, forecaster: any Forecaster)] {
        try fitted(catalogs.detectors, context, tell: tell)
    }

    /// How unusual each place was.
    func anomalyScores(_ answer: Forecast) -> AnomalyScores {
        AnomalyScores(answer, of: series, channels: outputs).smoothed(over: smoothing)
    }

    private func threshold(_ contestant: Contestant) -> Float {
        anomalyScores(contestant.validation).threshold(alarmsPerDay: falseAlarms, series.times, without: anomalies)
    }

    func thresholds(_ contestant: Contestant) throws -> [Double] { [Double(threshold(contestant))] }

    /// Of the part tested on what is labelled, and of models also what is planted there.
    func scores(_ contestant: Contestant, horizons: [Int], seed: Int) throws -> [Score] {
        let threshold = threshold(contestant)
        let scorer = AnomalyScorer(anomalies, times: series.times)
        var scores = [(ScoreSplit.validation, contestant.validation), (.test, contestant.test)].flatMap {
            split, answer in
            scorer.scores(
                anomalyScores(answer), threshold: threshold, model: contestant.name, role: contestant.role,
                split: split, seed: seed)
        }
        for (split, answer) in [(ScoreSplit.validation, contestant.plantedValidation), (.test, contestant.planted)] {
            if let answer { scores += try plantedScores(answer, contestant, split, seed) }
        }
        return scores
    }

    private func plantedScores(
        _ answer: Forecast, _ contestant: Contestant, _ split: ScoreSplit, _ seed: Int
    ) throws -> [Score] {
        let told = ["logLoss": "logLoss", "averagePrecision": "averagePrecisionPlanted"]
        return try LabelScorer(planted, thresholds: [0.5]).scores(
            answer, model: contestant.name, role: contestant.role, split: split, seed: seed
        ).compactMap { score in
            var score = score
            guard let name = told[score.metric] else { return nil }
            score.metric = name
            return score
        }
    }

    func breakdown(_ contestant: Contestant) throws -> ErrorBreakdown {
        try ErrorBreakdown(
            contestant.planted
                ?? Forecast(origins: [], horizon: 1, nodeCount: series.nodeCount, channelCount: 1, values: []),
            against: planted)
    }

    /// What is labelled where anything is, else what is planted.
    func shown(_ contestants: [Contestant]) -> (labels: Labels, answers: [(Contestant, Forecast)])? {
        guard !anomalies.isEmpty else {
            return (planted, contestants.compactMap { one in one.planted.map { (one, $0) } })
        }
        var truth = planted.truth
        let nodes = series.nodeCount
        for origin in 1..<max(1, series.times.count) {
            for node in 0..<nodes {
                truth.values[origin * nodes + node] = 0
                truth.observed[origin * nodes + node] = (0..<outputs).contains {
                    series.isObserved(time: origin - 1, node: node, channel: $0)
                }
            }
        }
        for anomaly in anomalies {
            for step in anomaly.steps where step + 1 < series.times.count {
                truth.values[(step + 1) * nodes + anomaly.node] = 1
            }
        }
        return (
            Labels(truth: truth, present: planted.present, areExclusive: false), contestants.map { ($0, $0.test) }
        )
    }

    func drawn(_ answer: Forecast) -> Forecast { answer }

    func card(_ contestant: Contestant) throws -> [(key: String, value: String)] {
        [
            ("thresholds", "\(threshold(contestant))"), (StudentForecaster.smoothing, "\(smoothing)"),
            (StudentForecaster.watched, "\(outputs)"),
            ("false alarms a day", "\(falseAlarms)"),
        ]
    }

    func sampled(_ origins: [Int], _ sampling: Recipe.Training.Sampling) -> [Int] { origins }

    /// Logits of probabilities.
    func outputs(_ answer: Forecast, _ data: PreparedData) -> [Float] {
        answer.values.map { value in
            let chance = min(max(Double(value), 1e-6), 1 - 1e-6)
            return Float(log(chance / (1 - chance)))
        }
    }
}
