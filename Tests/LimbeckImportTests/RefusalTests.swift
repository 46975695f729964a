import LimbeckImport
import LimbeckModels
import LimbeckONNX
import Testing

@Suite struct RefusalTests {
    /// `x [batch, 12, 5, 2]` through nodes to `y`.
    private func graph(_ nodes: [ONNXNode], _ initializers: [ONNXTensor] = []) -> ONNXModel {
        var file = ONNXModel()
        file.graph.inputs = [
            ONNXValueInfo("x", .float32, [.named("batch"), .fixed(12), .fixed(5), .fixed(2)])
        ]
        file.graph.outputs = [ONNXValueInfo("y", .float32, [])]
        file.graph.nodes = nodes
        file.graph.initializers = initializers
        return file
    }

    private func refusal(_ file: ONNXModel, _ shape: ForecastShape = Fixture.shape) -> ImportError? {
        do {
            _ = try ImportedModel(file, shape: shape, scaler: Fixture.scaler)
            return nil
        } catch { return error as? ImportError }
    }

    @Test func `one error lists every unsupported operation with its node`() throws {
        let inner = { () -> ONNXGraph in
            var graph = ONNXGraph()
            graph.nodes = [ONNXNode("Bernoulli", name: "inside", inputs: ["x"], outputs: ["z"])]
            return graph
        }()
        let error = refusal(
            graph([
                ONNXNode("NonZero", name: "first", inputs: ["x"], outputs: ["a"]),
                ONNXNode("Relu", name: "fine", inputs: ["x"], outputs: ["b"]),
                ONNXNode("TopK", inputs: ["b"], outputs: ["c"]),
                ONNXNode("If", inputs: ["b"], outputs: ["y"], attributes: ["then_branch": .graph(inner)]),
            ]))
        #expect(error?.code == .unsupported)
        #expect(
            error?.message
                == "These operations are not supported: NonZero \"first\", TopK \"c\", Bernoulli \"inside\". Export the model without them."
        )
    }

    /// `x` less `share` of its mean over the batch axis, to the last five steps as they come.
    private func minusMean(_ share: Float) -> ONNXModel {
        graph(
            [
                ONNXNode("ReduceMean", inputs: ["x"], outputs: ["mean"], attributes: ["axes": .integers([0])]),
                ONNXNode("Mul", inputs: ["mean", "share"], outputs: ["part"]),
                ONNXNode("Sub", inputs: ["x", "part"], outputs: ["apart"]),
                ONNXNode("Slice", inputs: ["apart", "first", "end", "axis"], outputs: ["y"]),
            ],
            [
                ONNXTensor("share", [1], floats: [share]), ONNXTensor("first", [1], integers: [-4]),
                ONNXTensor("end", [1], integers: [.max]), ONNXTensor("axis", [1], integers: [1]),
            ])
    }

    @Test(arguments: [1, 0.01] as [Float])
    func `a file whose forecast depends on the other windows of a batch is refused`(share: Float) {
        let shape = ForecastShape(history: 12, horizon: 4, nodes: 5, channels: 2, step: 300)
        let error = refusal(minusMean(share), shape)
        #expect(error?.code == .unsupported)
        #expect(
            error?.message.contains("when another window is computed beside it") == true, "\(error?.message ?? "taken")"
        )
        #expect(ImportSummary(minusMean(share)).refusal(minusMean(share))?.contains("another window") == true)
        // The same without the mean is taken.
        #expect(refusal(minusMean(0), shape) == nil)
        #expect(ImportSummary(minusMean(0)).refusal(minusMean(0)) == nil)
    }

    @Test func `two inputs are refused at import by their names`() {
        var file = graph([ONNXNode("Add", inputs: ["x", "z"], outputs: ["y"])])
        file.graph.inputs.append(ONNXValueInfo("z", .float32, [.named("batch"), .fixed(12), .fixed(5), .fixed(2)]))
        #expect(ImportSummary(file).refusal(file)?.contains("2 inputs (x, z)") == true)
        #expect(refusal(file)?.message == ImportSummary(file).refusal(file))
    }

    @Test func `cycles, missing values and repeated names are refused`() throws {
        let cycle = refusal(
            graph([
                ONNXNode("Add", name: "a", inputs: ["x", "q"], outputs: ["p"]),
                ONNXNode("Relu", name: "b", inputs: ["p"], outputs: ["q"]),
            ]))
        #expect(cycle?.code == .malformed)
        #expect(cycle?.message.contains("Add \"a\" reads \"q\"") == true)
        #expect(refusal(graph([]))?.message.contains("output \"y\"") == true)
        let twice = [ONNXTensor("w", [1], floats: [1]), ONNXTensor("w", [2], floats: [1, 2])]
        #expect(refusal(graph([ONNXNode("Relu", inputs: ["x"], outputs: ["y"])], twice))?.code == .malformed)
        var none = graph([ONNXNode("Relu", inputs: ["x"], outputs: ["y"])])
        none.graph.inputs = []
        #expect(refusal(none)?.code == .unsupported)
    }

    @Test(arguments: [
        ("Expand", [Int64](arrayLiteral: 1 << 40, 12, 5, 2)), ("Tile", [1, 1 << 40, 1 << 40, 1]),
        ("Tile", [1, -3, 1, 1]), ("Reshape", [-1, -1, 2, 2]), ("Reshape", [-7, 3]), ("Reshape", [.max, .max]),
        ("Slice", [.min, .max, 0, 1]), ("Gather", [99]), ("Expand", [0]), ("Tile", []),
        ("Pad", [.max, 0, 0, 0, .max, 0, 0, 0]), ("Pad", [0, -99, 0, 0, 0, 0, 0, 0]),
        ("Unsqueeze", [9, 9]), ("Squeeze", [1]), ("ReduceSum", [4]), ("Split", [-1, 3]),
    ])
    func `absurd shapes are refused`(operation: String, numbers: [Int64]) throws {
        let file = graph(
            [ONNXNode(operation, name: "odd", inputs: ["x", "n"], outputs: ["y"])],
            [ONNXTensor("n", [numbers.count], integers: numbers)])
        let error = refusal(file)
        #expect(error != nil)
        if error?.code == .malformed { #expect(error?.message.contains("odd") == true, "\(String(describing: error))") }
    }

    @Test func `endless ranges and loops are refused`() throws {
        let bounds = [
            ONNXTensor("a", [], integers: [0]), ONNXTensor("b", [], integers: [.max]),
            ONNXTensor("c", [], integers: [1]), ONNXTensor("zero", [], integers: [0]),
        ]
        for step in ["c", "zero"] {
            let nodes = [
                ONNXNode("Range", name: "long", inputs: ["a", "b", step], outputs: ["r"]),
                ONNXNode("Add", inputs: ["x", "r"], outputs: ["y"]),
            ]
            #expect(refusal(graph(nodes, bounds))?.message.contains("does not end") == true)
        }
        var body = ONNXGraph()
        body.inputs = [
            ONNXValueInfo("i", .int64, []), ONNXValueInfo("on", .bool, []), ONNXValueInfo("h", .float32, []),
        ]
        body.outputs = [ONNXValueInfo("on", .bool, []), ONNXValueInfo("g", .float32, [])]
        body.nodes = [ONNXNode("Relu", inputs: ["h"], outputs: ["g"])]
        let loop = ONNXNode(
            "Loop", name: "round", inputs: ["b", "c", "x"], outputs: ["y"], attributes: ["body": .graph(body)])
        #expect(refusal(graph([loop], bounds))?.message.contains("rounds") == true)
    }

    @Test func `a layout that is not clear asks for one of the choices`() throws {
        var file = try Fixture.file("mlp")
        file.graph.inputs = [ONNXValueInfo("x", .float32, [.named("a"), .named("b"), .named("c"), .named("d")])]
        let error = refusal(file)
        #expect(error?.code == .ambiguous)
        #expect(error?.message.contains("BTNC") == true && error?.message.contains("set layout to one of them") == true)
        let wrong = refusal(
            try Fixture.file("mlp"), ForecastShape(history: 9, horizon: 4, nodes: 5, channels: 2, step: 3600))
        #expect(wrong?.code == .mismatch)
        #expect(wrong?.message.contains("[batch, 12, 5, 2]") == true && wrong?.message.contains("9 steps") == true)
    }
}
