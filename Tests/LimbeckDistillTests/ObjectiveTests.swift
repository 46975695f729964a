import LimbeckCompute
import LimbeckDistill
import Testing

@Suite struct ObjectiveTests {
    private func message(_ objective: Objective, teachers: Int = 0) -> String {
        do {
            try objective.validate(teachers: teachers)
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
            message(Objective([Term("kl", TemperatureKL(), temperature: 0)]), teachers: 1)
                .contains("temperature of term \"kl\""))
        #expect(
            message(Objective([Term("hard", HardTarget(), weight: .ramp(from: 0, to: 1, over: -3, shape: .linear))]))
                .contains("weight of term"))
        #expect(message(.plain()) == "")
        #expect(message(Objective([Term("mean", TeacherMean()), Term("hard", HardTarget())]), teachers: 2) == "")
    }

    @Test func `an unknown loss names the known ones`() {
        let error = #expect(throws: DistillError.self) { _ = try LossCatalog.standard.entry("sofTarget") }
        #expect(error?.code == .unknownLoss)
        #expect(error?.message.contains("softTarget, temperatureKL") == true)
    }

    @Test func `schedules by hand`() {
        let linear = Schedule.ramp(from: 1, to: 3, over: 4, shape: .linear)
        #expect([0, 1, 2, 4, 9].map { linear.value(epoch: $0) } == [1, 1.5, 2, 3, 3])
        let smooth = Schedule.ramp(from: 0, to: 1, over: 4, shape: .cosine)
        #expect([0, 1, 2, 4].map { smooth.value(epoch: $0) } == [0, 0.15625, 0.5, 1])
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
                SoftLabels(samples: Array(6..<99), sampleSize: 9, values: .init(repeating: 0, count: 93 * 9)),
                "sample 99"
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
