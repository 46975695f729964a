import Foundation
import LimbeckSeries

/// Labels or classes of each place.
struct LabelTarget: WindowTarget {
    private let labels: Labels
    let shares: [Double]
    /// 1 where it is known.
    private let known: [Float]
    /// 0 where it is not.
    private let values: [Float]

    init(_ labels: Labels, range: Range<Int>) {
        self.labels = labels
        shares = labels.shares(range)
        known = labels.truth.observed.map { $0 ? 1 : 0 }
        values = zip(labels.truth.values, labels.truth.observed).map { $1 ? $0 : 0 }
    }

    var width: Int { labels.count }
    func stepWeights(_ balance: StepBalance) -> [Float]? { nil }
    var units: [Float]? { nil }

    func fill(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        _ origins: ArraySlice<Int>
    ) {
        let size = labels.truth.stepSize
        func copy(_ source: [Float], _ target: UnsafeMutableBufferPointer<Float>?) {
            source.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, var to = target?.baseAddress else { return }
                for origin in origins {
                    to.update(from: from + origin * size, count: size)
                    to += size
                }
            }
        }
        copy(values, expected)
        copy(known, mask)
    }

    /// Log loss in nats over what is known: of labels the mean over labels of each, of classes that of the true one.
    func error(_ outputs: [Float], _ origins: [Int]) -> Double {
        let size = labels.truth.stepSize, count = labels.count
        var sums = [Double](repeating: 0, count: count), counts = sums
        for (number, origin) in origins.enumerated() {
            for cell in stride(from: 0, to: size, by: count) {
                let logits = outputs[number * size + cell..<number * size + cell + count]
                let base = origin * size + cell
                if labels.areExclusive {
                    guard known[base] > 0 else { continue }
                    let largest = Double(logits.max() ?? 0)
                    let total = largest + log(logits.reduce(0.0) { $0 + exp(Double($1) - largest) })
                    for label in 0..<count where values[base + label] > 0 {
                        sums[0] += total - Double(logits[logits.startIndex + label])
                    }
                    counts[0] += 1
                } else {
                    for label in 0..<count where known[base + label] > 0 {
                        let z = Double(logits[logits.startIndex + label])
                        // ln(1 + eᶻ) − y z, without overflow.
                        sums[label] += max(z, 0) + log1p(exp(-abs(z))) - Double(values[base + label]) * z
                        counts[label] += 1
                    }
                }
            }
        }
        let errors = (0..<count).filter { counts[$0] > 0 }.map { sums[$0] / counts[$0] }
        return errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count)
    }
}
