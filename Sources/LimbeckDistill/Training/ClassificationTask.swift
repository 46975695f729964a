import Foundation
public import LimbeckCompute
public import LimbeckData
public import LimbeckEvaluation
public import LimbeckModels
public import LimbeckRuntime
import LimbeckSeries

/// Classes from features: samples are rows, split by time, standardised on the training part.
///
/// Inputs are features `[B, F]`, outputs logits `[B, K]`: K = 1 through a sigmoid for two classes,
/// or one logit a class through a softmax.
public struct ClassificationTask: TrainingTask {
    public let activation: TemperatureKL.Activation
    public let train, validation, test: [Int]
    /// Of the features, fitted on the training rows.
    public let scaler: Scaler
    public let labels: [Int]
    public let classCount: Int
    /// Standardised, `[rows, F]`.
    let features: [Float]

    /// The first `train` share of the distinct times, the next `validation` share, the rest; rows
    /// that share a time stay in one part.
    ///
    /// - Parameter activation: nil takes a sigmoid for two classes and a softmax for more.
    ///
    /// Throws `tooShort` for a part without rows, `badConfiguration` for shares that leave no
    /// part and for a sigmoid over more than two classes, `mismatch` when the training rows are
    /// of one class.
    public init(
        _ rows: LabelledRows, train: Double = 0.7, validation: Double = 0.1,
        activation: TemperatureKL.Activation? = nil
    ) throws {
        guard train > 0, validation > 0, train + validation < 1 else {
            throw DistillError(
                .badConfiguration,
                "The shares of training (\(train)) and validation (\(validation)) must be positive"
                    + " and leave a rest for the test.")
        }
        let activation = activation ?? (rows.classCount == 2 ? .sigmoid : .softmax)
        guard activation == .softmax || rows.classCount == 2 else {
            throw DistillError(
                .badConfiguration,
                "A sigmoid decides between two classes; there are \(rows.classCount). Use softmax.")
        }
        let parts = Self.parts(rows.times, train: train, validation: validation)
        for (name, part) in [
            ("training", parts.train), ("validation", parts.validation), ("test", parts.test),
        ] where part.isEmpty {
            throw DistillError(
                .tooShort,
                "The \(name) part has none of the \(rows.count) rows; give more rows or a larger"
                    + " share.")
        }
        let known = Set(rows.labels[parts.train])
        guard known.count > 1 else {
            throw DistillError(
                .mismatch,
                "Every training row is of class \(known.first ?? 0); give rows of other classes"
                    + " or a larger training share.")
        }
        let scaler = fitScaler(rows, on: parts.train)
        var features = rows.features
        let width = rows.featureCount
        for index in features.indices {
            features[index] = scaler.scaled(features[index], at: index % width)
        }
        self.activation = activation
        self.train = Array(parts.train)
        self.validation = Array(parts.validation)
        self.test = Array(parts.test)
        self.scaler = scaler
        self.features = features
        labels = rows.labels
        classCount = rows.classCount
    }

    public var featureCount: Int { scaler.center.count }
    public var outputCount: Int { activation == .sigmoid ? 1 : classCount }
    public var output: ModelOutput { activation == .sigmoid ? .labels : .classes }
    public var outputShape: Shape { [outputCount] }
    /// Logits have no unit.
    public var outputUnits: [Float]? { nil }

    public func inputs(_ trace: Trace, batch: Int) -> Tensor {
        trace.input("features", [batch, featureCount])
    }

    public func buffers(
        _ executable: Executable, _ inputs: Tensor
    ) -> UnsafeMutableBufferPointer<Float>? {
        executable.input("features")
    }

    public func fill(_ features: UnsafeMutableBufferPointer<Float>?, samples: ArraySlice<Int>) {
        guard let target = features else { return }
        let width = featureCount
        precondition(
            target.count == samples.count * width,
            "ClassificationTask: buffer of \(target.count) for \(samples.count) rows of \(width)")
        self.features.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress, var to = target.baseAddress else { return }
            for sample in samples {
                to.update(from: from + sample * width, count: width)
                to += width
            }
        }
    }

    public func fillExpected(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        samples: ArraySlice<Int>
    ) {
        mask?.update(repeating: 1)
        guard let expected else { return }
        let width = outputCount
        for (row, sample) in samples.enumerated() {
            for column in 0..<width {
                expected[row * width + column] =
                    labels[sample] == (activation == .sigmoid ? 1 : column) ? 1 : 0
            }
        }
    }

    /// Log loss in nats, −mean ln p(true class), from logits `[samples, K]`.
    public func error(_ outputs: [Float], samples: [Int]) -> Double {
        let width = outputCount
        var sum = 0.0
        for (row, sample) in samples.enumerated() {
            let logits = outputs[row * width..<(row + 1) * width]
            switch activation {
            case .sigmoid:
                // ln(1 + eᶻ) − y z, without overflow.
                let z = Double(logits[logits.startIndex])
                sum += max(z, 0) + log1p(exp(-abs(z))) - (labels[sample] == 1 ? z : 0)
            case .softmax:
                sum += Self.logSumExp(logits) - Double(logits[logits.startIndex + labels[sample]])
            }
        }
        return sum / Double(max(1, samples.count))
    }

    /// Probabilities `[samples, K]` of logits `[samples, K]`.
    public func probabilities(_ logits: [Float]) -> [Float] {
        switch activation {
        case .sigmoid: return logits.map { Float(1 / (1 + exp(-Double($0)))) }
        case .softmax:
            var result: [Float] = []
            result.reserveCapacity(logits.count)
            for first in stride(from: 0, to: logits.count, by: outputCount) {
                let row = logits[first..<first + outputCount], total = Self.logSumExp(row)
                result += row.map { Float(exp(Double($0) - total)) }
            }
            return result
        }
    }

    /// Probabilities beside the true classes, for metrics. Throws when a logit is not finite.
    public func metricInput(logits: [Float], samples: [Int]) throws -> MetricInput {
        try MetricInput(
            predicted: probabilities(logits), expected: samples.map { Float(labels[$0]) },
            width: outputCount)
    }

    private static func logSumExp(_ values: ArraySlice<Float>) -> Double {
        let largest = Double(values.max() ?? 0)
        return largest + log(values.reduce(0.0) { $0 + exp(Double($1) - largest) })
    }

    /// Rows of each part; `times` ascend.
    private static func parts(_ times: [Int64], train: Double, validation: Double) -> Partition {
        // Where each distinct time begins, and the end.
        var starts = times.indices.filter { $0 == 0 || times[$0] != times[$0 - 1] }
        var parts = Partition(count: starts.count, train: train, validation: validation)
        starts.append(times.count)
        parts.train = starts[parts.train.lowerBound]..<starts[parts.train.upperBound]
        parts.validation = starts[parts.validation.lowerBound]..<starts[parts.validation.upperBound]
        parts.test = starts[parts.test.lowerBound]..<starts[parts.test.upperBound]
        return parts
    }
}

extension Network where Inputs == Tensor {
    /// A classifier.
    public init(_ model: DenseNetwork) {
        self.init(name: model.name) { features, scope in
            TracedModel(members: [model(features, scope)], scope: scope)
        }
    }
}
