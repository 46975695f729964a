import Foundation

/// Probabilities of one label beside whether it held, in falling order: what curves and areas are read from.
public struct RankedLabels: Sendable {
    /// Falling; equal ones share a step.
    public private(set) var thresholds: [Float] = []
    /// How many held, and how many there are, at each threshold and above.
    public private(set) var hits: [Int] = []
    public private(set) var alarms: [Int] = []
    public let count: Int
    public let positives: Int

    /// - Parameter probabilities: at least 0.
    public init(_ probabilities: [Float], _ held: [Bool]) {
        count = probabilities.count
        positives = held.count { $0 }
        // Bits of numbers that are not negative rise as the numbers do.
        var keys = probabilities.indices.map {
            UInt64(max(0, probabilities[$0]).bitPattern) << 1 | (held[$0] ? 1 : 0)
        }
        keys.sort(by: >)
        var found = 0
        for (index, key) in keys.enumerated() {
            found += Int(key & 1)
            let isLast = index + 1 == keys.count || keys[index + 1] >> 1 != key >> 1
            guard isLast else { continue }
            thresholds.append(Float(bitPattern: UInt32(key >> 1)))
            hits.append(found)
            alarms.append(index + 1)
        }
    }

    public var negatives: Int { count - positives }
    var isTold: Bool { positives > 0 && negatives > 0 }

    /// `Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ`, without interpolation; nil where all hold, or none.
    public var averagePrecision: Double? {
        guard isTold else { return nil }
        var area = 0.0, before = 0
        for index in hits.indices {
            area += Double(hits[index] - before) * Double(hits[index]) / Double(alarms[index])
            before = hits[index]
        }
        return area / Double(positives)
    }

    /// The chance that one that holds outranks one that does not, ties counting half.
    public var areaUnderROC: Double? {
        guard isTold else { return nil }
        var area = 0.0, above = 0, below = 0
        for index in hits.indices {
            let held = hits[index] - above, not = alarms[index] - hits[index] - below
            area += Double(not) * (Double(above) + 0.5 * Double(held))
            above += held
            below += not
        }
        return area / (Double(positives) * Double(negatives))
    }

    /// The threshold of the largest F1; ½ where nothing holds.
    public var bestThreshold: Double {
        guard positives > 0 else { return 0.5 }
        var best = (value: -1.0, threshold: 0.5)
        for index in hits.indices {
            let value = 2 * Double(hits[index]) / Double(alarms[index] + positives)
            if value > best.value { best = (value, Double(thresholds[index])) }
        }
        return best.threshold
    }

    /// The highest threshold at which `share` of those that hold are found; nil where none holds.
    public func threshold(recall share: Double) -> Float? {
        guard positives > 0, let index = hits.firstIndex(where: { Double($0) >= share * Double(positives) }) else {
            return nil
        }
        return thresholds[index]
    }

    /// Precision at recalls of `1/steps`, `2/steps` … 1, the best that is reached at each or beyond.
    func precision(steps: Int) -> [Double] {
        guard positives > 0 else { return [] }
        var result = [Double](repeating: 0, count: steps)
        for index in hits.indices {
            let reached = min(steps, Int(Double(steps) * Double(hits[index]) / Double(positives) + 1e-9))
            guard reached > 0 else { continue }
            result[reached - 1] = max(result[reached - 1], Double(hits[index]) / Double(alarms[index]))
        }
        for index in (0..<steps - 1).reversed() { result[index] = max(result[index], result[index + 1]) }
        return result
    }

    /// Recall at false alarm rates of 0, `1/steps` … 1.
    func recall(steps: Int) -> [Double] {
        guard isTold else { return [] }
        var result = [Double](repeating: 0, count: steps + 1)
        for index in hits.indices {
            let rate = Double(alarms[index] - hits[index]) / Double(negatives)
            let slot = min(steps, Int((Double(steps) * rate).rounded(.up)))
            result[slot] = max(result[slot], Double(hits[index]) / Double(positives))
        }
        for index in 1...steps { result[index] = max(result[index], result[index - 1]) }
        return result
    }
}
