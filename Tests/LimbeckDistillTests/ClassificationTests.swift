import Foundation
import LimbeckCompute
import LimbeckData
import LimbeckEvaluation
import LimbeckFiles
import LimbeckModels
import LimbeckRuntime
import Testing

@testable import LimbeckDistill

/// Rows whose class the features decide: 2 classes by the sign of a + b, 3 by the largest of
/// a, b and −a − b; rows too near a border are left out.
private func separable(classes: Int, count: Int = 600, seed: UInt64 = 5) -> LabelledRows {
    var random = SplitMix(seed: seed)
    var features: [Float] = [], labels: [Int] = []
    while labels.count < count {
        let a = 2 * random.unit() - 1, b = 2 * random.unit() - 1
        let scores = classes == 2 ? [-a - b, a + b] : [a, b, -a - b]
        let sorted = scores.sorted(by: >)
        guard sorted[0] - sorted[1] > 0.3 else { continue }
        features += [10 + 3 * a, 200 * b]
        labels.append(scores.firstIndex(of: sorted[0]) ?? 0)
    }
    return LabelledRows(
        times: (0..<count).map(Int64.init), featureNames: ["a", "b"], features: features,
        labels: labels, classCount: classes)
}

private func configuration(epochs: Int = 20) -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.epochs = epochs
    configuration.batch = 16
    configuration.learningRate = 0.01
    configuration.weightDecay = 0
    return configuration
}

private func train(
    _ task: ClassificationTask, _ layers: [Int], _ objective: Objective, seed: UInt64 = 1,
    labels: [SoftLabels] = []
) throws -> (network: Network<Tensor>, parameters: Parameters) {
    let network = try Network(DenseNetwork(.init(layers: layers), outputs: task.outputCount))
    let result = try Trainer(
        task: task, configuration: configuration(), objective: objective, seed: seed,
        pool: WorkerPool(workers: 1), softLabels: labels
    ).run(network)
    return (network, result.parameters)
}

private func logits(
    _ task: ClassificationTask, _ trained: (network: Network<Tensor>, parameters: Parameters),
    _ samples: [Int]
) throws -> [Float] {
    try Inference(
        trained.network, task: task, parameters: trained.parameters, pool: WorkerPool(workers: 1)
    ).outputs(samples)
}

@Suite struct ClassificationTests {
    @Test(arguments: [2, 3])
    func `what two features separate is learned without an error`(classes: Int) throws {
        let task = try ClassificationTask(separable(classes: classes))
        let hard = Objective([Term("hard", HardClasses(activation: .init(task.activation)))])
        let trained = try train(task, [16], hard)
        let outputs = try logits(task, trained, task.test)
        let input = try task.metricInput(logits: outputs, samples: task.test)
        #expect(try Accuracy().value(input).value == 1)
        #expect(try ROCAUC().value(input).value == 1)
        // The error that training watches is the metric of that name.
        let logLoss = try LogLoss().value(input).value
        #expect(abs(task.error(outputs, samples: task.test) - logLoss) < 1e-5)
    }

    @Test(arguments: [2, 3])
    func `a student learns from soft labels alone and decides as its teacher`(classes: Int) throws {
        let task = try ClassificationTask(separable(classes: classes))
        let hard = Objective([Term("hard", HardClasses(activation: .init(task.activation)))])
        let teacher = try train(task, [32, 32], hard)
        let soft = SoftLabels(
            samples: task.train, sampleSize: task.outputCount,
            values: try logits(task, teacher, task.train))
        let only = Objective([
            Term("soft", TemperatureKL(activation: .init(task.activation)), temperature: 3)
        ])
        let student = try train(task, [16], only, seed: 2, labels: [soft])
        let decided = try logits(task, student, task.test)
        let input = try task.metricInput(logits: decided, samples: task.test)
        #expect(try Accuracy().value(input).value > 0.99)
        // Its probabilities are the teacher's, which training on one-hot labels does not give.
        let wanted = task.probabilities(try logits(task, teacher, task.test))
        let gaps = zip(task.probabilities(decided), wanted).map { abs($0 - $1) }
        #expect(gaps.reduce(0, +) / Float(gaps.count) < 0.02)
    }

    @Test func `a softmax over one output is refused`() throws {
        let task = try ClassificationTask(separable(classes: 2, count: 120))
        let error = #expect(throws: DistillError.self) {
            _ = try train(task, [8], Objective([Term("hard", HardClasses(activation: .softmax))]))
        }
        #expect(error?.message.hasPrefix("Term \"hard\": activation is softmax") == true)
        #expect(error?.message.hasSuffix("use sigmoid.") == true)
    }

    @Test func `the same seed gives the same bits and another seed others`() throws {
        let task = try ClassificationTask(separable(classes: 2, count: 120))
        let hard = Objective([Term("hard", HardClasses(activation: .sigmoid))])
        let first = try train(task, [8], hard).parameters.values
        #expect(try train(task, [8], hard).parameters.values == first)
        #expect(try train(task, [8], hard, seed: 2).parameters.values != first)
    }
}

@Suite struct ClassificationTaskTests {
    /// Ten distinct times; the third and the ninth have two rows. Feature 0 is the row, 1 constant.
    private let rows: LabelledRows = {
        let times: [Int64] = [0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 8, 9]
        return LabelledRows(
            times: times, featureNames: ["row", "constant"],
            features: times.indices.flatMap { [Float($0), 7] },
            labels: [0, 1, 0, 2, 1, 0, 2, 1, 0, 1, 2, 0], classCount: 3)
    }()

    @Test func `rows that share a time stay in one part`() throws {
        let task = try ClassificationTask(rows)
        #expect(task.train == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(task.validation == [8])
        #expect(task.test == [9, 10, 11])
    }

    @Test func `features are standardised on the training rows alone`() throws {
        let task = try ClassificationTask(rows)
        // Rows 0 … 7: mean 3.5, variance (64 − 1) / 12.
        let deviation = Float(63.0 / 12).squareRoot()
        #expect(task.scaler.center == [3.5, 7])
        #expect(abs(task.scaler.spread[0] - deviation) < 1e-6)
        #expect(task.scaler.spread[1] == 1)
        #expect(abs(task.features[2 * 11] - (11 - 3.5) / deviation) < 1e-6)
        #expect(task.features[2 * 11 + 1] == 0)
    }

    @Test func `classes are filled as one-hot rows, two of them as one label`() throws {
        let task = try ClassificationTask(rows)
        #expect(task.activation == .softmax)
        let filled = fill(task, [3, 0, 1])
        #expect(filled.expected == [0, 0, 1, 1, 0, 0, 0, 1, 0])
        #expect(filled.mask == [Float](repeating: 1, count: 9))
        var two = rows
        two.labels = two.labels.map { min($0, 1) }
        two.classCount = 2
        #expect(try ClassificationTask(two).activation == .sigmoid)
        #expect(fill(try ClassificationTask(two), [3, 0, 1]).expected == [1, 0, 1])
        let twoLogits = try ClassificationTask(two, activation: .softmax)
        #expect(fill(twoLogits, [3, 0]).expected == [0, 1, 1, 0])
    }

    @Test func `the error is the log loss by hand, also of logits that overflow`() throws {
        let task = try ClassificationTask(rows)
        // Row 3 is of class 2: p = e / (e + 2).
        let expected = -log(M_E / (M_E + 2))
        #expect(abs(task.error([0, 0, 1], samples: [3]) - expected) < 1e-9)
        #expect(abs(task.error([1000, 0, 0], samples: [3]) - 1000) < 1e-9)
        var two = rows
        two.labels = two.labels.map { min($0, 1) }
        two.classCount = 2
        let binary = try ClassificationTask(two)
        // Row 0 is of class 0 at p = σ(2), row 1 of class 1 at p = σ(−1).
        let hand = -(log(1 - 1 / (1 + exp(-2.0))) + log(1 / (1 + exp(1.0)))) / 2
        #expect(abs(binary.error([2, -1], samples: [0, 1]) - hand) < 1e-9)
        #expect(abs(binary.error([-900], samples: [1]) - 900) < 1e-9)
        #expect(binary.probabilities([0]) == [0.5])
        #expect(task.probabilities([1000, 0, 0]) == [1, 0, 0])
    }

    @Test func `what cannot be split or learned is said`() throws {
        func said(_ body: () throws -> Any) -> String {
            do { _ = try body() } catch { return "\(error)" }
            return ""
        }
        #expect(
            said { try ClassificationTask(rows, train: 0.9, validation: 0.1) }
                .contains("leave a rest"))
        #expect(
            said { try ClassificationTask(rows, train: 0.05) }
                .contains("training part has none of the 12 rows"))
        #expect(said { try ClassificationTask(rows, activation: .sigmoid) }.contains("there are 3"))
        var one = rows
        one.labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]
        #expect(said { try ClassificationTask(one) }.contains("Every training row is of class 0"))
        #expect(
            said { try DenseNetwork(.init(layers: [8, 0]), outputs: 1) }.contains("layers is 0"))
        #expect(said { try DenseNetwork(outputs: 0) }.contains("outputs is 0"))
    }

    private func fill(
        _ task: ClassificationTask, _ samples: [Int]
    ) -> (expected: [Float], mask: [Float]) {
        var expected = [Float](repeating: .nan, count: samples.count * task.outputCount)
        var mask = expected
        expected.withUnsafeMutableBufferPointer { expected in
            mask.withUnsafeMutableBufferPointer {
                task.fillExpected(expected, $0, samples: samples[...])
            }
        }
        return (expected, mask)
    }
}

@Suite struct TemperatureTests {
    /// The value of the loss for one sample of logits.
    private func value(
        _ activation: TemperatureKL.Activation, student: [Float], teacher: [Float],
        temperature: Float
    ) throws -> Float {
        let trace = Trace()
        let shape: Shape = [1, student.count]
        let scope = Scope(trace, mode: .training)
        let loss = try TemperatureKL(activation: .init(activation))(
            LossSite(
                student: TracedModel(members: [trace.constant(student, shape)], scope: scope),
                teacher: nil, softLabels: [trace.constant(teacher, shape)],
                expected: trace.constant(teacher, shape), mask: nil,
                temperature: trace.constant(temperature), scope: scope))
        trace.output("loss", loss)
        let computation = trace.finish()
        let executable = Executable(
            computation, parameters: Parameters(computation.parameters, seed: 1),
            pool: WorkerPool(workers: 1))
        executable.run()
        return executable.output("loss")?.first ?? .nan
    }

    @Test func `the divergence by hand, times the temperature squared`() throws {
        // Sigmoid: teacher σ(2 / 2), student ½.
        let p = 1 / (1 + exp(-1.0))
        let binary = 4 * (p * log(p / 0.5) + (1 - p) * log((1 - p) / 0.5))
        let two = try value(.sigmoid, student: [0], teacher: [2], temperature: 2)
        #expect(abs(two - Float(binary)) < 1e-6)
        // Softmax: teacher (⅔, ⅓) at T = 3, student uniform.
        let teacher: [Float] = [3 * Float(log(2.0)), 0]
        let hand = 9 * (2.0 / 3 * log(4.0 / 3) + 1.0 / 3 * log(2.0 / 3))
        let wide = try value(.softmax, student: [5, 5], teacher: teacher, temperature: 3)
        #expect(abs(wide - Float(hand)) < 1e-5)
    }

    @Test func `equal logits are no distance apart at any temperature`() throws {
        for temperature: Float in [0.5, 1, 4] {
            let logits: [Float] = [1, -2, 3]
            for activation in TemperatureKL.Activation.allCases {
                let apart = try value(
                    activation, student: logits, teacher: logits, temperature: temperature)
                #expect(abs(apart) < 1e-6)
            }
        }
    }
}

/// A table that cannot be learned from, and what its error must say.
struct BadTable: Sendable, CustomTestStringConvertible {
    var what: String
    var text: String
    var mentions: [String]
    var testDescription: String { what }
}

@Suite struct LabelledRowsTests {
    private static let head = "timestamp,lat,lon,speed,event\n2024-01-01T00:00,-36.8,174.7,30,0\n"

    @Test func `times, positions, features and labels are read in the order of time`() throws {
        let text =
            "timestamp,lat,lon,speed,level,event\n"
            + "2024-01-01T01:00,-36.8,174.7,30,2,1\n2024-01-01T00:00,-36.9,174.8,40.5,0,0\n"
        let table = try CSVTable(Array(text.utf8), file: "roads.csv")
        let rows = try LabelledRows(table, label: "event", leavingOut: ["level"])
        #expect(rows.featureNames == ["lat", "lon", "speed"])
        #expect(rows.features == [-36.9, 174.8, 40.5, -36.8, 174.7, 30])
        #expect(rows.labels == [0, 1])
        #expect(rows.times[1] - rows.times[0] == 3600)
        #expect(rows.movedCount == 1)
        #expect(rows.feature("speed") == [40.5, 30])
        #expect(try LabelledRows(table, label: "level").classCount == 3)
    }

    static let tables = [
        BadTable(what: "empty", text: "", mentions: ["roads.csv", "no rows"]),
        BadTable(what: "no rows", text: "timestamp,a,event\n", mentions: ["roads.csv", "no rows"]),
        BadTable(what: "no time", text: "a,event\n1,0\n", mentions: ["line 1", "no column of times"]),
        BadTable(
            what: "a bad time", text: head + "01/02/2024,1,2,3,1\n",
            mentions: ["line 3", "column \"timestamp\"", "01/02/2024"]),
        BadTable(
            what: "a ragged row", text: head + "2024-01-01T01:00,1,2,3\n",
            mentions: ["line 3", "4 cells"]),
        BadTable(
            what: "a word", text: head + "2024-01-01T01:00,1,2,fast,1\n",
            mentions: ["line 3", "column \"speed\"", "\"fast\""]),
        BadTable(
            what: "an infinity", text: head + "2024-01-01T01:00,1,2,inf,1\n",
            mentions: ["line 3", "column \"speed\"", "infinite"]),
        BadTable(
            what: "an empty feature", text: head + "2024-01-01T01:00,1,,3,1\n",
            mentions: ["line 3", "column \"lon\"", "no value"]),
        BadTable(
            what: "an empty label", text: head + "2024-01-01T01:00,1,2,3,\n",
            mentions: ["line 3", "column \"event\"", "no class"]),
        BadTable(
            what: "half a class", text: head + "2024-01-01T01:00,1,2,3,0.5\n",
            mentions: ["line 3", "column \"event\"", "0.5 is no class"]),
        BadTable(
            what: "a negative class", text: head + "2024-01-01T01:00,1,2,3,-1\n",
            mentions: ["line 3", "column \"event\"", "-1.0 is no class"]),
        BadTable(what: "one class only", text: head, mentions: ["every row", "\"event\"", "is 0"]),
        BadTable(
            what: "no label column", text: "timestamp,speed\n2024-01-01T00:00,1\n",
            mentions: ["no column \"event\"", "\"speed\""]),
        BadTable(
            what: "nothing but labels", text: "timestamp,event\n2024-01-01T00:00,1\n",
            mentions: ["no column beside \"event\""]),
        BadTable(
            what: "a name twice", text: "timestamp,a,a,event\n2024-01-01T00:00,1,2,1\n",
            mentions: ["line 1", "\"a\"", "column 2"]),
    ]

    @Test(arguments: tables)
    func `a bad table is one error that says where`(_ table: BadTable) {
        let error = #expect(throws: DataError.self) {
            let read = try CSVTable(Array(table.text.utf8), file: "roads.csv")
            _ = try LabelledRows(read, label: "event")
        }
        let message = error?.message ?? ""
        for mention in table.mentions {
            #expect(message.contains(mention), "\(message) lacks \(mention)")
        }
    }

    @Test func `a missing file is named`() {
        let error = #expect(throws: FileError.self) { try CSVTable(path: "no/such.csv") }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("no/such.csv") == true)
    }
}
