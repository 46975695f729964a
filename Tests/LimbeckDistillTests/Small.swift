import LimbeckCompute
import LimbeckDistill
import LimbeckModels
import LimbeckSeries

/// A small forecasting problem: three places, a daily wave each, a few cells not measured.
enum Small {
    static let shape = ForecastShape(history: 6, horizon: 3, nodes: 3, channels: 1, step: 21_600)
    static let steps = 150

    static func task(train: Range<Int> = 6..<100, validation: Range<Int> = 100..<140) throws -> WindowTask {
        var random = SplitMix(seed: 5)
        var values: [Float] = []
        for step in 0..<steps {
            for node in 0..<3 {
                let phase = Float((step + node) % 4) - 1.5
                values.append(phase * Float(node + 1) + 0.3 * random.unit())
            }
        }
        let series = Series(
            name: "waves", times: TimeGrid(start: 0, step: 21_600, count: steps),
            places: (0..<3).map { Place(id: "p\($0)") }, channels: [Channel(name: "level")],
            values: values, observed: values.indices.map { $0 % 17 != 3 })
        let scaler = Scaler(center: [0, 0, 0], spread: [1, 2, 3])
        return WindowTask(
            try Windows(series, scaler: scaler), shape: shape, train: Array(train),
            validation: Array(validation))
    }

    static func network(
        _ model: String, name: String = "student", width: Int = 6, dropout: Float = 0
    ) throws -> Network<ModelInputs> {
        let context = ModelContext(
            shape: shape, graph: Graph(nodeCount: 3, dense: [1, 0.5, 0, 0, 1, 0.5, 0.5, 0, 1]))
        let built: any Model
        switch model {
        case "stid":
            var configuration = STID.Configuration()
            configuration.width = width
            configuration.dropout = dropout
            built = STID(configuration, context)
        case "graphMixer":
            var configuration = GraphMixer.Configuration()
            configuration.width = width
            configuration.dropout = dropout
            built = GraphMixer(configuration, context)
        case "graphWaveNet":
            var configuration = GraphWaveNet.Configuration()
            configuration.residual = width
            configuration.skip = width
            configuration.end = width
            configuration.blocks = 2
            configuration.dropout = dropout
            built = GraphWaveNet(configuration, context)
        default:
            built = try ModelCatalog.standard.entry(named: model).make(DefaultConfiguration(), context)
        }
        let task = try task()
        let statistics = TrainingStatistics(
            task.windows.series, scaler: task.windows.scaler, range: 0..<100, shape: shape)
        return Network(name: name, model: built, statistics: statistics)
    }

    static func trainer(
        _ objective: Objective, seed: UInt64 = 11, workers: Int = 1, epochs: Int = 3,
        softLabels: [SoftLabels] = []
    ) throws -> Trainer<WindowTask> {
        var configuration = TrainingConfiguration()
        configuration.epochs = epochs
        configuration.batch = 16
        configuration.learningRate = 0.01
        return Trainer(
            task: try task(), configuration: configuration, objective: objective, seed: seed,
            pool: WorkerPool(workers: workers), softLabels: softLabels)
    }

    /// A trained network's predictions for every training sample.
    static func labels(_ network: Network<ModelInputs>, _ parameters: Parameters) throws -> SoftLabels {
        let task = try task()
        let outputs = try Inference(
            network, task: task, parameters: parameters, pool: WorkerPool(workers: 1)
        ).outputs(task.train)
        return SoftLabels(samples: task.train, sampleSize: task.outputShape.count, values: outputs)
    }
}

/// Every bit of a model's values, by position.
func bits(_ parameters: Parameters) -> [UInt32] { parameters.values.map(\.bitPattern) }
