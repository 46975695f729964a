public import LimbeckSeries

/// How often a label holds given whether it held with the last reading, of each place; of classes how often each follows
/// each. Rates are shrunk towards those of all places.
public struct LabelPersistence: Forecaster {
    public let history = 1
    public let horizon = 1
    public var name: String { "persistence" }
    public var cost: ForecastCost { ForecastCost(parameters: rates.count) }

    private let labels: Labels
    /// By place, state and label. The state is whether the label held, or which class; the last where it is not known.
    private let rates: [Float]
    private let states: Int

    /// What the rate of all places counts for at each.
    private static let weight = 20.0

    public init(_ labels: Labels, training: Range<Int>) {
        self.labels = labels
        let count = labels.count, nodes = labels.truth.nodeCount
        let states = (labels.areExclusive ? count : 2) + 1
        self.states = states
        // The last of the places is all of them.
        var held = [Double](repeating: 0, count: (nodes + 1) * states * count), known = held
        for time in training {
            for node in 0..<nodes {
                for label in 0..<count {
                    let cell = labels.truth.offset(time: time, node: node, channel: label)
                    guard labels.truth.observed[cell] else { continue }
                    let state = Self.state(labels, time, node, label)
                    // Of each state by itself, and of all of them as the state that is not known.
                    for (place, state) in [(node, state), (nodes, state), (node, states - 1), (nodes, states - 1)] {
                        let index = (place * states + state) * count + label
                        known[index] += 1
                        held[index] += Double(labels.truth.values[cell])
                    }
                }
            }
        }
        rates = (0..<nodes * states * count).map { index in
            let (state, label) = (index / count % states, index % count)
            let all = (nodes * states + state) * count + label, any = (nodes * states + states - 1) * count + label
            let base = (held[any] + 0.5) / (known[any] + 1)
            let overall = (held[all] + base) / (known[all] + 1)
            return Float((held[index] + Self.weight * overall) / (known[index] + Self.weight))
        }
    }

    private static func state(_ labels: Labels, _ time: Int, _ node: Int, _ label: Int) -> Int {
        let base = labels.present.offset(time: time, node: node)
        guard labels.areExclusive else {
            let cell = base + label
            return labels.present.observed[cell] ? (labels.present.values[cell] > 0.5 ? 1 : 0) : 2
        }
        guard labels.present.observed[base] else { return labels.count }
        return (0..<labels.count).first { labels.present.values[base + $0] > 0.5 } ?? labels.count
    }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        var values: [Float] = []
        let count = labels.count, nodes = labels.truth.nodeCount
        values.reserveCapacity(origins.count * nodes * count)
        for origin in origins {
            for node in 0..<nodes {
                var row = (0..<count).map { label in
                    rates[(node * states + Self.state(labels, origin, node, label)) * count + label]
                }
                if labels.areExclusive { row.normalise() }
                values += row
            }
        }
        return Forecast(origins: origins, horizon: 1, nodeCount: nodes, channelCount: count, values: values)
    }
}

/// How often a label holds at this time of day, week and year, of each place: its profile by itself, with seasons that
/// help out of fold and shrunk as profiles of values are.
public struct SeasonalRate: Forecaster {
    public let history = 0
    public let horizon = 1
    public var name: String { "seasonal rate" }
    public var cost: ForecastCost { ForecastCost(parameters: profile.count) }

    private let labels: Labels
    private let profile: Profile

    public init(_ labels: Labels, _ context: BaselineContext) {
        self.labels = labels
        let truth = labels.truth
        let shape = ForecastShape(
            history: 1, horizon: 1, nodes: truth.nodeCount, channels: labels.count, step: truth.times.step)
        let plain = Scaler(
            center: [Float](repeating: 0, count: truth.stepSize), spread: [Float](repeating: 1, count: truth.stepSize))
        var filled = truth
        for index in filled.values.indices where !filled.observed[index] { filled.values[index] = 0 }
        profile =
            TrainingStatistics(
                filled, scaler: plain, range: context.training, shape: shape, seasons: .found
            ).usual
    }

    /// Of a step and a column of places and labels.
    func rate(_ time: Int, _ column: Int) -> Float { bounded(profile.value(labels.truth.times, time, column)) }

    /// The same as it may be learned from: without a step's own neighbourhood in training.
    func trainingRate(_ time: Int, _ column: Int) -> Float {
        bounded(profile.value(labels.truth.times, time, column, isTraining: true))
    }

    private func bounded(_ rate: Float) -> Float { min(max(rate, 1e-4), 1 - 1e-4) }

    public func forecast(_ series: Series, origins: [Int]) throws -> Forecast {
        var values: [Float] = []
        let count = labels.count
        for origin in origins {
            let rates = (0..<labels.truth.stepSize).map { rate(origin, $0) }
            guard labels.areExclusive else {
                values += rates
                continue
            }
            for base in stride(from: 0, to: rates.count, by: count) {
                var row = Array(rates[base..<base + count])
                row.normalise()
                values += row
            }
        }
        return Forecast(
            origins: origins, horizon: 1, nodeCount: labels.truth.nodeCount, channelCount: count, values: values)
    }
}

extension [Float] {
    /// Divided by their sum.
    fileprivate mutating func normalise() {
        let sum = reduce(0, +)
        for index in indices { self[index] = sum > 0 ? self[index] / sum : 1 / Float(count) }
    }
}
