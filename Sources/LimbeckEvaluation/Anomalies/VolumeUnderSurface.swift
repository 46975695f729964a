import Foundation
import LimbeckSeries

/// VUS-PR: the area under precision and recall of scores against labelled intervals whose ends are not sharp, mean over
/// how soft they are (Paparrizos et al., "Volume Under the Surface", VLDB 2022, section 4).
///
/// For each ℓ of 0 … `length` labels fall off over ℓ/2 steps on both sides of an interval as √(1 − d/ℓ). Recall is the
/// share of the soft labels at or above a threshold times the share of intervals, with their buffers, in which anything
/// is. Places stand one after another, and no buffer reaches from one to the next. Thresholds are 250 ranks spaced evenly
/// and 250 in the logarithm, as one step in a hundred is labelled or fewer.
struct VolumeUnderSurface {
    private let scores: AnomalyScores
    /// Falling.
    private let limits: [Float]
    /// How many scores reach each.
    private let reached: [Double]
    /// Of each place that has any, its labelled steps, from 0, joined where they touch.
    private var intervals: [(node: Int, steps: [ClosedRange<Int>])] = []
    private var positives = 0.0

    init(_ scores: AnomalyScores, _ anomalies: [Anomaly]) {
        self.scores = scores
        let sorted = scores.values.sorted(by: >), total = sorted.count
        var ranks: Set<Int> = []
        for index in 0..<250 where total > 0 {
            ranks.insert(Int(Double(total - 1) * Double(index) / 249))
            ranks.insert(Int(pow(Double(total), Double(index) / 249) - 1))
        }
        limits = ranks.filter { $0 < total }.sorted().map { sorted[$0] }
        reached = limits.map { Double(Self.count(sorted, reaching: $0)) }
        let marks = scores.marks(anomalies)
        for node in 0..<scores.nodeCount {
            var found: [ClosedRange<Int>] = []
            for step in 0..<scores.steps.count where marks[step * scores.nodeCount + node] {
                if let last = found.last, last.upperBound == step - 1 {
                    found[found.count - 1] = last.lowerBound...step
                } else {
                    found.append(step...step)
                }
            }
            guard !found.isEmpty else { continue }
            intervals.append((node, found))
            positives += Double(found.reduce(0) { $0 + $1.count })
        }
    }

    /// Of values in falling order, how many are as large.
    private static func count(_ sorted: [Float], reaching limit: Float) -> Int {
        var low = 0, high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] >= limit { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Nil without labels.
    func volume(length: Int) -> Double? {
        guard positives > 0 else { return nil }
        return (0...length).reduce(0.0) { $0 + area(window: $1) } / Double(length + 1)
    }

    private func area(window: Int) -> Double {
        let half = window / 2, count = scores.steps.count
        var cells: [(value: Float, weight: Double, isSure: Bool)] = [], highest: [Float] = []
        for (node, own) in intervals {
            var soft = [Double](repeating: 0, count: count)
            for steps in own {
                for step in steps { soft[step] += 1 }
                guard half > 0 else { continue }
                for distance in 1...half {
                    let weight = (1 - Double(distance) / Double(window)).squareRoot()
                    if steps.upperBound + distance < count { soft[steps.upperBound + distance] += weight }
                    if steps.lowerBound - distance >= 0 { soft[steps.lowerBound - distance] += weight }
                }
            }
            func value(_ step: Int) -> Float { scores.values[step * scores.nodeCount + node] }
            for step in 0..<count where soft[step] > 0 {
                cells.append((value(step), min(soft[step], 1), own.contains { $0.contains(step) }))
            }
            func close(_ steps: ClosedRange<Int>) { highest.append(steps.map(value).max() ?? 0) }
            var begin = max(own[0].lowerBound - half, 0)
            for (steps, next) in zip(own, own.dropFirst()) where steps.upperBound + half < next.lowerBound - half {
                close(begin...steps.upperBound + half)
                begin = next.lowerBound - half
            }
            close(begin...min(own[own.count - 1].upperBound + half, count - 1))
        }
        cells.sort { $0.value > $1.value }
        highest.sort(by: >)
        var index = 0, existing = 0, all = 0.0, sure = 0.0, before = 0.0, area = 0.0
        for (limit, reached) in zip(limits, reached) {
            while index < cells.count, cells[index].value >= limit {
                all += cells[index].weight
                if cells[index].isSure { sure += cells[index].weight }
                index += 1
            }
            while existing < highest.count, highest[existing] >= limit { existing += 1 }
            let share = Double(existing) / Double(highest.count)
            let recall = min(all / (positives + (all - sure) / 2), 1) * share
            area += (recall - before) * all / reached
            before = recall
        }
        return area
    }
}
