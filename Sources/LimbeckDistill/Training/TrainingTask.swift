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
    /// Original units in one scaled unit, divided by their mean, for the last two axes of the
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

    public init(_ windows: Windows, shape: ForecastShape, train: [Int], validation: [Int]) {
        self.windows = windows
        self.shape = shape
        self.train = train
        self.validation = validation
    }

    public var kind: TaskKind { .forecast }
    public var outputShape: Shape { [shape.horizon, shape.nodes, shape.channels] }

    /// With a transform the size of a unit depends on the value, so none is given.
    public var outputUnits: [Float]? {
        guard windows.scaler.transform == .identity else { return nil }
        let spread = windows.scaler.spread
        let mean = spread.reduce(0, +) / Float(max(1, spread.count))
        return mean > 0 ? spread.map { $0 / mean } : nil
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
        windows.fillTargets(expected, mask, horizon: shape.horizon, origins: samples)
    }

    /// MAE in original units over measured cells.
    public func error(_ outputs: [Float], samples: [Int]) -> Double {
        let series = windows.series, size = series.stepSize
        var sum = 0.0, count = 0
        var index = 0
        for origin in samples {
            let base = origin * size
            for cell in 0..<shape.horizon * size {
                if series.observed[base + cell] {
                    let predicted = windows.scaler.unscaled(outputs[index], at: cell % size)
                    sum += Double(abs(predicted - series.values[base + cell]))
                    count += 1
                }
                index += 1
            }
        }
        return sum / Double(max(1, count))
    }
}
