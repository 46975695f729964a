import ArgumentParser
import Limbeck
import LimbeckData
import LimbeckEvaluation
import LimbeckExport
import LimbeckFiles
import LimbeckModels
import LimbeckSeries

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Score a student on data, beside persistence.",
        discussion: """
            Every window whose target lies in the last --share of the data counts; cells that were \
            not measured do not. A run's folder stands for its student.
            """)

    @Argument(help: "A .limbeck file, or the folder of the run that made it.")
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
        let path = try StudentPath.file(student)
        let forecaster = try StudentForecaster(path: path)
        guard forecaster.shape.task == .forecast else {
            throw Failure(
                code: 1,
                message:
                    "\(student): tells labels (\(forecaster.labelNames?.joined(separator: ", ") ?? "")), which new data "
                    + "does not hold; limbeck run scores them, and limbeck forecast tells them of new data.")
        }
        let series = try forecaster.arranged(data.load(for: forecaster).series)
        let first = Int(Double(series.times.count) * (1 - share))
        let origins: [Int]
        do {
            origins = try WindowSampler.origins(
                in: first..<series.times.count, named: "scored", history: forecaster.history,
                horizon: forecaster.horizon)
        } catch let error as DataError {
            throw Failure(code: 1, message: "\(data.input): \(error.message)")
        }
        let read = first..<series.times.count
        if let finding = PlausibilityCheck.finding(series, scaler: forecaster.scaler, in: read) {
            Console.warn(finding)
        }
        let filled = try ImputerCatalog.standard.entry(named: "forward").make()
            .impute(series, fittedOn: 0..<max(1, first)).series
        let horizons = Set([1, 3, 6, 12, forecaster.horizon]).filter { $0 <= forecaster.horizon }.sorted()
        let scorer = ForecastScorer(horizons: horizons)
        var scores: [Score] = []
        let levels = forecaster.quantiles, outputs = forecaster.shape.outputs / max(1, levels.count)
        let persistence = Persistence(horizon: forecaster.horizon, outputs: outputs)
        let name = forecaster.card.first { $0.key == "student" }?.value ?? ""
        let models: [(Role, String, any Forecaster)] = [
            (.persistence, persistence.name, persistence),
            (.distilledStudent, name.isEmpty ? "student" : name, forecaster),
        ]
        for (role, name, model) in models {
            // The student does about gaps what its file says.
            let readings = role == .persistence ? filled : series.withGaps
            let forecast = try model.forecast(readings, origins: origins)
            scores += try scorer.scores(
                forecast.level(0.5, of: levels, outputs: outputs), against: filled, model: name, role: role,
                split: .test, seed: 0)
            if forecast.channelCount > outputs {
                scores += QuantileScorer(levels: levels, horizons: horizons, deviations: filled.channelDeviations())
                    .scores(forecast, against: filled, model: name, role: role, split: .test, seed: 0)
            }
        }
        let costs: [(Cost, Int)] = [
            (.parameters, forecaster.cost.parameters), (.flops, forecaster.cost.flops),
            (.bytes, try FileBytes.read(path).count),
        ]
        scores += costs.map {
            $0.score(Double($1), model: models[1].1, role: .distilledStudent, split: .test, seed: 0)
        }
        let all = Scores(scores)
        if json { return try Console.print(all.json) }
        try Console.print(Comparison(all).table())
        try Console.print(
            "\nScored on \(grouped(origins.count)) forecast\(origins.count == 1 ? "" : "s") in the last "
                + "\((100 * share).significant) % of \(data.input): "
                + "\(TimeText.stamp(series.times, first)) to \(TimeText.stamp(series.times, series.times.count - 1)).")
    }
}
