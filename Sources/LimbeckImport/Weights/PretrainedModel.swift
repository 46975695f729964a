public import LimbeckCompute
public import LimbeckModels

/// A model that begins with weights that were trained elsewhere.
public struct PretrainedModel: Model {
    public let model: any Model
    public let weights: [String: [Float]]
    /// Stands for the weights, in what a run depends on.
    public let content: String

    /// - Parameters:
    ///   - weights: by path; what is missing begins as the model does.
    public init(_ model: any Model, weights: [String: [Float]], content: String) {
        self.model = model
        self.weights = weights
        self.content = content
    }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor { model(inputs, scope) }

    public func members(_ inputs: ModelInputs, _ scope: Scope) -> [Tensor] { model.members(inputs, scope) }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        model.statistics(data).merging(weights) { $1 }
    }
}

extension Model {
    /// What a model of forecasts learns or measures, in the order it was written.
    public func declarations(_ shape: ForecastShape) -> [ParameterDeclaration] {
        let trace = Trace()
        let inputs = ModelInputs(trace, shape: shape, batch: 1)
        trace.output("forecast", self(inputs, Scope(trace, mode: .inference)))
        return trace.finish().parameters
    }

    /// Initial values, with those that are measured or given.
    public func initialParameters(_ data: TrainingStatistics) -> Parameters {
        let parameters = Parameters(declarations(data.shape), seed: 0)
        for (path, values) in statistics(data) where parameters.entry(path)?.shape.count == values.count {
            parameters[path] = values
        }
        return parameters
    }
}
