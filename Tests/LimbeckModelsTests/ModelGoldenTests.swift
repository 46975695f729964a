import Foundation
import LimbeckCompute
import LimbeckGolden
import LimbeckModels
import LimbeckSeries
import LimbeckTesting
import Testing

/// A whole model as PyTorch computes it, trained by mean absolute error.
struct ModelReference: Decodable, Sendable {
    struct Extents: Decodable, Sendable { var history, horizon, nodes, channels, step: Int }
    var name, model: String
    var configuration: [String: Setting]
    var shape: Extents
    var batch: Int
    var graph, history, expected, output, inference: GoldenArray
    var calendar: [String: [Int32]]
    var parameters, states, gradients, assigned: GoldenArrays
    var loss: Float

    /// A number or a switch of a configuration.
    enum Setting: Codable, Sendable {
        case flag(Bool)
        case number(Double)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else {
                self = .number(try container.decode(Double.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .flag(let flag): try container.encode(flag)
            case .number(let number): try container.encode(number)
            }
        }
    }

    static func load() throws -> [ModelReference] { try Golden.load("models") }

    func build() throws -> any Model {
        let context = ModelContext(
            shape: ForecastShape(
                history: shape.history, horizon: shape.horizon, nodes: shape.nodes,
                channels: shape.channels, step: Int64(shape.step)),
            graph: Graph(nodeCount: shape.nodes, dense: graph.values))
        return try ModelCatalog.standard.entry(named: model).make(Overlay(settings: configuration), context)
    }
}

/// Defaults with some settings laid over them.
struct Overlay: ConfigurationSource {
    var settings: [String: ModelReference.Setting]

    func configuration<C: Codable & Sendable>(_ defaults: C) throws -> C {
        var table = try JSONDecoder().decode(
            [String: ModelReference.Setting].self, from: JSONEncoder().encode(defaults))
        table.merge(settings) { _, mine in mine }
        return try JSONDecoder().decode(C.self, from: JSONEncoder().encode(table))
    }
}

@Suite struct ModelGoldenTests {
    @Test(arguments: [1, 2])
    func `the teacher's and the student's forward and gradient agree with PyTorch`(workers: Int) throws {
        let references = try ModelReference.load()
        #expect(references.count == 4)
        for reference in references {
            let (executable, parameters) = try Self.executable(reference, mode: .training, workers: workers)
            #expect(parameters.set(reference.parameters.merging(reference.states) { a, _ in a }) == [])
            executable.run()
            let findings =
                executable.findings("output", reference.output)
                + executable.findings("loss", GoldenArray(shape: [], values: [reference.loss]))
                + executable.gradientFindings(reference.gradients)
                + parameters.findings(reference.assigned)
            #expect(findings == [], "\(reference.name)")
        }
    }

    @Test func `inference agrees with PyTorch's evaluation mode`() throws {
        for reference in try ModelReference.load() {
            let (executable, parameters) = try Self.executable(reference, mode: .inference, workers: 2)
            #expect(parameters.set(reference.parameters.merging(reference.states) { a, _ in a }) == [])
            executable.run()
            #expect(executable.findings("output", reference.inference) == [], "\(reference.name)")
        }
    }

    @Test func `references of a training and an inference pass cannot be mistaken for one another`() throws {
        for reference in try ModelReference.load() where !reference.assigned.isEmpty {
            #expect(closeness(reference.output.values, reference.inference.values) != nil)
        }
    }

    static func executable(
        _ reference: ModelReference, mode: Scope.Mode, workers: Int
    ) throws -> (Executable, Parameters) {
        let model = try reference.build()
        let trace = Trace()
        let shape = reference.shape
        let inputs = ModelInputs(
            trace,
            shape: ForecastShape(
                history: shape.history, horizon: shape.horizon, nodes: shape.nodes,
                channels: shape.channels, step: Int64(shape.step)), batch: reference.batch)
        let output = model(inputs, Scope(trace, mode: mode))
        trace.output("output", output)
        #expect(output.shape.extents == reference.output.shape)
        let expected = trace.constant(reference.expected.values, Shape(reference.expected.shape))
        let loss = abs(output - expected).mean()
        trace.output("loss", loss)
        trace.differentiate(loss)
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: workers))
        _ = executable.input("history")?.update(from: reference.history.values)
        for name in executable.inputNames where name != "history" {
            let values = try #require(reference.calendar[name], "no reference for \(name)")
            _ = executable.indices(name)?.update(from: values)
        }
        return (executable, parameters)
    }
}
