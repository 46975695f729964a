import LimbeckImport
import LimbeckTesting
import Testing

struct ParityTests {
    @Test("An imported model forecasts as it does where it was trained", arguments: Fixture.names)
    func parity(_ name: String) throws {
        let fixture = try Fixture(name)
        let model = try fixture.model(name)
        let history = Fixture.canonical(fixture.input, fixture.inputShape, fixture.layout, steps: 12)
        let expected = Fixture.canonical(fixture.output, fixture.outputShape, fixture.outputLayout, steps: 4)
        #expect(closeness(model.forecast(history, batch: 3), expected, relative: 1e-4, absolute: 1e-5) == nil)
    }

    @Test("Layouts that only fit one way need not be written", arguments: ["mlp", "cnn2d", "stgcn", "keras-lstm"])
    func layoutsAreFound(_ name: String) throws {
        let fixture = try Fixture(name)
        let found = try ImportedModel(
            Fixture.file(name), shape: Fixture.shape, scaler: Fixture.scaler)
        #expect(found.inputLayout.description == fixture.layout)
        #expect(found.outputLayout.description == fixture.outputLayout)
    }
}
