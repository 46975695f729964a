import LimbeckCompute
import LimbeckDistill
import LimbeckImport
import LimbeckModels
import LimbeckNN
import LimbeckSeries
import LimbeckTesting
import Testing

@Suite struct TrainingTests {
    @Test(arguments: ["cnn2d", "lstm", "keras-gru", "attention"])
    func `gradients of an imported model agree with finite differences`(name: String) throws {
        let fixture = try Fixture(name)
        let model = try fixture.model(name)
        let history = Fixture.canonical(fixture.input, fixture.inputShape, fixture.layout, steps: 12)
        var inputs: ModelInputs?
        let findings = GradientCheck.findings(
            mode: .inference, prepare: { _ = $0.input("history")?.update(from: history.prefix(120)) }
        ) { scope in
            let made = ModelInputs(scope.trace, shape: Fixture.shape, batch: 1)
            inputs = made
            return model(made, scope)
        }
        #expect(inputs != nil)
        #expect(findings.isEmpty, "\(findings.prefix(3))")
    }

    private func task() throws -> WindowTask {
        let columns = 10, steps = 120
        let values = (0..<steps * columns).map { index in
            Float((index / columns + index % columns) % 6) - 2.5
        }
        let series = Series(
            name: "waves", times: TimeGrid(start: 0, step: 3600, count: steps),
            places: (0..<5).map { Place(id: "p\($0)") },
            channels: [Channel(name: "a"), Channel(name: "b")], values: values,
            observed: values.map { _ in true })
        return WindowTask(
            try Windows(series, scaler: Fixture.scaler), shape: Fixture.shape, train: Array(12..<76),
            validation: Array(90..<100))
    }

    @Test func `fine-tuning starts from the file's weights, changes them and lowers the loss`() throws {
        let model = try Fixture("graphwavenet").model("graphwavenet")
        let task = try task()
        let statistics = TrainingStatistics(
            task.windows.series, scaler: Fixture.scaler, range: 0..<80, shape: Fixture.shape)
        let network = Network(name: "imported", model: model, statistics: statistics)
        func run(epochs: Int) throws -> Trainer<WindowTask>.Result {
            var configuration = TrainingConfiguration()
            (configuration.epochs, configuration.batch, configuration.learningRate) = (epochs, 64, 1e-3)
            configuration.warmup = 0
            configuration.schedule = .constant
            return try Trainer(
                task: task, configuration: configuration, objective: .plain(), seed: 1, pool: WorkerPool(workers: 1)
            ).run(network)
        }
        // One step each: the loss of the second is measured on the weights after the first.
        let result = try run(epochs: 2)
        #expect(result.history[1].loss < result.history[0].loss)
        let start = Parameters(model.declarations(Fixture.shape), seed: 0)
        let changed = start.entries.filter { $0.isTrainable && start[$0.path] != result.parameters[$0.path] }
        #expect(changed.count >= 20, "\(changed.map(\.path))")
        // Running statistics are no weights.
        for entry in start.entries where !entry.isTrainable {
            #expect(start[entry.path] == result.parameters[entry.path])
        }
    }

    @Test func `a teacher in original units is scaled around`() throws {
        let fixture = try Fixture("mlp")
        var configuration = ImportedModel.Configuration()
        (configuration.input, configuration.output) = (.original, .original)
        let scaler = Fixture.scaler
        var stretched = scaler
        stretched.center = (0..<10).map { Float($0) }
        stretched.spread = (0..<10).map { 1 + Float($0) / 4 }
        let model = try ImportedModel(
            Fixture.file("mlp"), shape: Fixture.shape, scaler: stretched, configuration: configuration)
        let history = fixture.input.enumerated().map { stretched.scaled($1, at: $0 % 10) }
        let expected = fixture.output.enumerated().map { stretched.scaled($1, at: $0 % 10) }
        #expect(closeness(model.forecast(history, batch: 3), expected, relative: 1e-4, absolute: 1e-5) == nil)
    }
}
