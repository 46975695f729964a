public import LimbeckCompute
public import LimbeckModels
import LimbeckRuntime
public import LimbeckSeries

/// Windows of a series: samples are origins. What is true of them is values of the series, or labels.
public struct WindowTask: TrainingTask {
    public let windows: Windows
    public let shape: ForecastShape
    public let train: [Int]
    public let validation: [Int]
    private let target: any WindowTarget

    /// - Parameters:
    ///   - labels: what heads of labels and classes are compared with; nil for values.
    ///   - steps: what the steps of the horizon weigh in the error on validation.
    public init(
        _ windows: Windows, shape: ForecastShape, train: [Int], validation: [Int], labels: Labels? = nil,
        steps: StepBalance = .even
    ) {
        self.windows = windows
        self.shape = shape
        self.train = train
        self.validation = validation
        target =
            labels.map { LabelTarget($0, range: (train.min() ?? 0)..<((train.max() ?? -1) + 1)) }
            ?? ValueTarget(windows, shape: shape, train: train, steps: steps)
    }

    public var output: ModelOutput { shape.head.output }
    public var outputShape: Shape { [shape.answerSteps, shape.nodes, shape.head.width(shape)] }
    public var truthShape: Shape { [shape.answerSteps, shape.nodes, target.width] }
    public var outputUnits: [Float]? { target.units }
    public var shares: [Double] { target.shares }
    public func stepWeights(_ balance: StepBalance) -> [Float]? { target.stepWeights(balance) }

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
        target.fill(expected, mask, samples)
    }

    public func error(_ outputs: [Float], samples: [Int]) -> Double { target.error(outputs, samples) }
}

/// What is true of windows, and how far from it a model is.
protocol WindowTarget: Sendable {
    /// Numbers of each step and place.
    var width: Int { get }
    var units: [Float]? { get }
    var shares: [Double] { get }
    func stepWeights(_ balance: StepBalance) -> [Float]?
    func fill(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        _ origins: ArraySlice<Int>)
    func error(_ outputs: [Float], _ origins: [Int]) -> Double
}
