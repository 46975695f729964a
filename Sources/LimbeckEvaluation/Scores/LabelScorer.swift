import Foundation
public import LimbeckSeries

/// Scores probabilities of labels or classes against what was true.
///
/// Each label has scores of its own, and what stands for all is their mean (macro). Scores that end in `Onset` are of
/// places where the label did not hold with the last reading: that something goes on is easily foretold, and makes a
/// warning look good. `alarmsPerDay` counts, over all places, the alarms at the threshold that finds 80 % of what held;
/// steps in a row are one alarm.
public struct LabelScorer: Sendable {
    public let labels: Labels
    /// Of each label, chosen on validation (``thresholds(_:of:)``): at and above it, it is taken to hold.
    public var thresholds: [Double]

    /// Measured besides: of labels one by one, of classes on all of them.
    public var metrics: [any Metric]

    public init(_ labels: Labels, thresholds: [Double], metrics: [any Metric] = []) {
        self.labels = labels
        self.thresholds = thresholds
        self.metrics = metrics
    }

    /// The share of what held that alarms are counted at.
    public static let recall = 0.8

    /// Of each label the threshold of the largest F1.
    public static func thresholds(_ forecast: Forecast, of labels: Labels) throws -> [Double] {
        try (0..<labels.count).map { try LabelCells(forecast, labels, label: $0).ranked().bestThreshold }
    }

    /// Throws `shape`, `outOfRange` or, naming the cell, `notFinite`.
    public func scores(
        _ forecast: Forecast, model: String, role: Role, split: ScoreSplit, seed: Int
    ) throws -> [Score] {
        var result: [Score] = []
        func add(_ metric: String, _ value: Double, _ channel: String = "") {
            result.append(
                Score(
                    model: model, role: role, metric: metric, channel: channel, horizon: .average, value: value,
                    unit: metric == "alarmsPerDay" ? "1/d" : "", split: split, seed: seed))
        }
        let own = try labels.names.indices.map { try measures(forecast, label: $0) }
        if labels.areExclusive {
            for (metric, value) in try classMeasures(forecast) { add(metric, value) }
        }
        for (metric, _) in own[0]
        where !labels.areExclusive || metric.hasPrefix("averagePrecision") || metric.hasPrefix("rocAUC") {
            let values = own.compactMap { measures in measures.first { $0.0 == metric }?.1 }
            guard values.count == own.count else { continue }
            let sum = values.reduce(0, +)
            add(metric, metric == "alarmsPerDay" ? sum : sum / Double(values.count))
        }
        guard labels.count > 1 else { return result }
        for (name, measures) in zip(labels.names, own) {
            for (metric, value) in measures { add(metric, value, name) }
        }
        return result
    }

    private func measures(_ forecast: Forecast, label: Int) throws -> [(String, Double)] {
        let cells = try LabelCells(forecast, labels, label: label)
        guard !cells.held.isEmpty else { return [] }
        let all = cells.ranked(), onset = cells.ranked { $0 == false }
        var result: [(String, Double)] = []
        func add(_ name: String, _ value: Double?) { if let value { result.append((name, value)) } }
        let loss = zip(cells.probabilities, cells.held).reduce(0.0) { $0 + logLoss($1.0, $1.1) }
        let square = zip(cells.probabilities, cells.held).reduce(0.0) { sum, one in
            sum + (Double(one.0) - (one.1 ? 1 : 0)) * (Double(one.0) - (one.1 ? 1 : 0))
        }
        let count = Double(cells.held.count)
        add("logLoss", loss / count)
        add("averagePrecision", all.averagePrecision)
        add("averagePrecisionOnset", onset.averagePrecision)
        add("rocAUC", all.areaUnderROC)
        add("rocAUCOnset", onset.areaUnderROC)
        let decided = LabelDecisions(cells, threshold: thresholds[label])
        if all.positives > 0 {
            add("precision", decided.precision)
            add("recall", decided.recall)
            add("f1", decided.f1)
        }
        add("brier", square / count)
        add("ece", CalibrationBins(cells).error)
        add("rate", Double(all.positives) / count)
        if !labels.areExclusive, let threshold = all.threshold(recall: Self.recall) {
            add("alarmsPerDay", cells.alarms(threshold) / max(cells.days(labels.truth.times), 1e-9))
        }
        guard !labels.areExclusive, !metrics.isEmpty else { return result }
        let input = try MetricInput(predicted: cells.probabilities, expected: cells.held.map { $0 ? 1 : 0 })
        let known = Set(result.map(\.0))
        for metric in metrics where !known.contains(metric.name) { add(metric.name, try value(of: metric, input)) }
        return result
    }

    /// Nil where the data give it none.
    private func value(of metric: any Metric, _ input: MetricInput) throws -> Double? {
        do { return try metric.value(input).value } catch let error as EvaluationError where error.code == .undefined {
            return nil
        }
    }

    /// Of classes, of which one is decided for.
    private func classMeasures(_ forecast: Forecast) throws -> [(String, Double)] {
        var predicted: [Float] = [], expected: [Float] = []
        try LabelCells.forEach(forecast, labels) { index, cell, _, _ in
            guard labels.truth.observed[cell] else { return }
            let row = forecast.values[index..<index + labels.count]
            predicted += row
            let truth = labels.truth.values[cell..<cell + labels.count]
            expected.append(Float((truth.firstIndex { $0 > 0.5 } ?? cell) - cell))
        }
        guard !expected.isEmpty else { return [] }
        let input = try MetricInput(predicted: predicted, expected: expected, width: labels.count)
        let standard: [any Metric] = [
            LogLoss(), Accuracy(), BalancedAccuracy(), F1(average: .macro), Brier(), CalibrationError(),
        ]
        let known = Set(standard.map(\.name))
        return try standard.map { ($0.name, try $0.value(input).value) }
            + metrics.filter { !known.contains($0.name) }.compactMap { metric in
                try value(of: metric, input).map { (metric.name, $0) }
            }
    }
}

/// −ln of the probability of what was true, clipped to the resolution of the predictions.
func logLoss(_ probability: Float, _ held: Bool) -> Double {
    let smallest = Double(Float.ulpOfOne)
    return -log(min(max(Double(held ? probability : 1 - probability), smallest), 1 - smallest))
}

/// Every known cell of one label: probability, truth, and whether it held with the last reading.
struct LabelCells {
    private(set) var probabilities: [Float] = []
    private(set) var held: [Bool] = []
    /// Nil where that is not known.
    private(set) var present: [Bool?] = []
    private var origins: [Int] = []
    private var places: [Int] = []

    init(_ forecast: Forecast, _ labels: Labels, label: Int) throws {
        try Self.forEach(forecast, labels) { index, cell, origin, node in
            let cell = cell + label
            guard labels.truth.observed[cell] else { return }
            probabilities.append(forecast.values[index + label])
            held.append(labels.truth.values[cell] > 0.5)
            present.append(labels.present.observed[cell] ? labels.present.values[cell] > 0.5 : nil)
            origins.append(forecast.origins[origin])
            places.append(node)
        }
    }

    /// `body(forecast index of the first label, cell of the first label, origin, node)`, origins outermost.
    static func forEach(
        _ forecast: Forecast, _ labels: Labels, _ body: (Int, Int, Int, Int) throws -> Void
    ) throws {
        let truth = labels.truth
        guard forecast.horizon == 1, forecast.nodeCount == truth.nodeCount, forecast.channelCount == labels.count else {
            throw EvaluationError(
                .shape,
                "the probabilities are [origins, \(forecast.horizon), \(forecast.nodeCount), \(forecast.channelCount)],"
                    + " but there are \(labels.count) labels of \(truth.nodeCount) places")
        }
        if let origin = forecast.origins.first(where: { !(0..<truth.times.count).contains($0) }) {
            throw EvaluationError(
                .outOfRange, "the answer of step \(origin) lies beyond the \(truth.times.count) steps of the labels")
        }
        if let index = forecast.values.firstIndex(where: { !$0.isFinite }) {
            throw EvaluationError(
                .notFinite,
                "a probability of \(truth.places[index / labels.count % truth.nodeCount].id) is \(forecast.values[index]);"
                    + " look at the model's training loss")
        }
        for origin in forecast.origins.indices {
            for node in 0..<truth.nodeCount {
                try body(
                    forecast.offset(origin: origin, step: 0, node: node),
                    truth.offset(time: forecast.origins[origin], node: node), origin, node)
            }
        }
    }

    /// Those where `isWanted` of what held with the last reading.
    func ranked(where isWanted: ((Bool?) -> Bool)? = nil) -> RankedLabels {
        guard let isWanted else { return RankedLabels(probabilities, held) }
        let kept = held.indices.filter { isWanted(present[$0]) }
        return RankedLabels(kept.map { probabilities[$0] }, kept.map { held[$0] })
    }

    /// How often the threshold is reached anew.
    func alarms(_ threshold: Float) -> Double {
        var last: [Int: Int] = [:]
        var count = 0.0
        for index in held.indices where probabilities[index] >= threshold {
            if last[places[index]] != origins[index] - 1 { count += 1 }
            last[places[index]] = origins[index]
        }
        return count
    }

    func days(_ times: TimeGrid) -> Double { Double(Set(origins).count) * times.meanStep / 86_400 }
}

/// What a threshold decides.
public struct LabelDecisions: Codable, Hashable, Sendable {
    /// Taken to hold and did; taken to and did not; the other way round; neither.
    public private(set) var hits = 0, falseAlarms = 0, misses = 0, rejections = 0

    init(_ cells: LabelCells, threshold: Double) {
        for (probability, held) in zip(cells.probabilities, cells.held) {
            switch (Double(probability) >= threshold, held) {
            case (true, true): hits += 1
            case (true, false): falseAlarms += 1
            case (false, true): misses += 1
            case (false, false): rejections += 1
            }
        }
    }

    public var precision: Double { hits + falseAlarms > 0 ? Double(hits) / Double(hits + falseAlarms) : 0 }
    public var recall: Double { hits + misses > 0 ? Double(hits) / Double(hits + misses) : 0 }
    public var f1: Double {
        let all = 2 * hits + falseAlarms + misses
        return all > 0 ? 2 * Double(hits) / Double(all) : 0
    }
}

/// How often what was told with a probability came true.
struct CalibrationBins {
    static let count = 10
    var told = [Double](repeating: 0, count: count)
    var held = [Double](repeating: 0, count: count)
    var sizes = [Double](repeating: 0, count: count)

    init(_ cells: LabelCells) {
        for (probability, isHeld) in zip(cells.probabilities, cells.held) {
            let bin = min(Self.count - 1, max(0, Int(Double(probability) * Double(Self.count))))
            told[bin] += Double(probability)
            held[bin] += isHeld ? 1 : 0
            sizes[bin] += 1
        }
    }

    /// Expected calibration error (Guo et al. 2017, equation 3).
    var error: Double {
        let total = sizes.reduce(0, +)
        guard total > 0 else { return 0 }
        return zip(told, held).reduce(0.0) { $0 + abs($1.0 - $1.1) } / total
    }
}
