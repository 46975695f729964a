import Foundation
import LimbeckCompute
public import LimbeckSeries

/// Logistic regression with an L2 penalty, one map for each label, shared by all places; of classes one against the rest,
/// divided by their sum.
///
/// It reads every channel's history, the targets' history and next steps as they are beside what is usual, how often the
/// label holds at this time, and whether it holds with the last reading: what a script would give it. A long history of
/// many channels is read as means of 1, 1, 2, 4, 8 … steps. Weights minimise Σ log loss + λ/2 ‖w‖² over standardised
/// features, by Newton's method (iteratively reweighted least squares).
public struct LogisticRegression: Forecaster {
    public let history: Int
    public let horizon = 1
    public var name: String { "logistic" }
    public var cost: ForecastCost {
        ForecastCost(
            parameters: labels.count * (features.count + 1) + features.tables,
            flops: 2 * labels.count * features.count * labels.truth.nodeCount)
    }

    private let labels: Labels
    private let features: LogisticFeatures
    /// Of each label, the intercept last; of features as they are.
    private let weights: [[Double]]

    /// At most so many windows of places are fitted on, evenly spread.
    static let mostRows = 200_000

    /// - Parameter penalty: λ.
    public init(_ labels: Labels, _ context: BaselineContext, penalty: Double = 1) throws {
        self.labels = labels
        history = context.history
        let features = LogisticFeatures(labels, context)
        self.features = features
        let origins = context.training.dropFirst(context.history)
        let nodes = labels.truth.nodeCount
        let stride = max(1, (origins.count * nodes + Self.mostRows - 1) / Self.mostRows)
        let chosen = Array(Swift.stride(from: origins.startIndex, to: origins.endIndex, by: stride))
        weights = try (0..<labels.count).map { label in
            var rows: [Double] = [], truth: [Double] = []
            for origin in chosen {
                for node in 0..<nodes {
                    let cell = labels.truth.offset(time: origin, node: node, channel: label)
                    guard labels.truth.observed[cell] else { continue }
                    features.append(to: &rows, context.series, origin, node, label, isTraining: true)
                    truth.append(Double(labels.truth.values[cell]))
                }
            }
            guard let found = Self.fit(rows, truth, count: features.count, penalty: penalty) else {
                throw ModelError(.notFinite, "Logistic regression of \(labels.names[label]) has no solution.")
            }
            return found
        }
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        let nodes = labels.truth.nodeCount, count = labels.count
        var values: [Float] = [], row: [Double] = []
        values.reserveCapacity(origins.count * nodes * count)
        for origin in origins {
            for node in 0..<nodes {
                var chances = [Double](repeating: 0, count: count)
                for label in 0..<count {
                    row.removeAll(keepingCapacity: true)
                    features.append(to: &row, series, origin, node, label, isTraining: false)
                    var sum = weights[label][features.count]
                    for index in row.indices { sum += weights[label][index] * row[index] }
                    chances[label] = 1 / (1 + exp(-sum))
                }
                let total = labels.areExclusive ? max(chances.reduce(0, +), 1e-12) : 1
                values += chances.map { Float($0 / total) }
            }
        }
        return Forecast(origins: origins, horizon: 1, nodeCount: nodes, channelCount: count, values: values)
    }

    /// `rows` is `[n, count]`; nil without rows.
    static func fit(_ rows: [Double], _ truth: [Double], count: Int, penalty: Double) -> [Double]? {
        let samples = truth.count
        guard samples > 0 else { return nil }
        var means = [Double](repeating: 0, count: count), deviations = means
        for sample in 0..<samples { for feature in 0..<count { means[feature] += rows[sample * count + feature] } }
        for feature in 0..<count { means[feature] /= Double(samples) }
        for sample in 0..<samples {
            for feature in 0..<count {
                let gap = rows[sample * count + feature] - means[feature]
                deviations[feature] += gap * gap
            }
        }
        for feature in 0..<count {
            let deviation = (deviations[feature] / Double(samples)).squareRoot()
            deviations[feature] = deviation > 1e-9 * max(1, abs(means[feature])) ? deviation : 0
        }
        let width = count + 1
        var standard = [Double](repeating: 1, count: samples * width)
        for sample in 0..<samples {
            for feature in 0..<count {
                standard[sample * width + feature] =
                    deviations[feature] > 0
                    ? (rows[sample * count + feature] - means[feature]) / deviations[feature] : 0
            }
        }
        let share = min(max(truth.reduce(0, +) / Double(samples), 1e-6), 1 - 1e-6)
        var weights = [Double](repeating: 0, count: width)
        weights[count] = log(share / (1 - share))
        var loss = Double.infinity, best = weights, change = [Double](repeating: 0, count: width), factor = 1.0
        for _ in 0..<40 {
            var step = Newton(width: width)
            standard.withUnsafeBufferPointer { step.gather($0, truth, weights) }
            let total = step.loss + penalty / 2 * weights.dropLast().reduce(0) { $0 + $1 * $1 }
            if total > loss {
                // Beyond what the quadratic tells well: half the way.
                factor /= 2
                guard factor > 1e-4 else { break }
            } else {
                if loss - total < 1e-7 * total { break }
                (loss, best, factor) = (total, weights, 1)
                guard let next = step.change(weights, penalty: penalty), next.allSatisfy(\.isFinite) else { return nil }
                change = next
            }
            for index in weights.indices { weights[index] = best[index] + factor * change[index] }
        }
        weights = best
        var result = (0..<count).map { deviations[$0] > 0 ? weights[$0] / deviations[$0] : 0 }
        result.append(weights[count] - zip(result, means).reduce(0) { $0 + $1.0 * $1.1 })
        return result
    }
}

/// Gradient and curvature of the log loss at some weights.
private struct Newton {
    let width: Int
    var loss = 0.0
    private var gradient: [Double]
    private var curvature: [Double]

    init(width: Int) {
        self.width = width
        gradient = [Double](repeating: 0, count: width)
        curvature = [Double](repeating: 0, count: width * width)
    }

    private static let blockRows = 256

    mutating func gather(_ rows: UnsafeBufferPointer<Double>, _ truth: [Double], _ weights: [Double]) {
        var block: [Double] = []
        block.reserveCapacity(Self.blockRows * width)
        for sample in truth.indices {
            let base = sample * width
            var sum = 0.0
            for index in 0..<width { sum += weights[index] * rows[base + index] }
            let chance = 1 / (1 + exp(-sum))
            loss += max(sum, 0) + log1p(exp(-abs(sum))) - truth[sample] * sum
            let error = chance - truth[sample], root = max(chance * (1 - chance), 1e-12).squareRoot()
            for index in 0..<width {
                gradient[index] += error * rows[base + index]
                block.append(root * rows[base + index])
            }
            if block.count == Self.blockRows * width { take(&block) }
        }
        if !block.isEmpty { take(&block) }
    }

    private mutating func take(_ block: inout [Double]) {
        DenseAlgebra.addCross(block, rows: block.count / width, width: width, left: width, to: &curvature)
        block.removeAll(keepingCapacity: true)
    }

    func change(_ weights: [Double], penalty: Double) -> [Double]? {
        var matrix = curvature, right = gradient.map { -$0 }
        for index in 0..<width {
            for other in 0..<index { matrix[index * width + other] = matrix[other * width + index] }
        }
        for index in 0..<width - 1 {
            matrix[index * width + index] += penalty
            right[index] -= penalty * weights[index]
        }
        matrix[width * width - 1] += 1e-9
        return LinearSolver.solve(matrix, right, n: width)
    }
}

/// What logistic regression reads of a place at an origin.
private struct LogisticFeatures: Sendable {
    private let labels: Labels
    private let statistics: TrainingStatistics
    private let scaler: Scaler
    private let rate: SeasonalRate
    /// Of the history, as steps before the origin.
    private let blocks: [Range<Int>]
    private let ahead: [Int]
    let count: Int

    /// Numbers of what is usual.
    var tables: Int { rate.cost.parameters + statistics.profile.count }

    init(_ labels: Labels, _ context: BaselineContext) {
        self.labels = labels
        statistics = context.statistics
        scaler = context.scaler
        rate = SeasonalRate(labels, context)
        let shape = context.statistics.shape
        blocks =
            context.history * (shape.channels + shape.outputs) <= 96
            ? (1...context.history).map { $0..<$0 + 1 } : Self.doubling(context.history)
        ahead = shape.horizon <= 12 ? Array(0..<shape.horizon) : [0, shape.horizon / 2, shape.horizon - 1]
        count = blocks.count * (shape.channels + shape.outputs) + ahead.count * shape.outputs + 2
    }

    /// 1, 1, 2, 4, 8 … steps, the last as many as there are.
    private static func doubling(_ history: Int) -> [Range<Int>] {
        var result: [Range<Int>] = [], first = 1, length = 1
        while first <= history {
            result.append(first..<min(first + length, history + 1))
            first += length
            if result.count > 1 { length *= 2 }
        }
        return result
    }

    func append(
        to row: inout [Double], _ series: Series, _ origin: Int, _ node: Int, _ label: Int, isTraining: Bool
    ) {
        let shape = statistics.shape, channels = shape.channels, size = shape.nodes * channels
        func usual(_ time: Int, _ channel: Int) -> Double {
            Double(
                statistics.profile.value(
                    series.times, time, node * shape.outputs + channel, isTraining: isTraining))
        }
        for channel in 0..<channels {
            let entry = node * channels + channel
            for block in blocks {
                var sum = 0.0, odd = 0.0
                for lag in block {
                    let time = origin - lag
                    let value = Double(scaler.scaled(series.values[time * size + entry], at: entry))
                    sum += value
                    if channel < shape.outputs { odd += value - usual(time, channel) }
                }
                row.append(sum / Double(block.count))
                if channel < shape.outputs { row.append(odd / Double(block.count)) }
            }
            if channel < shape.outputs { for step in ahead { row.append(usual(origin + step, channel)) } }
        }
        let cell = labels.present.offset(time: origin, node: node, channel: label)
        let rates =
            isTraining
            ? rate.trainingRate(origin, node * labels.count + label) : rate.rate(origin, node * labels.count + label)
        row.append(log(Double(rates / (1 - rates))))
        row.append(labels.present.observed[cell] ? Double(labels.present.values[cell]) : 0)
    }
}
