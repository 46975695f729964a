public import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// What a run found.
public struct RunResult {
    public var directory: RunDirectory
    public var scores: Scores
    public var trials: [Trial]
    /// Nil when there was no target.
    public var isTargetMet: Bool?
    /// Largest difference between the shipped student's forecast and the trained one's, and the
    /// range of the values it is to be read against.
    public var shippedDifference: (largest: Double, range: Double)?
    public var verdict: String
    public var reportPath: String
    public var studentPath: String
    public var comparison: String
    /// What is doubtful about the run: a teacher that could not be scored, or is worse than persistence.
    public var warnings: [String]
    /// What each source of covariates brings, where `task.leaveOneOut` asks.
    public var leftOut: [LeftOut] = []
}

/// One model of a comparison with everything that was measured of it.
struct Contestant {
    var role: Role
    var name: String
    var validation: Forecast
    var test: Forecast
    /// Of windows of both parts in which faults are planted; nil where the task plants none.
    var plantedValidation: Forecast?
    var planted: Forecast?
    /// Nil where only the forecasts are known.
    var parameters: Int?
    var flops: Int?
    var bytes: Int?
    var latencyMicroseconds: Double?
    /// Makes one forecast; nil where only the forecasts are known.
    var timing: (() throws -> Void)?
    var history: [TrainingEvent] = []

    /// Scores of both parts, and costs.
    func scores(_ problem: any Problem, horizons: [Int], seed: Int) throws -> [Score] {
        var scores = try problem.scores(self, horizons: horizons, seed: seed)
        for split in [ScoreSplit.validation, .test] {
            let known: [(Cost, Double?)] = [
                (.parameters, parameters.map(Double.init)), (.flops, flops.map(Double.init)),
                (.latencyMicroseconds, latencyMicroseconds), (.bytes, bytes.map(Double.init)),
            ]
            let costs = known.compactMap { cost, value in value.map { (cost, $0) } }
            scores += costs.map { $0.score($1, model: name, role: role, split: split, seed: seed) }
        }
        return scores
    }
}
