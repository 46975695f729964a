import LimbeckCompute
import LimbeckExport
import LimbeckModels
import LimbeckONNX
import LimbeckRuntime
import LimbeckSeries
import Testing

@Suite struct ONNXExportTests {
    /// Two readings → two hidden units with relu → one forecast, its product stored transposed.
    static var perceptron: StudentContent {
        var program = Program()
        let input = program.add(Buffer(.history, count: 2))
        let output = program.add(Buffer(.output, count: 1))
        let numbers = [4, 2, 2, 1].enumerated().map {
            program.add(Buffer(.constant, tensor: $0.offset, count: $0.element))
        }
        let hidden = program.addTemporary(count: 2)
        program.instructions = [
            .matmul(
                MatrixProduct(
                    left: input, right: numbers[0], output: hidden, bias: numbers[1], rows: 1, columns: 2,
                    depth: 2, transposeRight: true, activation: .relu)),
            .matmul(
                MatrixProduct(
                    left: hidden, right: numbers[2], output: output, bias: numbers[3], rows: 1, columns: 1,
                    depth: 2)),
        ]
        return StudentContent(
            shape: StudentShape(history: 2, horizon: 1, nodes: 1, channels: 1), program: program,
            weights: [[1, 2, -1, 1], [0.5, 0], [3, 0.5], [-1]],
            scaler: Scaler(center: [10], spread: [4]),
            windowing: Windowing(step: 3600, missing: .center),
            names: StudentNames(places: ["Queen \"Street\""]),
            card: [CardEntry("teacher", "wide"), CardEntry("scores", "a"), CardEntry("scores", "b")])
    }

    @Test func `a tiny student is twelve nodes that can be read`() throws {
        let model = try ONNXExport.model(Self.perceptron)
        #expect(
            model.graph.nodes.map(\.operation) == [
                "Abs", "LessOrEqual", "Sub", "Div", "Where", "Reshape", "Gemm", "Relu", "Gemm", "Reshape", "Mul",
                "Add",
            ])
        let weights = model.graph.initializers.filter { $0.name.hasPrefix("weight.") }
        // The transposed weight is stored as Gemm reads it; nothing unused is kept.
        #expect(weights.map(\.dimensions) == [[2, 2], [2], [2, 1], [1]])
        guard case .floats(let first) = weights[0].values else {
            Issue.record("weights are floats")
            return
        }
        #expect(first == [1, -1, 2, 1])
        #expect(model.graph.inputs.map(\.name) == ["readings", "origin"])
        #expect(model.graph.inputs.map(\.element) == [.float32, .int64])
        #expect(model.graph.inputs[0].axes == [.fixed(2), .fixed(1), .fixed(1)])
        #expect(model.graph.outputs[0].axes == [.fixed(1), .fixed(1), .fixed(1)])
        #expect(model.graph.nodes.last?.outputs == ["forecast"])
        #expect(model.opsets == ["": 17])
        #expect(model.irVersion == 8)
        let metadata = Dictionary(uniqueKeysWithValues: model.metadata.map { ($0.key, $0.value) })
        #expect(metadata["limbeck.places"] == #"["Queen \"Street\""]"#)
        #expect(metadata["card.scores"] == "a\nb")
        #expect(metadata["limbeck.units"] == nil)
    }

    @Test(arguments: ModelCatalog.standard.entries.map(\.name), -1..<ExportedEqualsTrainedTests.heads.count)
    func `every model of the catalog becomes a graph in order, without a name made twice`(_ name: String, _ head: Int)
        throws
    {
        let series = Trained.series(
            nodes: 4, offsets: [.init(instant: 0, seconds: 46_800), .init(instant: 1_700_600_400, seconds: 43_200)])
        let trained = try Trained.forecaster(series, horizon: 12, head: ExportedEqualsTrainedTests.head(head)) {
            context in
            try ModelCatalog.standard.entry(named: name).make(DefaultConfiguration(), context)
        }
        let model = try trained.onnx(series: series)
        Self.checkOrder(model)
        // A recurrent layer multiplies its input itself.
        let operations = model.graph.nodes.map(\.operation)
        if name == "recurrent" {
            #expect(operations.filter { $0 == "GRU" }.count == 1)
            #expect(model.graph.initializers.contains { $0.name.hasPrefix("recurrent.input") })
            #expect(!model.graph.initializers.contains { $0.name.hasPrefix("recurrent.gates") })
        }
        if name == "temporal" { #expect(operations.contains("Conv")) }
    }

    @Test func `a teacher of two hundred places is exported whole, and each weight once`() throws {
        let series = Trained.series(nodes: 207)
        let trained = try Trained.forecaster(series, horizon: 12) { context in
            try ModelCatalog.standard.entry(named: "graphWaveNet").make(DefaultConfiguration(), context)
        }
        let content = try trained.student(series: series, limits: ONNXExport.limits)
        let model = try ONNXExport.model(content)
        Self.checkOrder(model)
        let floats = model.graph.initializers.reduce(0) { sum, tensor in
            if case .floats(let values) = tensor.values { sum + values.count } else { sum }
        }
        let own = content.tensors.reduce(0) { $0 + $1.count }
        #expect(floats < own + 2000, "\(floats) floats in the file, \(own) in the program")
    }

    static func checkOrder(_ model: ONNXModel) {
        var known = Set(model.graph.inputs.map(\.name))
        for tensor in model.graph.initializers { #expect(known.insert(tensor.name).inserted) }
        for node in model.graph.nodes {
            for input in node.inputs where !input.isEmpty { #expect(known.contains(input), "\(node.name)") }
            for output in node.outputs where !output.isEmpty { #expect(known.insert(output).inserted) }
        }
        #expect(known.contains("forecast"))
        let used = Set(model.graph.nodes.flatMap(\.inputs))
        #expect(model.graph.initializers.allSatisfy { used.contains($0.name) })
    }

    @Test func `copies that tile their output are one concatenation, and onto zeros padding`() throws {
        func operations(_ starts: [Int], onZeros: Bool) throws -> [String] {
            var program = Program()
            let input = program.add(Buffer(.history, count: 6))
            let output = program.add(Buffer(.output, count: 12))
            let zero = program.add(Buffer(.constant, count: 1))
            if onZeros { program.instructions.append(.broadcast(Operand(zero, period: 1), output: output)) }
            for start in starts {
                program.instructions.append(
                    .copy(.part(input: input, output: output, outer: 3, inner: 2, start: start, width: 4)))
            }
            let content = StudentContent(
                shape: StudentShape(history: 6, horizon: 12, nodes: 1, channels: 1), program: program,
                weights: [[0]], scaler: Scaler(center: [0], spread: [1]),
                windowing: Windowing(step: 60, missing: .center))
            return try ONNXExport.model(content).graph.nodes.map(\.operation).filter {
                ["Concat", "Pad", "ScatterND", "Expand", "Gather"].contains($0)
            }
        }
        #expect(try operations([0, 2], onZeros: false) == ["Concat"])
        #expect(try operations([2, 0], onZeros: true) == ["Concat"])
        #expect(try operations([1], onZeros: true) == ["Pad"])
        // One over the other: by positions.
        #expect(try operations([0, 1, 2], onZeros: true).contains("Gather"))
    }

    @Test func `what cannot be written names its instruction`() throws {
        var program = Program()
        let input = program.add(Buffer(.history, count: 2))
        let output = program.add(Buffer(.output, count: 2))
        let first = program.add(Buffer(.temporary, count: 2))
        let second = program.add(Buffer(.temporary, offset: 1, count: 2))
        program.arena = 3
        program.instructions = [
            .unary(.tanh, input: input, output: first), .unary(.exponential, input: input, output: second),
            .unary(.negate, input: first, output: output),
        ]
        let content = StudentContent(
            shape: StudentShape(history: 2, horizon: 2, nodes: 1, channels: 1), program: program, weights: [],
            scaler: Scaler(center: [0], spread: [1]), windowing: Windowing(step: 60))
        let error = try #require(throws: ExportError.self) { try ONNXExport.model(content) }
        #expect(error.code == .unsupportedOperation)
        #expect(error.message.contains("#2 (unary negate)"))
    }

    @Test func `a student that is not valid is refused`() throws {
        var content = Self.perceptron
        content.weights[1] = [0.5]
        let error = try #require(throws: ExportError.self) { try ONNXExport.model(content) }
        #expect(error.code == .refused)
    }
}
