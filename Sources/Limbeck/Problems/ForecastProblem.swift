import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// What will be measured over the horizon: values, or their quantiles.
struct ForecastProblem: Problem {
    /// Imputed; its mask says what was measured.
    let truth: Series
    /// Of `truth` the channels that are forecast.
    let outputs: Int
    /// σ of each channel on the training part, in which errors over several channels are told.
    let deviations: [Double]
    /// Of quantiles, ½ among them; empty for values.
    let levels: [Double]
    let head: any Head
    /// Quantiles are stretched by what validation says.
    let stretches: Bool
    /// Asked for besides.
    let metrics: [any Metric]

    var labels: Labels? { nil }
    var headline: String { "mae" }
    var unit: String { outputs == 1 ? truth.channels[0].unit : "σ" }
    var trainingMetric: String { levels.isEmpty ? "mae" : "crps" }

    /// Of the values; constant data has none, its size then.
    var range: Double {
        let values = truth.keeping(channels: Array(0..<outputs)).values
        let lowest = values.min() ?? 0, highest = values.max() ?? 0
        return highest > lowest ? Double(highest - lowest) : max(1, Double(abs(highest)))
    }

    func baselines(
        _ context: BaselineContext, _ catalogs: Catalogs, tell: (Role) -> Void
    ) throws -> [(role: Role, forecaster: any Forecaster)] {
        try fitted(catalogs.baselines, context, tell: tell).map { role, base in
            guard !levels.isEmpty else { return (role, base) }
            return (
                role,
                try ResidualQuantiles(
                    base, context.series, training: context.training, history: context.history, levels: levels)
            )
        }
    }

    func scores(_ contestant: Contestant, horizons: [Int], seed: Int) throws -> [Score] {
        let scorer = ForecastScorer(
            metrics: ForecastScorer.standard + metrics, horizons: horizons, deviations: deviations)
        let quantiles = QuantileScorer(levels: levels, horizons: horizons, deviations: deviations)
        return try [(ScoreSplit.validation, contestant.validation), (.test, contestant.test)].flatMap { split, answer in
            try scorer.scores(
                drawn(answer), against: truth, model: contestant.name, role: contestant.role, split: split, seed: seed)
                + (answer.channelCount == outputs
                    ? []
                    : quantiles.scores(
                        answer, against: truth, model: contestant.name, role: contestant.role, split: split, seed: seed))
        }
    }

    func stretch(_ validation: Forecast, against truth: Series?) -> Stretch? {
        guard stretches, !levels.isEmpty, validation.channelCount > outputs else { return nil }
        return Stretch(
            calibrating: validation, against: truth ?? self.truth, levels: levels, isSymmetric: head is GaussianHead)
    }

    func breakdown(_ contestant: Contestant) throws -> ErrorBreakdown {
        try ErrorBreakdown(drawn(contestant.test), against: truth, deviations: deviations)
    }

    /// The medians.
    func drawn(_ answer: Forecast) -> Forecast {
        answer.level(0.5, of: levels, outputs: outputs)
    }

    func card(_ contestant: Contestant) throws -> [(key: String, value: String)] {
        levels.isEmpty ? [] : [("quantiles", levels.map { "\($0)" }.joined(separator: " "))]
    }

    func sampled(_ origins: [Int], _ sampling: Recipe.Training.Sampling) -> [Int] { origins }

    func outputs(_ answer: Forecast, _ data: PreparedData) -> [Float] {
        answer.values.enumerated().map { data.windows.scaler.scaled($1, at: data.shape.answerEntry($0)) }
    }
}
