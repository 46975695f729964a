import Foundation
import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// What holds of each place: labels and events, or one of several classes.
struct LabelProblem: Problem {
    private let told: Labels
    let head: any Head
    /// Rules of events as written, by name.
    let rules: [(name: String, text: String)]

    /// Asked for besides.
    private let metrics: [any Metric]

    init(_ labels: Labels, rules: [(name: String, text: String)], training: Range<Int>, metrics: [any Metric] = []) {
        told = labels
        self.rules = rules
        self.metrics = metrics
        let shares = labels.shares(training)
        head = labels.areExclusive ? ClassHead(shares: shares) : LabelHead(shares: shares)
    }

    var labels: Labels? { told }
    var headline: String { "logLoss" }
    var unit: String { "" }
    var trainingMetric: String { "logLoss" }
    var range: Double { 1 }

    func baselines(
        _ context: BaselineContext, _ catalogs: Catalogs, tell: (Role) -> Void
    ) throws -> [(role: Role, forecaster: any Forecaster)] {
        try fitted(catalogs.labelBaselines, context, tell: tell)
    }

    /// Thresholds are chosen on validation, and so are those that the test is scored with.
    func scores(_ contestant: Contestant, horizons: [Int], seed: Int) throws -> [Score] {
        let scorer = LabelScorer(
            told, thresholds: try thresholds(contestant), metrics: metrics)
        return try [(ScoreSplit.validation, contestant.validation), (.test, contestant.test)].flatMap { split, answer in
            try scorer.scores(answer, model: contestant.name, role: contestant.role, split: split, seed: seed)
        }
    }

    func breakdown(_ contestant: Contestant) throws -> ErrorBreakdown {
        try ErrorBreakdown(contestant.test, against: told)
    }

    func thresholds(_ contestant: Contestant) throws -> [Double] {
        try LabelScorer.thresholds(contestant.validation, of: told)
    }

    func shown(_ contestants: [Contestant]) -> (labels: Labels, answers: [(Contestant, Forecast)])? {
        (told, contestants.map { ($0, $0.test) })
    }

    func drawn(_ answer: Forecast) -> Forecast { answer }

    func card(_ contestant: Contestant) throws -> [(key: String, value: String)] {
        let thresholds = try thresholds(contestant)
        return rules.map { ("event \($0.name)", $0.text) }
            + (told.areExclusive
                ? [] : [("thresholds", thresholds.map { "\(Float($0))" }.joined(separator: " "))])
    }

    /// Rare is a label that holds less often than not, and every class but the most frequent.
    func sampled(_ origins: [Int], _ sampling: Recipe.Training.Sampling) -> [Int] {
        guard sampling != .all, let first = origins.first, let last = origins.last else { return origins }
        let shares = told.shares(first..<last + 1), truth = told.truth
        let most = shares.max() ?? 1
        let rare = shares.indices.filter { told.areExclusive ? shares[$0] < most : shares[$0] < 0.5 }
        let isRare = origins.map { origin in
            (0..<truth.nodeCount).contains { node in
                rare.contains {
                    let cell = truth.offset(time: origin, node: node, channel: $0)
                    return truth.observed[cell] && truth.values[cell] > 0.5
                }
            }
        }
        let count = isRare.count { $0 }, others = origins.count - count
        guard count > 0, others > count else { return origins }
        switch sampling {
        case .all: return origins
        case .over:
            let times = min(20, others / count)
            return zip(origins, isRare).flatMap { Array(repeating: $0, count: $1 ? times : 1) }
        case .under:
            var seen = 0
            return zip(origins, isRare).compactMap { origin, isRare in
                guard !isRare else { return origin }
                seen += 1
                // The n-th of the others is kept where n · count / others passes a whole number.
                return seen * count / others > (seen - 1) * count / others ? origin : nil
            }
        }
    }

    /// Logits of probabilities.
    func outputs(_ answer: Forecast, _ data: PreparedData) -> [Float] {
        answer.values.map { value in
            let chance = min(max(Double(value), 1e-6), 1 - 1e-6)
            return Float(told.areExclusive ? log(chance) : log(chance / (1 - chance)))
        }
    }
}
