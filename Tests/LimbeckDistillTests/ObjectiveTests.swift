import LimbeckCompute
import LimbeckDistill
import LimbeckModels
import LimbeckSeries
import Testing

@Suite struct ObjectiveTests {
    private func message(_ objective: Objective, teachers: Int = 0, task: TaskKind = .forecast) -> String {
        do {
            try objective.validate(teachers: teachers, task: task)
            return ""
        } catch { return "\(error)" }
    }

    @Test func `what cannot be trained is refused with its reason`() {
        #expect(message(Objective([])).contains("no terms"))
        #expect(
            message(Objective([Term("a", HardTarget()), Term("a", SoftTarget())]), teachers: 1).contains(
                "Two terms are named \"a\""))
        #expect(message(Objective([Term("soft", SoftTarget())])).contains("\"soft\" needs 1 teacher"))
        #expect(message(Objective([Term("mean", TeacherMean())]), teachers: 1).contains("needs 2 teachers, there is 1"))
        #expect(message(Objective([Term("hard", HardTarget(), weight: 0)])).contains("weight 0"))
        #expect(message(Objective([Term("hard", HardTarget(), weight: -1)])).contains("weight of term \"hard\""))
        #expect(message(Objective([Term("hard", HardTarget(), weight: .constant(.nan))])).contains("finite"))
        #expect(
            message(Objective([Term("kl", TemperatureKL(), temperature: 0)]), teachers: 1, task: .classification)
                .contains("temperature of term \"kl\""))
        #expect(
            message(Objective([Term("hard", HardTarget(), weight: .ramp(from: 0, to: 1, over: -3, shape: .linear))]))
                .contains("weight of term"))
        #expect(message(.plain()) == "")
        #expect(message(Objective([Term("mean", TeacherMean()), Term("hard", HardTarget())]), teachers: 2) == "")
    }

    /// Each loss of the catalog with what it does not suit and each setting that cannot be meant.
    private static let refusals: [String: (others: Set<TaskKind>, settings: [(any DistillationLoss, String)])] = [
        "hard": (
            [],
            [
                (HardTarget(distance: .huber, delta: -1), "delta is -1.0; it must be greater than 0"),
                (HardTarget(delta: 0), "delta is 0.0"), (HardTarget(delta: .infinity), "delta is inf"),
            ]
        ),
        "softTarget": (
            [],
            [
                (SoftTarget(delta: -1), "delta is -1.0"), (SoftTarget(delta: .nan), "delta is nan"),
                (SoftTarget(teacher: -1), "teacher is -1; it must be from 0 to 1, as there are 2 teachers"),
                (SoftTarget(teacher: 2), "needs 3 teachers, there are 2"),
                (SoftTarget(teacher: .max), "needs \(Int.max) teachers"),
            ]
        ),
        "temperatureKL": ([.forecast, .quantiles], []),
        "teacherBounded": (
            [.classification, .quantiles],
            [(TeacherBounded(margin: -1), "margin is -1.0"), (TeacherBounded(margin: .nan), "margin is nan")]
        ),
        "hint": ([], [(Hint(student: ""), "student is empty"), (Hint(teacher: ""), "teacher is empty")]),
        "teacherMean": (
            [],
            [
                (TeacherMean(delta: 0), "delta is 0.0"), (TeacherMean(weights: []), "2 numbers"),
                (TeacherMean(weights: [1]), "weights is [1.0]; it must be 2 numbers, one for each teacher"),
                (TeacherMean(weights: [1, -1]), "weights is"), (TeacherMean(weights: [0, 0]), "weights is"),
                (TeacherMean(weights: [1, .nan]), "weights is"),
            ]
        ),
        "crossEntropy": (
            [.forecast, .quantiles],
            [
                (HardClasses(positives: 0), "positives is 0.0"),
                (HardClasses(focus: 3), "focus is 3; it must be 0, 1 or 2"),
                (HardClasses(weights: [0, 0]), "weights is"), (HardClasses(weights: [-1, 2]), "weights is"),
            ]
        ),
    ]

    @Test(arguments: LossCatalog.standard.entries.map(\.name))
    func `a loss refuses what it cannot do and says what to use instead`(name: String) throws {
        let known = LossCatalog.standard.entries.map(\.name)
        let (others, settings) = try #require(Self.refusals[name], "say what \(name) refuses")
        let loss = try LossCatalog.standard.entry(named: name).make(DefaultConfiguration())
        for task in TaskKind.allCases {
            let text = message(Objective([Term("t", loss)]), teachers: 2, task: task)
            guard others.contains(task) else {
                #expect(text == "", "\(task)")
                continue
            }
            #expect(text.hasPrefix("Term \"t\": \(name) "), "\(text)")
            #expect(
                text.contains(task == .classification ? "for classes" : "for forecasts")
                    || text.contains("for quantiles"), "\(text)")
            #expect(known.contains { $0 != name && text.contains("use \($0)") }, "\(text)")
        }
        for (loss, words) in settings {
            let text = message(
                Objective([Term("t", loss)]), teachers: 2,
                task: others.contains(.forecast) ? .classification : .forecast)
            #expect(text.hasPrefix("Term \"t\"") && text.contains(words), "\(text)")
        }
    }

    @Test func `a trainer refuses a loss of the other kind before its first step`() throws {
        for loss in [HardClasses(), TemperatureKL()] as [any DistillationLoss] {
            let task = try Small.task()
            let labels = SoftLabels(
                samples: task.train, sampleSize: 9, values: .init(repeating: 0, count: 9 * task.train.count))
            let trainer = try Small.trainer(Objective([Term("t", loss)]), softLabels: [labels])
            let network = try Small.network("stid")
            let error = #expect(throws: DistillError.self) { _ = try trainer.run(network) }
            #expect(error?.message.contains("needs classes; for forecasts use") == true)
        }
    }

    @Test func `an unknown loss names the known ones`() {
        let error = #expect(throws: DistillError.self) { _ = try LossCatalog.standard.entry(named: "sofTarget") }
        #expect(error?.code == .unknownLoss)
        #expect(error?.message.contains("softTarget, temperatureKL") == true)
    }

    @Test func `schedules by hand`() {
        let linear = Schedule.ramp(from: 1, to: 3, over: 4, shape: .linear)
        #expect([0, 1, 2, 4, 9].map { linear.value(epoch: $0) } == [1, 1.5, 2, 3, 3])
        let smooth = Schedule.ramp(from: 0, to: 1, over: 4, shape: .cosine)
        // (1 − cos πp) / 2
        for (epoch, value) in [(0, 0), (1, (1 - 0.5.squareRoot()) / 2), (2, 0.5), (4, 1)] as [(Double, Double)] {
            #expect(abs(smooth.value(epoch: epoch) - value) < 1e-12)
        }
        let step = Schedule.ramp(from: 0, to: 2, over: 3, shape: .step)
        #expect([0, 2, 3].map { step.value(epoch: $0) } == [0, 0, 2])
        #expect(Schedule.ramp(from: 1, to: 2, over: 0, shape: .linear).value(epoch: 0) == 2)
    }

    @Test func `an unknown tap names the known ones`() throws {
        var trainer = try Small.trainer(Objective([Term("hint", Hint(student: "block9", teacher: "block0"))]))
        let teacher = try Small.network("graphMixer", name: "teacher")
        trainer.teacher = (teacher, nil)
        let network = try Small.network("stid")
        let error = #expect(throws: DistillError.self) { _ = try trainer.run(network) }
        #expect(error?.code == .unknownTap)
        #expect(error?.message == "The student has no tap \"block9\"; known are block0, block1.")
    }

    @Test func `a hint cannot join taps of other shapes`() throws {
        var trainer = try Small.trainer(Objective([Term("hint", Hint(student: "block0", teacher: "layer0"))]))
        trainer.teacher = (try Small.network("graphWaveNet", name: "teacher"), nil)
        let network = try Small.network("stid")
        let error = #expect(throws: DistillError.self) { _ = try trainer.run(network) }
        #expect(error?.code == .badObjective)
    }

    @Test func `terms that read soft labels need them recorded`() throws {
        // A teacher beside the student has no recorded labels: training towards zeros would show nothing.
        var trainer = try Small.trainer(Objective([Term("soft", SoftTarget())]))
        trainer.teacher = (try Small.network("graphMixer", name: "teacher"), nil)
        let network = try Small.network("stid")
        let error = #expect(throws: DistillError.self) { _ = try trainer.run(network) }
        #expect(error?.message.contains("record them first") == true)

        for (labels, words) in [
            (
                SoftLabels(samples: Array(6..<100), sampleSize: 8, values: .init(repeating: 0, count: 94 * 8)),
                "numbers a sample"
            ),
            (
                SoftLabels(samples: [1, 2], sampleSize: 9, values: .init(repeating: 0, count: 2 * 9)),
                "none for any training sample"
            ),
        ] {
            let trainer = try Small.trainer(Objective([Term("soft", SoftTarget())]), softLabels: [labels])
            let error = #expect(throws: DistillError.self) { _ = try trainer.run(network) }
            #expect(error?.code == .mismatch)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `a training configuration that cannot be meant is refused`() {
        func refused(_ change: (inout TrainingConfiguration) -> Void) -> Bool {
            var configuration = TrainingConfiguration()
            change(&configuration)
            do { try configuration.validate() } catch { return true }
            return false
        }
        #expect(!refused { _ in })
        #expect(refused { $0.epochs = 0 })
        #expect(refused { $0.batch = 0 })
        #expect(refused { $0.learningRate = -1 })
        #expect(refused { $0.learningRate = .nan })
        #expect(refused { $0.warmup = 2 })
        #expect(refused { $0.momentum = 1 })
        #expect(refused { $0.clip = .infinity })
        #expect(refused { $0.patience = -1 })
    }
}
