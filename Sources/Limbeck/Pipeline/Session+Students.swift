import Foundation
import LimbeckDistill
import LimbeckEvaluation
import LimbeckModels

extension Session {
    /// The students of the trial that was kept, and every trial.
    struct Students {
        var conventional: Trained
        var distilled: Trained
        var trials: [Trial]
        /// Nil without a target.
        var isTargetMet: Bool?
    }

    /// Distils until the target is met or the budget spent, and trains the same student
    /// conventionally: same seed, steps and schedule.
    func students(_ teacher: Trained, labels: SoftLabels, contestants: [Contestant]) throws -> Students {
        guard let target = try recipe.until.parsed() else {
            let settings = TrialSettings()
            return try Students(
                conventional: conventional(settings, trial: 0),
                distilled: distilled(settings, teacher, labels, trial: 0), trials: [], isTargetMet: nil)
        }
        let known = try contestants.flatMap { try $0.scores(data.series, horizons: horizons, seed: Int(seed)) }
        let needsConventional = target.metrics.contains { $0.role == "conventional" }
        var loop = UntilLoop(recipe.until)
        var attempts: [(settings: TrialSettings, distilled: Trained, conventional: Trained?)] = []
        while case .attempt(let settings) = loop.next {
            let trial = loop.trials.count + 1
            observer.stage("Trial \(trial) of at most \(recipe.until.maxTrials)")
            let begin = Date()
            let student = try distilled(settings, teacher, labels, trial: trial)
            let plain = needsConventional ? try conventional(settings, trial: trial) : nil
            var scores = known
            for one in [student, plain].compactMap(\.self) {
                scores += try one.contestant.scores(data.series, horizons: horizons, seed: Int(seed))
            }
            scores += try shippedCost(student)
            let outcome = try target.evaluate(scores)
            loop.record(scores: target.measured(scores), outcome: outcome, seconds: Date().timeIntervalSince(begin))
            attempts.append((settings, student, plain))
            observer.note(outcome.description)
        }
        let best = attempts[loop.best ?? 0]
        return try Students(
            conventional: best.conventional ?? conventional(best.settings, trial: (loop.best ?? 0) + 1),
            distilled: best.distilled, trials: loop.trials, isTargetMet: loop.trials.last?.met ?? false)
    }

    private func distilled(
        _ settings: TrialSettings, _ teacher: Trained, _ labels: SoftLabels, trial: Int
    ) throws -> Trained {
        observer.stage("Distilled student: \(recipe.student.model)")
        return try train(
            .distilledStudent, "\(recipe.student.model), distilled", studentModel(settings),
            configuration(settings), recipe.objective(pipeline.losses, softWeight: settings.softWeight),
            trial: trial, labels: [labels], teacher: teacher)
    }

    private func conventional(_ settings: TrialSettings, trial: Int) throws -> Trained {
        observer.stage("The same student without a teacher")
        return try train(
            .conventionalStudent, "\(recipe.student.model), conventional", studentModel(settings),
            configuration(settings), recipe.hardObjective(pipeline.losses), trial: trial)
    }

    private func studentModel(_ settings: TrialSettings) throws -> any Model {
        try recipe.studentModel(data.context, pipeline.models, width: settings.width)
    }

    private func configuration(_ settings: TrialSettings) -> TrainingConfiguration {
        recipe.trainingConfiguration(epochs: settings.epochs, learningRate: settings.learningRate)
    }

    /// What the student's file would weigh.
    private func shippedCost(_ student: Trained) throws -> [Score] {
        let bytes = try encoded(student.forecaster).count
        return [
            Cost.bytes.score(
                Double(bytes), model: student.contestant.name, role: .distilledStudent,
                split: .validation, seed: Int(seed))
        ]
    }
}
