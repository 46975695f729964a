public import LimbeckCompute
public import LimbeckModels
import LimbeckNN
import LimbeckSeries

/// What a step of a catalogued model is made of: what `limbeck explain` prints.
public struct ModelExplanation: Sendable {
    public var model: String
    public var shape: ForecastShape
    public var batch: Int
    public var threads: Int
    /// With differentiation, clipping and Adam; without, one forecast of a batch.
    public var isTraining = true
    /// Runs the step and times its parts.
    public var isTimed = false
    /// `key=value` each, laid over the model's settings.
    public var settings: [String] = []

    public init(_ model: String, shape: ForecastShape, batch: Int, threads: Int) {
        self.model = model
        self.shape = shape
        self.batch = batch
        self.threads = threads
    }

    /// Compiles the step on numbers of its own; places stand on a ring, each beside the next three.
    public func make(_ catalog: ModelCatalog = .standard) throws -> Explanation {
        let entry = try catalog.entry(named: model)
        var node = RecipeNode.empty
        for setting in settings { try node.set(setting) }
        let context = ModelContext(shape: shape, graph: ring)
        let model = try entry.make(RecipeConfiguration(node: node, key: "set"), context)

        let trace = Trace()
        let inputs = ModelInputs(trace, shape: shape, batch: batch)
        let forecast = model(inputs, Scope(trace, path: self.model, mode: isTraining ? .training : .inference))
        if isTraining {
            let expected = trace.input("expected", forecast.shape)
            let loss = Pointwise.absolute(forecast, expected).mean()
            trace.output("loss", loss)
            trace.differentiate(loss)
        } else {
            trace.output("forecast", forecast)
        }
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        var rule = OptimizerRule(kind: .adam)
        rule.clipNorm = 5
        let executable = Executable(
            computation, parameters: parameters, pool: WorkerPool(workers: threads),
            optimizer: isTraining ? (rule, OptimizerState(for: parameters)) : nil)
        guard isTimed else { return executable.explanation }
        // Calendar inputs are whole numbers, and stay 0.
        for name in ["history", "expected"] {
            guard let target = executable.input(name) else { continue }
            for index in target.indices { target[index] = Float(index % 17) * 0.1 - 0.8 }
        }
        for step in 0..<3 as Range<UInt32> { executable.run(rate: 1e-4, seed: step) }
        return executable.profiled(rate: 1e-4, seed: 3)
    }

    private var ring: Graph {
        Graph(
            nodeCount: shape.nodes,
            edges: (0..<shape.nodes).flatMap { place in
                Set((0...3).map { (place + $0) % shape.nodes }).map {
                    Graph.Edge(source: place, target: $0, weight: 1)
                }
            })
    }
}
