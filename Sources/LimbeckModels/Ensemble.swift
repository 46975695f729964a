public import LimbeckCompute

/// Several models of one architecture and different starts; the forecast is their mean.
public struct Ensemble: Model {
    public var model: any Model
    public var count: Int

    public init(_ model: any Model, count: Int) {
        self.model = model
        self.count = count
    }

    public func members(_ inputs: ModelInputs, _ scope: Scope) -> [Tensor] {
        (0..<count).flatMap { model.members(inputs, scope.child("member\($0)")) }
    }

    public func callAsFunction(_ inputs: ModelInputs, _ scope: Scope) -> Tensor {
        let all = members(inputs, scope)
        guard let first = all.first else { preconditionFailure("Ensemble: no members") }
        return all.dropFirst().reduce(first, +).scaled(1 / Float(all.count))
    }

    public func statistics(_ data: TrainingStatistics) -> [String: [Float]] {
        var result: [String: [Float]] = [:]
        for (path, values) in model.statistics(data) {
            for index in 0..<count { result["member\(index)/\(path)"] = values }
        }
        return result
    }
}
