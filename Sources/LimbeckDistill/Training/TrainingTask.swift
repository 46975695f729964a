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

    /// What the numbers are that losses read.
    var output: ModelOutput { get }
    /// Sample numbers of each part.
    var train: [Int] { get }
    var validation: [Int] { get }
    /// Of one sample's output, without the batch axis.
    var outputShape: Shape { get }
    /// Of one sample's truth; as the output where each number has its own.
    var truthShape: Shape { get }
    /// How often each label or class holds in training; empty where there are none.
    var shares: [Double] { get }
    /// Original units in one scaled unit, divided by their mean within each channel, for the last two axes of the
    /// output; nil where outputs have no unit.
    var outputUnits: [Float]? { get }
    /// What each step of an answer weighs, by how far the last reading is from it; their mean is 1. Nil where there is one
    /// step, or all weigh the same.
    func stepWeights(_ balance: StepBalance) -> [Float]?

    /// Declares the inputs of a batch.
    func inputs(_ trace: Trace, batch: Int) -> Inputs
    /// Where `inputs` are in an executable: looked up once, valid for as long as it lives.
    func buffers(_ executable: Executable, _ inputs: Inputs) -> Buffers
    /// Copies samples there. Called in every step: allocates nothing.
    func fill(_ buffers: Buffers, samples: ArraySlice<Int>)
    /// Copies the truth of samples, and 1 where it was measured, `[B] + truthShape`; as `fill`.
    func fillExpected(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        samples: ArraySlice<Int>)
    /// The error that training is to lower, from outputs of `samples`, in the unit users read.
    func error(_ outputs: [Float], samples: [Int]) -> Double
}

extension TrainingTask {
    public var truthShape: Shape { outputShape }
    public var shares: [Double] { [] }
    public func stepWeights(_ balance: StepBalance) -> [Float]? { nil }
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
