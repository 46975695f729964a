import ArgumentParser
import Limbeck
import LimbeckData
import LimbeckEvaluation
import LimbeckExport
import LimbeckModels
import LimbeckSeries

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Score a student on data, beside persistence.",
        discussion: """
            Every window whose target lies in the last --share of the data counts; cells that were \
            not measured do not.
            """)

    @Argument(help: "A .limbeck file.")
    var student: String

    @OptionGroup var data: DataOptions

    @Option(help: "Share of the data, from its end, to score on.")
    var share = 0.2

    @Flag(help: "Print as JSON, in the format of scores.json.")
    var json = false

    func validate() throws {
        guard share > 0, share <= 1 else {
            throw ValidationError("--share is \(share); give more than 0 and at most 1.")
        }
    }

    func run() throws {
        let forecaster = try StudentForecaster(path: student)
        let series = try forecaster.arranged(data.load().series)
        let first = Int(Double(series.times.count) * (1 - share))
        let origins: [Int]
        do {
            origins = try WindowSampler.origins(
                in: first..<series.times.count, named: "scored", history: forecaster.history,
                horizon: forecaster.horizon)
        } catch let error as DataError {
            throw Failure(code: 1, message: "\(data.input): \(error.message)")
        }
        let filled = try ImputerCatalog.standard.entry(named: "forward").make()
            .impute(series, fittedOn: 0..<max(1, first)).series
        let horizons = [1, 3, 6, 12].filter { $0 <= forecaster.horizon }
        let scorer = ForecastScorer(horizons: horizons)
        var scores: [Score] = []
        let models: [(Role, any Forecaster)] = [
            (.persistence, Persistence(horizon: forecaster.horizon)), (.distilledStudent, forecaster),
        ]
        for (role, model) in models {
            scores += try scorer.scores(
                model.forecast(filled, origins: origins), against: filled, model: model.name,
                role: role, split: .test, seed: 0)
        }
        let all = Scores(scores)
        try Console.print(json ? all.json : Comparison(all).table())
    }
}
