import Foundation
public import LimbeckSeries

/// How unusual each place was at steps in a row, `[steps, N]`: at least 0, and 0 where nothing was measured.
public struct AnomalyScores: Sendable {
    public var steps: Range<Int>
    public var nodeCount: Int
    public var values: [Float]

    public init(steps: Range<Int>, nodeCount: Int, values: [Float]) {
        precondition(
            values.count == steps.count * nodeCount,
            "AnomalyScores: \(values.count) values for [\(steps.count), \(nodeCount)]")
        self.steps = steps
        self.nodeCount = nodeCount
        self.values = values
    }

    /// Of answers `[origins, 1, N, 1]` from 0 to 1, of origins in a row, each about the step before it.
    ///
    /// - Parameter channels: how many of a place's channels, the first ones, are watched: without a reading of any the score
    ///   is 0.
    public init(_ answer: Forecast, of series: Series, channels: Int) {
        let nodes = answer.nodeCount, first = answer.origins.first ?? 1, last = answer.origins.last ?? 0
        self.init(
            steps: first - 1..<max(first - 1, last), nodeCount: nodes,
            values: [Float](repeating: 0, count: max(0, last - first + 1) * nodes))
        for (number, origin) in answer.origins.enumerated() {
            for node in 0..<nodes {
                let isKnown = (0..<channels).contains { series.isObserved(time: origin - 1, node: node, channel: $0) }
                if isKnown { values[(origin - first) * nodes + node] = answer.values[number * nodes + node] }
            }
        }
    }

    /// Probabilities whose logits are averaged with weights that fall off by 1 / `steps` a step: what lasts counts for more
    /// than what is over at once. A step without a reading changes nothing, and has no score.
    public func smoothed(over steps: Int) -> AnomalyScores {
        guard steps > 1 else { return self }
        var result = self
        for node in 0..<nodeCount {
            var state: Double?
            for index in stride(from: node, to: values.count, by: nodeCount) where values[index] > 0 {
                let chance = min(max(Double(values[index]), 1e-7), 1 - 1e-7), logit = log(chance / (1 - chance))
                let next = state.map { $0 + (logit - $0) / Double(steps) } ?? logit
                state = next
                result.values[index] = Float(1 / (1 + exp(-next)))
            }
        }
        return result
    }

    /// Where these intervals lie, `[steps, N]`.
    func marks(_ anomalies: [Anomaly]) -> [Bool] {
        var marks = [Bool](repeating: false, count: values.count)
        for anomaly in anomalies {
            for step in anomaly.steps.clamped(to: steps) {
                marks[(step - steps.lowerBound) * nodeCount + anomaly.node] = true
            }
        }
        return marks
    }

    public subscript(step: Int, node: Int) -> Float { values[(step - steps.lowerBound) * nodeCount + node] }
}

/// Steps of one place at which a threshold was passed, from the first to the last.
public struct Alarm: Hashable, Sendable {
    public var node: Int
    public var steps: ClosedRange<Int>

    public init(node: Int, steps: ClosedRange<Int>) {
        self.node = node
        self.steps = steps
    }
}

extension AnomalyScores {
    /// Steps that alarms of one place lie apart; what is nearer is one alarm.
    public static let apart = 6
    /// Steps after which an alarm counts once more, where thresholds are chosen.
    public static let longest = 24

    /// By place, then by time.
    public func alarms(above threshold: Float) -> [Alarm] {
        var alarms: [Alarm] = []
        for node in 0..<nodeCount {
            var index = node
            for step in steps {
                if values[index] > threshold {
                    if let last = alarms.last, last.node == node, step - last.steps.upperBound < Self.apart {
                        alarms[alarms.count - 1].steps = last.steps.lowerBound...step
                    } else {
                        alarms.append(Alarm(node: node, steps: step...step))
                    }
                }
                index += nodeCount
            }
        }
        return alarms
    }

    /// The lowest threshold that so many alarms a day pass at the most, all places together; above any higher one there
    /// are no more either, and an alarm counts once for every 24 steps it lasts. 1 where nothing was measured.
    ///
    /// - Parameter labelled: intervals that are known not to be ordinary, which do not count.
    public func threshold(alarmsPerDay rate: Double, _ times: TimeGrid, without labelled: [Anomaly] = []) -> Float {
        var ordinary = self
        for (index, isLabelled) in marks(labelled).enumerated() where isLabelled { ordinary.values[index] = 0 }
        let allowed = Int(min(rate * Double(steps.count) * times.meanStep / 86_400, Double(values.count)))
        let order = ordinary.values.indices.filter { ordinary.values[$0] > 0 }
            .sorted { ordinary.values[$0] > ordinary.values[$1] }
        var isMarked = [Bool](repeating: false, count: values.count), alarms = 0
        for (place, index) in order.enumerated() {
            let above = place == 0 ? .infinity : ordinary.values[order[place - 1]]
            if max(alarms, place / Self.longest) > allowed, ordinary.values[index] < above { return above }
            /// Steps to the nearest alarm on one side; nil where it is another's or none.
            func near(_ direction: Int) -> Int? {
                (1..<Self.apart).first { distance in
                    let other = index / nodeCount + direction * distance
                    return (0..<steps.count).contains(other) && isMarked[index + direction * distance * nodeCount]
                }
            }
            switch (near(-1), near(1)) {
            case (nil, nil): alarms += 1
            case (let before?, let after?) where before + after >= Self.apart: alarms -= 1
            default: break
            }
            isMarked[index] = true
        }
        return order.last.map { ordinary.values[$0] } ?? 1
    }
}
