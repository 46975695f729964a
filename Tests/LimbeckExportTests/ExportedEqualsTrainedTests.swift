import LimbeckData
import LimbeckEvaluation
import LimbeckExport
import LimbeckModels
import LimbeckNN
import LimbeckRuntime
import LimbeckSeries
import Testing

@Suite struct ExportedEqualsTrainedTests {
    static let offsets = [
        LocalTime.Offset(instant: 0, seconds: 46_800),
        LocalTime.Offset(instant: 1_700_600_400, seconds: 43_200),
    ]

    static let models: [(name: String, make: @Sendable (ModelContext) throws -> any Model)] = [
        ("stid", { STID(smaller(STID.Configuration()) { $0.width = 8 }, $0) }),
        (
            "graphMixer",
            { GraphMixer(smaller(GraphMixer.Configuration()) { ($0.width, $0.rank) = (8, 3) }, $0) }
        ),
        (
            "graphMixer without a graph",
            {
                GraphMixer(
                    smaller(GraphMixer.Configuration()) {
                        ($0.width, $0.rank, $0.usesDistances) = (8, 3, false)
                    }, $0)
            }
        ),
        (
            "the last value beside the blocks",
            { STID(smaller(STID.Configuration()) { ($0.width, $0.lastValue) = (8, true) }, $0) }
        ),
        ("linear", { LinearForecast(LinearForecast.Configuration(), $0) }),
        ("graphWaveNet", { waveNet(embeddings: false, $0) }),
        ("graphWaveNet with embeddings", { waveNet(embeddings: true, $0) }),
        ("recurrent", { Recurrent(smaller(Recurrent.Configuration()) { $0.units = 9 }, $0) }),
        (
            "two layers of LSTM",
            {
                Recurrent(
                    smaller(Recurrent.Configuration()) { ($0.cell, $0.units, $0.layers) = (.lstm, 8, 2) }, $0)
            }
        ),
        ("temporal", { TemporalNetwork(smaller(TemporalNetwork.Configuration()) { $0.width = 8 }, $0) }),
        (
            "temporal, dense kernels",
            {
                TemporalNetwork(
                    smaller(TemporalNetwork.Configuration()) { ($0.width, $0.depthwise) = (8, false) }, $0)
            }
        ),
        (
            "grid",
            { try GridNetwork(smaller(GridNetwork.Configuration()) { ($0.rows, $0.width) = (2, 8) }, $0) }
        ),
        (
            "an ensemble",
            {
                Ensemble(STID(smaller(STID.Configuration()) { $0.width = 8 }, $0), count: 2)
            }
        ),
    ]

    static func smaller<C>(_ configuration: C, _ change: (inout C) -> Void) -> C {
        var configuration = configuration
        change(&configuration)
        return configuration
    }

    static func waveNet(embeddings: Bool, _ context: ModelContext) -> GraphWaveNet {
        GraphWaveNet(
            smaller(GraphWaveNet.Configuration()) {
                ($0.residual, $0.skip, $0.end) = (6, 10, 12)
                ($0.rank, $0.embeddings) = (3, embeddings)
            }, context)
    }

    static let heads: [(name: String, make: @Sendable () throws -> any Head)] = [
        ("quantiles", { try QuantileHead(levels: [0.1, 0.25, 0.5, 0.9]) }),
        ("gaussian", { try GaussianHead(levels: [0.1, 0.25, 0.5, 0.9]) }),
        ("labels", { LabelHead(shares: [0.02, 0.5, 0.7]) }),
        ("anomalies", { LabelHead(shares: [0.02]) }),
        ("classes", { ClassHead(shares: [0.1, 0.6, 0.3]) }),
    ]

    /// -1 is values.
    static func head(_ index: Int) throws -> any Head { index < 0 ? PointHead() : try heads[index].make() }

    /// What is known of places is part of the file, and quantiles are stretched there too.
    @Test(arguments: 0..<models.count)
    func `a file knows its places and how far its quantiles are stretched`(_ index: Int) throws {
        var series = Trained.series(nodes: 4, channels: 2), facts = PlaceFacts()
        facts.names = ["height", "use=road"]
        facts.values = [-1, 0.5, 0, -1, 0.25, 0.5, 1, 0]
        series.facts = facts
        let (name, make) = Self.models[index]
        for head in [try QuantileHead(levels: [0.1, 0.5, 0.9]), try GaussianHead(levels: [0.2, 0.5, 0.8])] as [any Head]
        {
            let raw = try Trained.forecaster(series, outputs: 1, head: head, make)
            let stretch = Stretch(below: [1, 2, 0.5, 3, 1.5], above: [1.5, 0.25, 1, 2, 4])
            let trained = raw.stretched(stretch)
            let origins = Array(150..<170)
            let plain = try raw.forecast(series, origins: origins),
                expected = try trained.forecast(series, origins: origins)
            let predicted = try StudentForecaster(bytes: StudentFile.encode(trained.student(series: series)))
                .forecast(series, origins: origins)
            let range = (expected.values.max() ?? 0) - (expected.values.min() ?? 0)
            for (index, (a, b)) in zip(expected.values, predicted.values).enumerated() {
                guard abs(a - b) <= 2e-5 * range else {
                    Issue.record("\(name): \(a) against \(b) at \(index)")
                    return
                }
            }
            // Medians stay, and what lies outside moves. (Scaled values, since a transform may be undone after.)
            for median in stride(from: 1, to: plain.values.count, by: 3) {
                #expect(plain.values[median] == expected.values[median])
            }
            #expect(plain.values != expected.values)
        }
    }

    /// Every architecture answers every question, on a device as where it was trained.
    @Test(arguments: 0..<models.count, 0..<heads.count)
    func `an exported answer equals the trained one`(_ index: Int, _ head: Int) throws {
        let series = Trained.series(nodes: 4, channels: 3), (name, make) = Self.models[index]
        // Who looks for anomalies is told of readings that stand still.
        let isWatching = Self.heads[head].name == "anomalies"
        let trained = try Trained.forecaster(series, outputs: 2, head: Self.heads[head].make()) {
            isWatching ? StillnessAware(try make($0)) : try make($0)
        }
        let names = isWatching ? ["a"] : ["a", "b", "c"]
        let file = try trained.student(series: series, labels: names)
        let exported = try StudentForecaster(bytes: StudentFile.encode(file))
        let origins = Array(150..<200)
        let expected = try trained.forecast(series, origins: origins)
        let predicted = try exported.forecast(series, origins: origins)
        #expect(expected.channelCount == predicted.channelCount && expected.horizon == predicted.horizon)
        let range = (expected.values.max() ?? 0) - (expected.values.min() ?? 0)
        for (a, b) in zip(expected.values, predicted.values) {
            guard abs(a - b) <= 2e-5 * range else {
                Issue.record("\(name), \(Self.heads[head].name): \(a) against \(b)")
                return
            }
        }
        switch trained.shape.head.output {
        case .quantiles(let levels), .gaussian(let levels):
            #expect(exported.shape.targets == [0, 0, 0, 0, 1, 1, 1, 1])
            // No quantile lies beyond the next, whatever the weights are.
            let crossed = stride(from: 0, to: predicted.values.count, by: levels.count).contains { first in
                (1..<levels.count).contains { predicted.values[first + $0] < predicted.values[first + $0 - 1] }
            }
            #expect(!crossed)
        case .labels, .classes:
            #expect(exported.labelNames == names && exported.shape.task == .classify)
            #expect(predicted.values.allSatisfy { $0 >= 0 && $0 <= 1 })
            if trained.shape.head.output == .classes {
                let sums = stride(from: 0, to: predicted.values.count, by: 3).map {
                    predicted.values[$0..<$0 + 3].reduce(0, +)
                }
                #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
            }
        case .values: break
        }
    }

    @Test(arguments: ProfileForm.allCases, [[.day], [.day, .week], [.day, .week, .year]] as [Seasons])
    func `a profile is looked up on a device in every form`(_ form: ProfileForm, _ seasons: Seasons) throws {
        let series = Trained.series(nodes: 4, channels: 3, steps: 1500, step: 900, offsets: Self.offsets)
        let trained = Trained.forecaster(series, outputs: 2, seasons: seasons, form: form) {
            STID(Self.smaller(STID.Configuration()) { $0.width = 8 }, $0)
        }
        let exported = try StudentForecaster(bytes: trained.studentFile(series: series))
        let origins = Array(stride(from: 100, to: 1400, by: 7))
        let expected = try trained.forecast(series, origins: origins).values
        let predicted = try exported.forecast(series, origins: origins).values
        let range = (expected.max() ?? 0) - (expected.min() ?? 0)
        #expect(zip(expected, predicted).allSatisfy { abs($0 - $1) <= 1e-5 * range })
    }

    @Test(arguments: 0..<models.count, [LocalTime.Clock.utc, .local])
    func `an exported forecast equals the trained one at every hour of the week`(
        _ index: Int, _ clock: LocalTime.Clock
    ) throws {
        let (name, make) = Self.models[index]
        // The last: one target and two past covariates.
        for (channels, outputs) in [(1, 1), (2, 2), (3, 1)] {
            let series = Trained.series(
                nodes: 4, channels: channels, clock: clock,
                offsets: clock == .utc ? Self.offsets : [])
            let trained = try Trained.forecaster(series, outputs: outputs, make)
            let exported = try StudentForecaster(bytes: trained.studentFile(series: series))
            // Across the change of the offset, and past the end of the readings.
            let origins = Array(150..<320) + [series.times.count - trained.horizon]
            let expected = try trained.forecast(series, origins: origins).values
            let predicted = try exported.forecast(series, origins: origins).values
            let finite = expected.allSatisfy { $0.isFinite }
            #expect(finite)
            #expect(expected.count == predicted.count)
            #expect(expected.count == origins.count * trained.horizon * 4 * outputs)
            let range = (expected.max() ?? 0) - (expected.min() ?? 0)
            #expect(range > 1, "\(name): a forecast that hardly changes shows nothing")
            let difference = zip(expected, predicted).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= 1e-4 * range, "\(name): off by \(difference) of \(range)")
        }
    }

    @Test(
        arguments: 0..<models.count,
        [[], .day, .year, [.week, .year], [.day, .week, .year]] as [Seasons])
    func `a profile of any seasons is exported as trained`(_ index: Int, _ seasons: Seasons) throws {
        let (name, make) = Self.models[index]
        // Two years, a step every 18 hours.
        let series = Trained.series(nodes: 4, steps: 980, step: 64_800)
        let trained = try Trained.forecaster(series, seasons: seasons, make)
        let exported = try StudentForecaster(bytes: trained.studentFile(series: series))
        let origins = Array(stride(from: 12, to: 975, by: 7))
        let expected = try trained.forecast(series, origins: origins).values
        let predicted = try exported.forecast(series, origins: origins).values
        let range = (expected.max() ?? 0) - (expected.min() ?? 0)
        let difference = zip(expected, predicted).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference <= 1e-4 * range, "\(name), \(seasons.names): off by \(difference) of \(range)")
    }

    @Test(arguments: ["forward", "mean", "median", "seasonal", "spatial"], [Scaler.Transform.identity, .squareRoot])
    func `a forecast from readings with gaps is the one that was trained, whatever fills them`(
        _ name: String, _ transform: Scaler.Transform
    ) throws {
        let imputer = try ImputerCatalog.standard.entry(named: name).make()
        for (channels, offsets) in [(1, []), (2, Self.offsets)] {
            let readings = Trained.gapped(Trained.series(nodes: 4, channels: channels, offsets: offsets))
            let rule = try #require(try imputer.rule(readings, fittedOn: 0..<300))
            let filled = try imputer.impute(readings, fittedOn: 0..<300).series
            var trained = try Trained.forecaster(filled, rule: rule, Self.models[0].make)
            var scaler = trained.scaler
            scaler.transform = transform
            trained = TrainedForecaster(
                name: "small", model: trained.model, shape: trained.shape, scaler: scaler,
                parameters: trained.parameters, pool: trained.pool, rule: rule)
            let bytes = try trained.studentFile(series: filled)
            let exported = try StudentForecaster(bytes: bytes)
            let content = try StudentFile.decode(bytes)
            #expect(content.windowing.missing == rule.missing && content.filling == rule.filling)
            let origins = Array(stride(from: 12, to: 490, by: 3))
            let expected = try trained.forecast(filled, origins: origins).values
            let predicted = try exported.forecast(readings, origins: origins).values
            let range = (expected.max() ?? 0) - (expected.min() ?? 0)
            let difference = zip(expected, predicted).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= 1e-4 * range, "\(name), \(channels) channels: off by \(difference) of \(range)")
        }
    }

    @Test func `a step that divides no day still has its hours`() throws {
        let series = Trained.series(nodes: 3, step: 5000)
        let trained = try Trained.forecaster(series, Self.models[0].make)
        let exported = try StudentForecaster(bytes: trained.studentFile(series: series))
        let expected = try trained.forecast(series, origins: [20, 333]).values
        let predicted = try exported.forecast(series, origins: [20, 333]).values
        let range = (expected.max() ?? 0) - (expected.min() ?? 0)
        for (a, b) in zip(expected, predicted) { #expect(abs(a - b) <= 1e-4 * range) }
    }

    @Test func `the calendar of the file is used, not only its readings`() throws {
        let series = Trained.series(nodes: 4)
        let trained = try Trained.forecaster(series, Self.models[0].make)
        let student = try Student(trained.student(series: series))
        let history = Array(series.values[0..<student.shape.inputCount])
        let monday = try student.predict(history: history, at: series.times.instant(12))
        let later = try student.predict(history: history, at: series.times.instant(13))
        #expect(monday.values != later.values)
    }
}
