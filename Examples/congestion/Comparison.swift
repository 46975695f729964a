import LimbeckCompute
import LimbeckData
import LimbeckDistill
import LimbeckEvaluation
import LimbeckModels

/// Teacher, the same student with and without it, for one seed at a time.
struct Comparison: Sendable {
    enum Model: String, CaseIterable, Sendable {
        case teacher = "Teacher"
        case conventional = "Conventional student"
        case distilled = "Distilled student"
    }

    var name: String
    var task: ClassificationTask
    var epochs: Int
    static let teacherLayers = [64, 64], studentLayers = [32, 32]
    static let hardWeight = 0.5, softWeight = 0.5
    static let temperatures = [2.0, 3.0, 4.0]

    /// Scores of each model on the test, in the order of `measures`.
    struct Outcome: Sendable {
        var temperature: Double
        /// Validation log loss of the students tried, by temperature.
        var tried: [(temperature: Double, error: Double)]
        var scores: [Model: [Double]]
        var trained: Int
    }

    /// Trains one teacher and its students; the temperature with the lowest validation log loss
    /// is kept. Everything is a function of the seed.
    func run(seed: UInt64, temperatures: [Double]) throws -> Outcome {
        let teacher = try network(Self.teacherLayers), student = try network(Self.studentLayers)
        let hard = HardClasses(activation: task.activation)

        let taught = try train(teacher, Objective([Term("hard", hard)]), seed: seed)
        let logits = try outputs(teacher, taught.parameters, task.train)
        let labels = SoftLabels(samples: task.train, sampleSize: task.outputCount, values: logits)

        let conventional = try train(student, Objective([Term("hard", hard)]), seed: seed)
        var tried: [(temperature: Double, result: Trainer<ClassificationTask>.Result)] = []
        for temperature in temperatures {
            let soft = Term(
                "soft", TemperatureKL(activation: task.activation),
                weight: .constant(Self.softWeight), temperature: .constant(temperature))
            let objective = Objective([
                Term("hard", hard, weight: .constant(Self.hardWeight)), soft,
            ])
            tried.append((temperature, try train(student, objective, seed: seed, labels: [labels])))
        }
        let best = tried.min { $0.result.validationError < $1.result.validationError }
        guard let best else {
            throw DistillError(.badConfiguration, "No temperature was given; give at least one.")
        }
        return Outcome(
            temperature: best.temperature,
            tried: tried.map { ($0.temperature, $0.result.validationError) },
            scores: [
                .teacher: try scores(teacher, taught.parameters),
                .conventional: try scores(student, conventional.parameters),
                .distilled: try scores(student, best.result.parameters),
            ], trained: 2 + tried.count)
    }

    // MARK: Scores

    struct Measure: Sendable {
        var label: String
        var direction: MetricDirection
    }

    /// What `scores` returns, in order.
    var measures: [Measure] {
        let plain = metrics.map { Measure(label: Self.label($0.name), direction: $0.direction) }
        let tuned = Measure(label: "F1, threshold from validation", direction: .higherIsBetter)
        return task.activation == .sigmoid ? plain + [tuned] : plain
    }

    private var metrics: [any Metric] {
        task.activation == .sigmoid
            ? [Accuracy(), Precision(), Recall(), F1(), ROCAUC(), AveragePrecision(), LogLoss()]
            : [
                Accuracy(), Precision(average: .macro), Recall(average: .macro),
                F1(average: .macro), ROCAUC(), AveragePrecision(), LogLoss(),
            ]
    }

    private static func label(_ name: String) -> String {
        switch name {
        case "accuracy": "Test accuracy"
        case "precision", "precisionMacro": "Precision"
        case "recall", "recallMacro": "Recall"
        case "f1", "f1Macro": "F1"
        case "rocAUC": "ROC AUC"
        case "averagePrecision": "PR AUC"
        case "logLoss": "Log loss"
        default: name
        }
    }

    /// Of probabilities on the test rows; the threshold of the last measure is the one with the
    /// best F1 on validation.
    func scores(test: MetricInput, validation: MetricInput) throws -> [Double] {
        let values = try metrics.map { try $0.value(test).value }
        guard task.activation == .sigmoid else { return values }
        var best = (threshold: 0.5, f1: -1.0)
        for percent in 2...90 {
            let f1 = try F1(threshold: Double(percent) / 100).value(validation).value
            if f1 > best.f1 { best = (Double(percent) / 100, f1) }
        }
        return try values + [F1(threshold: best.threshold).value(test).value]
    }

    private func scores(_ network: Network<Tensor>, _ parameters: Parameters) throws -> [Double] {
        func input(_ samples: [Int]) throws -> MetricInput {
            try task.metricInput(logits: outputs(network, parameters, samples), samples: samples)
        }
        return try scores(test: input(task.test), validation: input(task.validation))
    }

    // MARK: Training

    private func network(_ layers: [Int]) throws -> Network<Tensor> {
        try Network(DenseNetwork(.init(layers: layers), outputs: task.outputCount))
    }

    /// Adam, batches of 32, the epoch that was best on validation.
    private func train(
        _ network: Network<Tensor>, _ objective: Objective, seed: UInt64, labels: [SoftLabels] = []
    ) throws -> Trainer<ClassificationTask>.Result {
        var configuration = TrainingConfiguration()
        configuration.epochs = epochs
        configuration.batch = 32
        configuration.learningRate = 0.001
        configuration.weightDecay = 0
        // Steps of 32 rows are too small to share between threads; models are trained side by side.
        return try Trainer(
            task: task, configuration: configuration, objective: objective, seed: seed,
            pool: WorkerPool(workers: 1), softLabels: labels
        ).run(network)
    }

    private func outputs(
        _ network: Network<Tensor>, _ parameters: Parameters, _ samples: [Int]
    ) throws -> [Float] {
        try Inference(
            network, task: task, parameters: parameters, pool: WorkerPool(workers: 1), batch: 256
        ).outputs(samples)
    }

    /// Parameters, FLOPs and median microseconds of one row, one thread.
    func cost(layers: [Int]) throws -> (parameters: Int, flops: Int, microseconds: Double) {
        let network = try network(layers)
        let trace = Trace()
        let inputs = task.inputs(trace, batch: 1)
        trace.output("output", network.trace(inputs, Scope(trace, mode: .inference)).output)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        let executable = Executable(
            computation, parameters: parameters, pool: WorkerPool(workers: 1))
        task.fill(executable, inputs: inputs, samples: task.test.prefix(1))
        let times = (0..<500).map { _ in
            let begin = LimbeckCompute.microseconds()
            executable.run()
            return LimbeckCompute.microseconds() - begin
        }
        let median = times.dropFirst(100).sorted()[200]
        return (parameters.count, computation.optimizedCost.flops, median)
    }
}
