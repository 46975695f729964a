import LimbeckEvaluation
import LimbeckModels

/// What the student alone does without one source of covariates.
public struct LeftOut: Codable, Hashable, Sendable {
    /// The source, or the channel of the targets' own file.
    public var source: String
    /// Test error without it, and with all: MAE, of several channels in their deviations, or log loss.
    public var error, errorWithAll: Double
    public var unit: String
    /// Of the error.
    public var metric = "mae"

    /// The share of the error without it that it takes away; negative where it does harm.
    public var gain: Double { error > 0 ? 1 - errorWithAll / error : 0 }

    public var sentence: String {
        let unit = unit.isEmpty ? "" : " \(unit)"
        let what =
            abs(gain) < 0.005
            ? "brings nothing" : gain > 0 ? "brings \((100 * gain).fixed(1)) %" : "costs \((-100 * gain).fixed(1)) %"
        return
            "\(source) \(what): without it the student alone has \(ScoreColumn.title(of: metric)) \(error.fixed(4))\(unit), with it "
            + "\(errorWithAll.fixed(4)) (this seed)"
    }
}

extension Session {
    /// Trains the student alone without each source of covariates: same seed, budget and architecture, the source's
    /// channels at their means.
    func leaveOneOut(_ conventional: Contestant?) throws -> [LeftOut] {
        guard recipe.task.leaveOneOut, let conventional else { return [] }
        func error(_ contestant: Contestant) throws -> Double {
            try scores(contestant).first {
                $0.metric == data.problem.headline && $0.split == .test && $0.horizon == .average && $0.channel.isEmpty
            }?.value ?? .nan
        }
        let whole = try error(conventional)
        return try data.covariates.map { source in
            observer.stage("Student alone without \(source.name)")
            var hash = Fingerprint()
            try hash.add(encoded: recipe.student)
            hash.add("without \(source.name)")
            let without = try data.without(source)
            let learner = learner(
                recipe.student.model, try recipe.studentModel(data.context, pipeline.catalogs.models),
                fingerprint: hash.value,
                statistics: without.statistics)
            let (result, _) = try train(
                .conventionalStudent, learner, recipe.trainingConfiguration(),
                [Phase(objective: recipe.hardObjective(pipeline.catalogs.losses))], named: "without \(source.name)",
                checkpoint: "without-\(hash.value)", windows: without.learned)
            let forecaster = TrainedForecaster(
                name: learner.name, model: learner.model, shape: data.shape, scaler: data.windows.scaler,
                parameters: result.parameters, pool: pool, rule: data.windows.rule)
            let contestant = Contestant(
                role: .conventionalStudent, name: "without \(source.name)",
                validation: try forecaster.forecast(without.windows, origins: data.validation),
                test: try forecaster.forecast(without.windows, origins: data.test),
                planted: try without.planted.map { try forecaster.forecast($0, origins: data.test) })
            return LeftOut(
                source: source.name, error: try error(contestant), errorWithAll: whole, unit: data.problem.unit,
                metric: data.problem.headline)
        }
    }
}
