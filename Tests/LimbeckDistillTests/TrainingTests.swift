import LimbeckCompute
import LimbeckModels
import Testing

@testable import LimbeckDistill

@Suite struct TrainingTests {
    private let plain = Objective.plain()

    @Test(arguments: [1, 2])
    func `the same seed and threads give the same bits`(workers: Int) throws {
        for model in ["stid", "graphMixer", "graphWaveNet"] {
            let network = try Small.network(model, dropout: 0.2)
            func run(_ seed: UInt64) throws -> Trainer<WindowTask>.Result {
                // 6 steps an epoch: 24 steps.
                try Small.trainer(plain, seed: seed, workers: workers, epochs: 4).run(network)
            }
            let once = try run(11), again = try run(11), other = try run(12)
            #expect(bits(once.parameters) == bits(again.parameters), "\(model)")
            #expect(once.history.map(\.loss) == again.history.map(\.loss))
            #expect(bits(once.parameters) != bits(other.parameters))
        }
    }

    @Test func `training learns`() throws {
        let result = try Small.trainer(plain, epochs: 20).run(try Small.network("stid", width: 16))
        let first = try #require(result.history.first), last = try #require(result.history.last)
        #expect(last.loss < 0.5 * first.loss, "\(first.loss) to \(last.loss)")
        #expect(result.validationError == result.history.map(\.validationError).min())
        #expect(result.isFinished && result.history.count == 20)
    }

    @Test func `conventional and distilled student start from the same weights`() throws {
        let student = try Small.network("stid")
        let teacher = try Small.network("graphMixer", name: "teacher", width: 12)
        let labels = try Small.labels(teacher, Self.untrained(teacher))
        let alone = try Self.start(Small.trainer(plain, epochs: 1), student)
        var beside = try Small.trainer(
            Objective([Term("hard", HardTarget()), Term("soft", SoftTarget()), Term("hint", Hint())]),
            epochs: 1, softLabels: [labels])
        beside.teacher = (teacher, Self.untrained(teacher))
        #expect(bits(alone) == bits(try Self.start(beside, student)))
        let other = try Self.start(Small.trainer(plain, seed: 12, epochs: 1), student)
        #expect(bits(alone) != bits(other))
    }

    @Test func `plain training equals training without a teacher`() throws {
        let student = try Small.network("stid", dropout: 0.2)
        let teacher = try Small.network("graphMixer", name: "teacher")
        let labels = try Small.labels(teacher, Self.untrained(teacher))
        let alone = try Small.trainer(plain).run(student)
        // A teacher that no term reads, and a term of weight 0, change nothing.
        var beside = try Small.trainer(plain, softLabels: [labels])
        beside.teacher = (teacher, Self.untrained(teacher))
        #expect(bits(alone.parameters) == bits(try beside.run(student).parameters))
        let silent = Objective([Term("hard", HardTarget()), Term("soft", SoftTarget(), weight: 0)])
        let zero = try Small.trainer(silent, softLabels: [labels]).run(student)
        #expect(bits(alone.parameters) == bits(zero.parameters))
        #expect(alone.teacher == nil)
    }

    @Test func `a student of soft labels alone comes to predict as its teacher`() throws {
        let student = try Small.network("stid", width: 16)
        let teacher = try Small.network("graphMixer", name: "teacher", width: 16)
        let taught = try Small.trainer(plain, epochs: 10).run(teacher)
        let labels = try Small.labels(teacher, taught.parameters)
        let result = try Small.trainer(
            Objective([Term("soft", SoftTarget())]), epochs: 20, softLabels: [labels]
        ).run(student)
        let first = try #require(result.history.first?.terms["soft"])
        let last = try #require(result.history.last?.terms["soft"])
        #expect(last < 0.5 * first)
    }

    @Test func `two teachers teach their mean`() throws {
        let student = try Small.network("stid", width: 12)
        let task = try Small.task()
        func labels(_ value: Float) -> SoftLabels {
            let count = task.train.count * task.outputShape.count
            return SoftLabels(
                samples: task.train, sampleSize: task.outputShape.count,
                values: .init(repeating: value, count: count))
        }
        let two = try Small.trainer(
            Objective([Term("mean", TeacherMean(weights: [1, 3]))]), softLabels: [labels(-1), labels(3)]
        ).run(student)
        // (−1 + 3 · 3) / 4 = 2
        let one = try Small.trainer(Objective([Term("mean", SoftTarget())]), softLabels: [labels(2)]).run(student)
        #expect(bits(two.parameters) == bits(one.parameters))
    }

    @Test func `a hint trains its projection and leaves the teacher as it was`() throws {
        let student = try Small.network("stid", width: 6)
        let teacher = try Small.network("graphMixer", name: "teacher", width: 10)
        let frozen = Self.untrained(teacher)
        let before = bits(frozen)
        let objective = Objective([
            Term("hard", HardTarget(), weight: 0.1), Term("hint", Hint(student: "block1", teacher: "block1")),
        ])
        var trainer = try Small.trainer(objective, epochs: 12)
        trainer.teacher = (teacher, frozen)
        let result = try trainer.run(student)
        #expect(bits(frozen) == before)
        // The copy that ran beside the student did not move either, but the projection did.
        let step = try TrainingStep(trainer, student, trainer.phases[0])
        let projection = "objective/hint/projection/weight"
        let start = step.parameters[projection]
        #expect(start?.count == 6 * 10)
        try step.beginEpoch(0, isResumed: false)
        for count in 0..<20 { try step.run(Array(10..<26)[...], rate: 0.01, count: count) }
        for entry in frozen.entries {
            #expect(step.parameters["teacher/" + entry.path] == frozen[entry.path], "\(entry.path)")
        }
        #expect(step.parameters[projection] != start)
        let first = try #require(result.history.first?.terms["hint"])
        let last = try #require(result.history.last?.terms["hint"])
        #expect(last < 0.7 * first, "\(first) to \(last)")
        #expect(result.teacher == nil)
    }

    @Test func `online labels change between epochs, and the first epoch has none`() throws {
        let student = try Small.network("stid")
        let teacher = try Small.network("graphMixer", name: "teacher", width: 12)
        let objective = Objective([Term("hard", HardTarget(), weight: 0.1), Term("soft", SoftTarget())])
        var trainer = try Small.trainer(objective, epochs: 4)
        trainer.phases = try Online().phases(objective)
        trainer.teacher = (teacher, nil)
        let step = try TrainingStep(trainer, student, trainer.phases[0])
        var seen: [[UInt32]] = []
        var count = 0
        for epoch in 0..<3 {
            try step.beginEpoch(epoch, isResumed: false)
            seen.append(step.refreshed.map(\.bitPattern))
            for first in stride(from: 6, to: 80, by: 16) {
                try step.run(Array(first..<first + 16)[...], rate: 0.01, count: count)
                count += 1
            }
            // Within an epoch they stay.
            #expect(step.refreshed.map(\.bitPattern) == seen[epoch])
        }
        #expect(Set(seen).count == 3)
        let result = try trainer.run(student)
        let taught = try #require(result.teacher)
        #expect(bits(taught) != bits(Self.untrained(teacher)))
    }

    @Test func `teacher and student that train together are clipped apart`() throws {
        // With plain descent a step is rate · clipped gradient: its length shows the norm's limit.
        func lengths(teacherScale: Float) throws -> (student: Double, teacher: Double) {
            let scaled = try Small.network("linear", name: "teacher")
            var teacher = scaled
            teacher.trace = { inputs, scope in
                var traced = scaled.trace(inputs, scope)
                traced.members[0] = traced.members[0].scaled(teacherScale)
                return traced
            }
            let objective = Objective([Term("hard", HardTarget(), weight: 100), Term("soft", SoftTarget())])
            var trainer = try Small.trainer(objective)
            trainer.phases = try Online().phases(objective)
            trainer.configuration.optimizer = .momentum
            trainer.configuration.momentum = 0
            trainer.configuration.weightDecay = 0
            trainer.configuration.clip = 0.5
            trainer.teacher = (teacher, nil)
            let step = try TrainingStep(trainer, try Small.network("linear"), trainer.phases[0])
            let before = step.parameters.entries.map { ($0.path, step.parameters[$0.path] ?? []) }
            try step.beginEpoch(0, isResumed: false)
            try step.run(Array(10..<26)[...], rate: 1, count: 0)
            var squares = ["student": 0.0, "teacher": 0.0]
            for (path, start) in before {
                for (a, b) in zip(start, step.parameters[path] ?? []) {
                    squares[path.hasPrefix("teacher/") ? "teacher" : "student", default: 0] += Double((a - b) * (a - b))
                }
            }
            return ((squares["student"] ?? 0).squareRoot(), (squares["teacher"] ?? 0).squareRoot())
        }
        for scale in [1, 1000] as [Float] {
            // By one common norm a steep teacher would leave the student next to nothing.
            let (student, teacher) = try lengths(teacherScale: scale)
            #expect(abs(student - 0.5) < 1e-3, "\(student) beside \(scale)")
            #expect(abs(teacher - 0.5) < 1e-3 || scale == 1 && teacher < 0.5, "\(teacher) at \(scale)")
        }
    }

    @Test func `a loss that is not finite stops training and names the operation`() throws {
        var trainer = try Small.trainer(plain)
        trainer.configuration.learningRate = 1e30
        trainer.configuration.clip = 0
        let network = try Small.network("stid")
        let error = #expect(throws: DistillError.self) { _ = try trainer.run(network) }
        #expect(error?.code == .notFinite)
        #expect(error?.message.contains("Lower learningRate") == true)
    }

    @Test func `patience ends a run that does not get better`() throws {
        var trainer = try Small.trainer(plain, epochs: 200)
        trainer.configuration.patience = 3
        trainer.configuration.learningRate = 0.05
        let result = try trainer.run(try Small.network("stid"))
        #expect(result.isFinished && result.history.count < 200)
        #expect(result.history.count == result.bestEpoch + 1 + 3)
    }

    // MARK: Helpers

    static func untrained(_ network: Network<ModelInputs>) -> Parameters {
        let trace = Trace()
        let inputs = ModelInputs(trace, shape: Small.shape, batch: 1)
        _ = network.trace(inputs, Scope(trace, mode: .inference))
        return Parameters(trace.finish().parameters, seed: 7)
    }

    /// The student's weights before the first step.
    private static func start(
        _ trainer: Trainer<WindowTask>, _ network: Network<ModelInputs>
    ) throws -> Parameters {
        let step = try TrainingStep(trainer, network, trainer.phases[0])
        return step.result(TrainingProgress(step), isFinished: false).parameters
    }
}
