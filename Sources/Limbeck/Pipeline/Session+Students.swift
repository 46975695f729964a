import Foundation
import LimbeckCompute
import LimbeckDistill
import LimbeckEvaluation
import LimbeckFiles
import LimbeckModels

extension Session {
    /// The students of the trial that was kept, and every trial.
    struct Students {
        var conventional: Trained?
        var distilled: Trained?
        /// That learned beside the distilled student; nil where it was trained before.
        var teacher: Trained?
        var trials: [Trial] = []
        /// Nil without a target.
        var isTargetMet: Bool?
    }

    /// Distils until the target is met or the budget spent, and trains the same student
    /// conventionally in every trial: same seed, steps and schedule, and as many tries.
    func students(_ teachers: [Taught], labels: [SoftLabels], contestants: [Contestant]) throws -> Students {
        guard let target = try recipe.until.parsed() else {
            return try attempt(TrialSettings(), teachers, labels, trial: 0)
        }
        let readsLatency = target.metrics.contains { $0.name == Cost.latencyMicroseconds.rawValue }
        let known = try readsLatency ? [] : contestants.flatMap { try scores($0) }
        var loop = UntilLoop(recipe.until)
        let earlier = try earlierTrials()
        var attempts: [Students?] = []
        while case .attempt(let settings) = loop.next {
            let trial = loop.trials.count + 1
            observer.stage("Trial \(trial) of at most \(recipe.until.maxTrials)")
            let begin = Date()
            // A trial that an interrupted session finished counts with the time it took there.
            func seconds() -> Double {
                max(
                    Date().timeIntervalSince(begin),
                    earlier.indices.contains(trial - 1) ? earlier[trial - 1].seconds : 0)
            }
            do {
                let students = try attempt(settings, teachers, labels, trial: trial)
                let new =
                    [students.distilled, students.conventional, students.teacher].compactMap(\.?.contestant)
                    + [students.distilled?.shipped?.contestant].compactMap(\.self)
                // Whose speed matters is timed beside those it is compared with.
                let scores = try known + (readsLatency ? timed(contestants + new) : new).flatMap { try self.scores($0) }
                let outcome = try target.evaluate(scores)
                loop.record(scores: target.measured(scores), outcome: outcome, seconds: seconds())
                attempts.append(students)
                observer.note(outcome.description)
            } catch  where trial > 1 && Self.isAboutTheTrial(error) {
                loop.record(failure: "\(error)", seconds: seconds())
                attempts.append(nil)
                observer.note("trial \(trial) gave no student: \(error)")
            }
            try writeTrials(loop.trials)
        }
        guard let best = loop.best, var kept = attempts[best] else {
            throw LimbeckError(.invalidTarget, "until: no trial gave a student.")
        }
        // The conventional student may choose among all trials of the same architecture too.
        let rivals = attempts.indices.filter { loop.trials[$0].settings.width == loop.trials[best].settings.width }
            .compactMap { attempts[$0]?.conventional }
        kept.conventional = rivals.min { $0.validationError < $1.validationError } ?? kept.conventional
        kept.trials = loop.trials
        kept.isTargetMet = loop.trials[best].met
        return kept
    }

    /// Both students with one trial's settings; the conventional one first.
    private func attempt(
        _ settings: TrialSettings, _ teachers: [Taught], _ labels: [SoftLabels], trial: Int
    ) throws -> Students {
        observer.stage(Role.conventionalStudent.label(for: recipe.student.model))
        let conventional = try taught(
            .conventionalStudent, recipe, settings, [Phase(objective: recipe.hardObjective(pipeline.catalogs.losses))],
            named: "hard terms", trial: trial
        ).student
        observer.stage(Role.distilledStudent.label(for: recipe.student.model))
        var (distilled, teacher) = try taught(
            .distilledStudent, recipe, settings, recipe.phases(pipeline.catalogs, softWeight: settings.softWeight),
            named: "soft terms × \(settings.softWeight)", trial: trial, teachers, labels)
        distilled.shipped = try shipped(distilled)
        return Students(conventional: conventional, distilled: distilled, teacher: teacher)
    }

    /// A further student of the same teachers, as its part of the recipe says.
    func contestant(_ one: Plan.Contestant, _ teachers: [Taught], _ labels: [SoftLabels]) throws -> Contestant {
        observer.stage(one.role.label(for: one.recipe.student.model))
        return try taught(one.role, one.recipe, TrialSettings(), one.phases, named: one.role.rawValue, teachers, labels)
            .student.contestant
    }

    /// Trains a student, and the teacher that learns beside it where one does, and measures both.
    private func taught(
        _ role: Role, _ recipe: Recipe, _ settings: TrialSettings, _ phases: [Phase], named name: String,
        trial: Int = 0,
        _ teachers: [Taught] = [], _ labels: [SoftLabels] = []
    ) throws -> (student: Trained, teacher: Trained?) {
        let model = try recipe.studentModel(data.context, pipeline.catalogs.models, width: settings.width)
        let isAware = role != .conventionalStudent && recipe.student.quantizationAware
        var hash = Fingerprint()
        try hash.add(encoded: recipe.student)
        try hash.add(encoded: settings.width)
        hash.add(isAware ? 1 : 0)
        let learner = learner(
            recipe.student.model, isAware ? QuantizationAware(model) : model, fingerprint: hash.value)
        // A teacher that learns beside the student starts untrained.
        let live =
            role == .conventionalStudent
            ? nil
            : phases.trainTeacher
                ? plan.teachers[0].model.map { (self.learner(plan.teachers[0], $0), nil) } : teachers.first?.live
        let (result, history) = try train(
            role, learner,
            recipe.trainingConfiguration(epochs: settings.epochs, learningRate: settings.learningRate), phases,
            named: name, checkpoint: role.rawValue.replacingOccurrences(of: " ", with: "-"), trial: trial,
            labels: phases.trainTeacher ? [] : labels, teacher: live, of: recipe)
        let student = try measured(
            role, learner, result.parameters, validationError: result.validationError, history: history)
        let teacher = try result.teacher.flatMap { parameters in
            try live.map { try measured(.teacher, $0.0, parameters, validationError: .nan, history: []) }
        }
        return (student, teacher)
    }

    func scores(_ contestant: Contestant) throws -> [Score] {
        try contestant.scores(data.problem, horizons: horizons, seed: seed)
    }

    /// A setting that cannot be, or a training that came to nothing: the search goes on without.
    private static func isAboutTheTrial(_ error: any Error) -> Bool {
        switch error {
        case let error as DistillError: error.code == .notFinite || error.code == .badConfiguration
        case let error as LimbeckError: error.code == .invalidValue
        case is ModelError: true
        default: false
        }
    }

    private func writeTrials(_ trials: [Trial]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        try directory.write(Array(encoder.encode(trials)), to: .trials)
    }

    private func earlierTrials() throws -> [Trial] {
        let path = directory.path(of: .trials)
        guard isResuming, FileManager.default.fileExists(atPath: path) else { return [] }
        // Only times are taken from it: a damaged file costs them and nothing else.
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return (try? decoder.decode([Trial].self, from: Data(FileBytes.read(path)))) ?? []
    }
}
