public import LimbeckCompute
public import LimbeckModels
import LimbeckRuntime
import LimbeckSeries

/// What is learned from which samples: how a batch enters a computation, and how a model is
/// scored on validation. Forecasts and classes differ here and nowhere else in training.
public protocol TrainingTask: Sendable {
    associatedtype Inputs
    /// The memory of `Inputs` in an executable.
    associatedtype Buffers

    var kind: TaskKind { get }
    /// Sample numbers of each part.
    var train: [Int] { get }
    var validation: [Int] { get }
    /// Of one sample's output, without the batch axis.
    var outputShape: Shape { get }
    /// Original units in one scaled unit, divided by their mean within each channel, for the last two axes of the
    /// output; nil where outputs have no unit.
    var outputUnits: [Float]? { get }

    /// Declares the inputs of a batch.
    func inputs(_ trace: Trace, batch: Int) -> Inputs
    /// Where `inputs` are in an executable: looked up once, valid for as long as it lives.
    func buffers(_ executable: Executable, _ inputs: Inputs) -> Buffers
    /// Copies samples there. Called in every step: allocates nothing.
    func fill(_ buffers: Buffers, samples: ArraySlice<Int>)
    /// Copies the truth of samples, and 1 where it was measured, `[B] + outputShape`; as `fill`.
    func fillExpected(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        samples: ArraySlice<Int>)
    /// The error that training is to lower, from outputs of `samples`, in the unit users read.
    func error(_ outputs: [Float], samples: [Int]) -> Double
}

/// An architecture with everything fixed but its parameters.
public struct Network<Inputs>: Sendable {
    public var name: String
    public var trace: @Sendable (Inputs, Scope) -> TracedModel
    /// Measured rather than trained numbers, by path below the model's scope.
    public var statistics: [String: [Float]]

    public init(
        name: String, statistics: [String: [Float]] = [:],
        trace: @escaping @Sendable (Inputs, Scope) -> TracedModel
    ) {
        self.name = name
        self.statistics = statistics
        self.trace = trace
    }
}

extension Network where Inputs == ModelInputs {
    /// A forecasting model.
    public init(name: String, model: any Model, statistics: TrainingStatistics) {
        self.init(name: name, statistics: model.statistics(statistics)) { inputs, scope in
            TracedModel(members: model.members(inputs, scope), scope: scope)
        }
    }
}

/// Forecasting windows of a series: samples are origins.
public struct ForecastTask: TrainingTask {
    public let windows: Windows
    public let shape: ForecastShape
    public let train: [Int]
    public let validation: [Int]
    /// σ of each channel on the training part; 1 where there is one channel, whose errors are told in its unit.
    public let deviations: [Double]

    public init(_ windows: Windows, shape: ForecastShape, train: [Int], validation: [Int]) {
        self.windows = windows
        self.shape = shape
        self.train = train
        self.validation = validation
        let series = windows.series
        let first = max(0, (train.min() ?? 0) - shape.history)
        let last = min(series.times.count, (train.max() ?? 0) + shape.horizon)
        deviations = shape.outputs > 1 ? series.channelDeviations(first..<max(first, last)) : [1]
    }

    public var kind: TaskKind { .forecast }
    public var outputShape: Shape { [shape.horizon, shape.nodes, shape.outputs] }

    /// With a transform the size of a unit depends on the value, so none is given.
    public var outputUnits: [Float]? {
        guard windows.scaler.transform == .identity else { return nil }
        let channels = shape.outputs
        let spread = (0..<shape.nodes * channels).map { windows.scaler.spread[shape.entry($0)] }
        var means = [Float](repeating: 0, count: channels)
        for (column, spread) in spread.enumerated() { means[column % channels] += spread }
        for channel in means.indices { means[channel] /= Float(max(1, spread.count / channels)) }
        return spread.enumerated().map { column, spread in
            means[column % channels] > 0 ? spread / means[column % channels] : 1
        }
    }

    public func inputs(_ trace: Trace, batch: Int) -> ModelInputs {
        ModelInputs(trace, shape: shape, batch: batch, feedsProfile: windows.feedsProfile)
    }

    public func buffers(_ executable: Executable, _ inputs: ModelInputs) -> WindowBuffers {
        WindowBuffers(executable, shape: shape, slots: inputs.slots, profiles: inputs.profileSpans)
    }

    public func fill(_ buffers: WindowBuffers, samples: ArraySlice<Int>) {
        windows.fill(buffers, origins: samples)
    }

    public func fillExpected(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        samples: ArraySlice<Int>
    ) {
        windows.fillTargets(expected, mask, horizon: shape.horizon, outputs: shape.outputs, origins: samples)
    }

    /// MAE in original units over measured cells; of several channels, the mean over channels of the MAE in deviations
    /// of each.
    public func error(_ outputs: [Float], samples: [Int]) -> Double {
        let series = windows.series, size = series.stepSize
        let channels = shape.outputs, width = shape.nodes * channels
        var sums = [Double](repeating: 0, count: channels), counts = sums
        var index = 0
        for origin in samples {
            for step in 0..<shape.horizon {
                let base = (origin + step) * size
                for output in 0..<width {
                    let entry = shape.entry(output), channel = output % channels
                    if series.observed[base + entry] {
                        let predicted = windows.scaler.unscaled(outputs[index], at: entry)
                        sums[channel] += Double(abs(predicted - series.values[base + entry]))
                        counts[channel] += 1
                    }
                    index += 1
                }
            }
        }
        let errors = (0..<channels).filter { counts[$0] > 0 }.map { sums[$0] / counts[$0] / deviations[$0] }
        return errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count)
    }
}
