public import LimbeckCompute

/// A model whose dense layers meet, in training, the rounding of an int8 device, so that its weights
/// learn to live with it; its parameters and its inference are those of the model within.
public struct QuantizationAware: Model {
    public var model: any Model

    public init(_ model: any Model) { self.model = model }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        model(inputs, scope.quantizing())
    }

    public func members(_ inputs: ModelInputs, _ scope: Scope) -> [Tensor] {
        model.members(inputs, scope.quantizing())
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] { model.statistics(data) }
}
