import LimbeckCompute
import LimbeckModels
import LimbeckSeries
import Testing

@testable import LimbeckDistill

/// What methods make of terms, and what phases and groups do to parameters.
@Suite struct MethodTests {
    private let terms = Objective([
        Term("hard", HardTarget(), weight: 0.5), Term("soft", SoftTarget()),
        Term("hint", Hint(student: "block1", teacher: "block1")),
    ])

    @Test(arguments: MethodCatalog.standard.names)
    func `every method divides the whole run`(_ name: String) throws {
        let method = try MethodCatalog.standard.entry(named: name).make(DefaultConfiguration())
        let phases = try method.phases(terms)
        #expect(abs(phases.reduce(0) { $0 + $1.share } - 1) < 1e-9)
        #expect(phases.allSatisfy { !$0.objective.terms.isEmpty })
        for epochs in 1...20 {
            let ends = Phase.ends(phases, epochs: epochs)
            #expect(ends.last == epochs && zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 })
            if epochs >= phases.count { #expect(Set([0] + ends).count == phases.count + 1, "\(name), \(epochs)") }
        }
    }

    @Test func `methods refuse terms that they cannot use`() {
        let hard = Objective([Term("hard", HardTarget())])
        for (method, word) in [(Online() as any Method, "softTarget"), (HintsFirst(), "such as hint")] {
            let error = #expect(throws: DistillError.self) { _ = try method.phases(hard) }
            #expect(error?.message.contains(word) == true)
        }
        var first = HintsFirst()
        first.share = 1.5
        #expect(throws: DistillError.self) { _ = try first.phases(terms) }
        #expect(throws: DistillError.self) {
            _ = try Online().phases(Objective([Term("mean", TeacherMean(weights: [1, 1]))]))
        }
        let error = #expect(throws: DistillError.self) { _ = try MethodCatalog.standard.entry(named: "onlin") }
        #expect(error?.message.contains("offline, online, hintsFirst") == true)
    }

    @Test func `phases that no training can have are refused before a step`() throws {
        let soft = Objective([Term("soft", SoftTarget())]), hard = Objective.plain()
        var refreshing = Phase("refreshing", objective: soft)
        refreshing.refreshesLabels = true
        var deaf = Phase("deaf", objective: hard)
        (deaf.trainsTeacher, deaf.refreshesLabels) = (true, true)
        var together = Phase("together", share: 0.5, objective: soft)
        (together.trainsTeacher, together.refreshesLabels) = (true, true)
        for (phases, word) in [
            ([], "there are none"), ([Phase(share: .nan, objective: hard)], "share"),
            ([Phase(share: 0.5, objective: hard)], "sum to 1"), ([refreshing], "does not train"),
            ([deaf], "no term reads"),
            ([together, Phase("alone", share: 0.5, objective: hard)], "dropped"),
        ] as [([Phase], String)] {
            var trainer = try Small.trainer(soft)
            trainer.phases = phases
            let network = try Small.network("stid")
            let error = #expect(throws: DistillError.self) { _ = try trainer.run(network) }
            #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `hints come first and alone, and the rest goes on from what they made`() throws {
        let phases = try HintsFirst().phases(terms)
        #expect(phases.map { $0.objective.terms.map(\.name) } == [["hint"], ["hard", "soft"]])
        var keeping = HintsFirst()
        keeping.keepsHints = true
        #expect(try keeping.phases(terms)[1].objective.terms.count == 3)

        let student = try Small.network("stid"), teacher = try Small.network("graphMixer", name: "teacher", width: 10)
        var trainer = try Small.trainer(terms)
        trainer.teacher = (teacher, TrainingTests.untrained(teacher))
        trainer.phases = [phases[0], Phase("hard", objective: .plain())]
        let hints = try TrainingStep(trainer, student, phases[0])
        try hints.beginEpoch(0, isResumed: false)
        let head = try #require(hints.parameters["student/head/weight"])
        for count in 0..<5 { try hints.run(Array(10..<26)[...], rate: 0.01, count: count) }
        // Nothing of a hint reaches what lies behind the tapped layer but decay.
        trainer.configuration.weightDecay = 0
        let still = try TrainingStep(trainer, student, phases[0])
        try still.beginEpoch(0, isResumed: false)
        for count in 0..<5 { try still.run(Array(10..<26)[...], rate: 0.01, count: count) }
        #expect(still.parameters["student/head/weight"] == head)
        let rest = try TrainingStep(trainer, student, trainer.phases[1], after: hints.parameters)
        for entry in rest.parameters.entries {
            #expect(rest.parameters[entry.path] == hints.parameters[entry.path], "\(entry.path)")
        }
    }

    @Test func `groups learn at their own rate, and those of rate 0 stand still`() throws {
        func moved(_ groups: [OptimizerGroup]) throws -> [String: Float] {
            var trainer = try Small.trainer(.plain())
            trainer.configuration.optimizer = .momentum
            trainer.configuration.momentum = 0
            trainer.configuration.weightDecay = 0
            trainer.configuration.clip = 0
            trainer.phases[0].groups = groups
            let step = try TrainingStep(trainer, try Small.network("stid"), trainer.phases[0])
            let before = Dictionary(
                uniqueKeysWithValues: step.parameters.entries.map { ($0.path, step.parameters[$0.path] ?? []) })
            try step.beginEpoch(0, isResumed: false)
            try step.run(Array(10..<26)[...], rate: 0.001, count: 0)
            return before.reduce(into: [:]) { result, entry in
                let now = step.parameters[entry.key] ?? []
                result[entry.key] = zip(entry.value, now).reduce(0) { max($0, abs($1.0 - $1.1)) }
            }
        }
        let plain = try moved([])
        let grouped = try moved([OptimizerGroup("student/head", rate: 0.25), OptimizerGroup("student/block0", rate: 0)])
        for (path, length) in plain {
            let own = try #require(grouped[path])
            let factor: Float = path.hasPrefix("student/head") ? 0.25 : path.hasPrefix("student/block0") ? 0 : 1
            #expect(abs(own - factor * length) <= 1e-3 * length + 1e-9, "\(path): \(own) of \(length)")
        }
        #expect(try #require(plain["student/head/weight"]) > 0 && plain["student/block0/in/weight"] ?? 0 > 0)
    }
}
