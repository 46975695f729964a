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

    /// The temperature with the lowest validation log loss, tried on a seed that is not scored.
    struct Choice: Sendable {
        var temperature: Double
        /// Validation log loss by temperature.
        var tried: [(temperature: Double, error: Double)]
        /// Models trained to find it.
        var trained: Int { tried.count + 1 }
    }

    /// Scores of each model on the test, in the order of `measures`.
    struct Outcome: Sendable {
        var scores: [Model: [Double]]
        var trained: Int { scores.count }
    }

    /// Chooses the temperature on seed 0, so that in each seed that is scored the student with
    /// the teacher has one try, as the student without it.
    func choose() throws -> Choice {
        let (teacher, student) = (try network(Self.teacherLayers), try network(Self.studentLayers))
        let (_, labels) = try teach(teacher, seed: 0)
        let tried = try Self.temperatures.map { temperature in
            let result = try train(student, soft(temperature), seed: 0, labels: [labels])
            return (temperature: temperature, error: result.validationError)
        }
        guard let best = tried.min(by: { $0.error < $1.error }) else {
            throw DistillError(.badConfiguration, "No temperature was given; give at least one.")
        }
        return Choice(temperature: best.temperature, tried: tried)
    }

    /// Trains one teacher and its two students. Everything is a function of the seed.
    func run(seed: UInt64, temperature: Double) throws -> Outcome {
        let (teacher, student) = (try network(Self.teacherLayers), try network(Self.studentLayers))
        let (taught, labels) = try teach(teacher, seed: seed)
        let conventional = try train(student, hard, seed: seed)
        let distilled = try train(student, soft(temperature), seed: seed, labels: [labels])
        return Outcome(
            scores: [
                .teacher: try scores(teacher, taught),
                .conventional: try scores(student, conventional.parameters),
                .distilled: try scores(student, distilled.parameters),
            ])
    }

    private var hard: Objective {
        Objective([Term("hard", HardClasses(activation: task.activation))])
    }

    private func soft(_ temperature: Double) -> Objective {
        Objective([
            Term("hard", HardClasses(activation: task.activation), weight: .constant(Self.hardWeight)),
            Term(
                "soft", TemperatureKL(activation: task.activation), weight: .constant(Self.softWeight),
                temperature: .constant(temperature)),
        ])
    }

    /// A teacher, and its logits for the training rows.
    private func teach(
        _ teacher: Network<Tensor>, seed: UInt64
    ) throws -> (parameters: Parameters, labels: SoftLabels) {
        let parameters = try train(teacher, hard, seed: seed).parameters
        let logits = try outputs(teacher, parameters, task.train)
        return (
            parameters, SoftLabels(samples: task.train, sampleSize: task.outputCount, values: logits)
        )
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
        task.fill(task.buffers(executable, inputs), samples: task.test.prefix(1))
        let times = (0..<500).map { _ in
            let begin = LimbeckCompute.microseconds()
            executable.run()
            return LimbeckCompute.microseconds() - begin
        }
        let median = times.dropFirst(100).sorted()[200]
        return (parameters.count, computation.optimizedCost.flops, median)
    }
}
