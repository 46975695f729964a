/// Class decisions and probabilities read from a ``MetricInput``.
///
/// Width 1 holds the probability of class 1, decided at `threshold` (at or above is class 1);
/// width K holds one probability per class, and the first largest decides. `expected` holds
/// class indices as whole numbers.
struct Decisions {
    let classCount: Int
    var predicted: [Int] = []
    var expected: [Int] = []
    /// Row-major `[samples, classCount]` of what counts.
    var probabilities: [Double] = []

    var count: Int { expected.count }

    /// Throws `invalidValue` for a label that is no class index, `undefined` without samples.
    init(_ input: MetricInput, threshold: Double = 0.5, for metric: String) throws {
        classCount = max(2, input.width)
        let classes = classCount
        try input.forEachIndex { index in
            let label = input.expected[index]
            guard label >= 0, label < Float(classes), label == label.rounded() else {
                throw EvaluationError(
                    .invalidValue,
                    "\(metric): expected[\(index)] is \(label), not a class index"
                        + " from 0 to \(classes - 1)")
            }
            expected.append(Int(label))
            if input.width == 1 {
                let probability = Double(input.predicted[index])
                probabilities += [1 - probability, probability]
                predicted.append(probability >= threshold ? 1 : 0)
            } else {
                var best = 0
                for column in 0..<classes {
                    let probability = Double(input.predicted[index * classes + column])
                    probabilities.append(probability)
                    if probability > Double(input.predicted[index * classes + best]) {
                        best = column
                    }
                }
                predicted.append(best)
            }
        }
        try input.require(count, for: metric)
    }

    func probability(_ sample: Int, _ label: Int) -> Double {
        probabilities[sample * classCount + label]
    }

    /// Throws `invalidValue` unless every probability lies in 0...1.
    func requireProbabilities(for metric: String) throws {
        if let index = probabilities.firstIndex(where: { $0 < 0 || $0 > 1 }) {
            throw EvaluationError(
                .invalidValue,
                "\(metric): sample \(index / classCount) has probability \(probabilities[index]);"
                    + " apply the sigmoid or softmax first")
        }
    }
}
