public import LimbeckCompute

/// A model that is told besides for how long readings have stood still: to each logit of a place a linear map is added of
/// whether its last 2, 4, 8 … steps brought no change at all, which a network does not see in numbers that are scaled.
public struct StillnessAware: Model {
    public var model: any Model

    public init(_ model: any Model) { self.model = model }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let told = model(inputs, scope)
        guard let still = still(inputs) else { return told }
        let weight = scope.child("still").parameter("weight", [still.shape[-1], told.shape[-1]], .constant(0))
        return told + still.matmul(weight).reshaped([inputs.batch, 1, inputs.shape.nodes, told.shape[-1]])
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] { model.statistics(data) }

    /// `[B, N, spans]`; nil for a window of one step.
    private func still(_ inputs: ModelInputs) -> Tensor? {
        let shape = inputs.shape, outputs = shape.outputs, steps = shape.history - 1
        guard steps > 0 else { return nil }
        let history = inputs.history.channels(outputs)
        let change = abs(
            history.sliced(axis: 1, start: 1, length: steps) - history.sliced(axis: 1, start: 0, length: steps))
        var spans: [Int] = []
        var span = min(2, steps)
        while span < steps {
            spans.append(span)
            span *= 2
        }
        let none = change.trace.constant(0)
        let moved = (spans + [steps]).map { span in
            change.sliced(axis: 1, start: steps - span, length: span).maximum(axis: 1).greater(none)
                .reshaped([inputs.batch, shape.nodes, outputs])
        }
        return concatenate(moved, axis: -1).scaled(-1).plus(1)
    }
}
