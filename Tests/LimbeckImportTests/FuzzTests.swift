import LimbeckCompute
import LimbeckImport
import LimbeckONNX
import Testing

/// Any bytes give a model or an error. A trap ends the test process, so finishing is the proof; the
/// counts show that both outcomes were reached.
@Suite struct ImportFuzzTests {
    private func survives(_ file: ONNXModel, _ fixture: Fixture) -> Bool {
        var configuration = ImportedModel.Configuration()
        (configuration.layout, configuration.outputLayout) = (fixture.layout, fixture.outputLayout)
        return
            (try? ImportedModel(
                file, shape: Fixture.shape, scaler: Fixture.scaler, configuration: configuration))
            != nil
    }

    @Test(arguments: ["mlp", "cnn1d", "gru", "graphwavenet", "keras-gru", "keras-cnn", "attention"])
    func `mutated bytes give a model or an error`(name: String) throws {
        let fixture = try Fixture(name), bytes = try Fixture.bytes(name + ".onnx")
        var random = SplitMix(seed: SplitMix.hash(name))
        var counts = [0, 0, 0]
        for _ in 0..<600 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: changed[at] = UInt8.random(in: 0...255, using: &random)
                case 1: changed[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: changed.remove(at: at)
                default: changed.insert(UInt8.random(in: 0...255, using: &random), at: at)
                }
            }
            guard let file = try? ONNXModel(changed) else {
                counts[0] += 1
                continue
            }
            counts[survives(file, fixture) ? 2 : 1] += 1
        }
        #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
    }

    @Test(arguments: Fixture.names)
    func `mutated nodes and numbers give a model or an error`(name: String) throws {
        let fixture = try Fixture(name), file = try Fixture.file(name)
        var random = SplitMix(seed: SplitMix.hash(name) &+ 1)
        var (accepted, refused) = (0, 0)
        for _ in 0..<150 {
            var changed = file
            for _ in 0..<Int.random(in: 1...2, using: &random) { mutate(&changed.graph, &random) }
            if survives(changed, fixture) { accepted += 1 } else { refused += 1 }
        }
        #expect(refused > 0 && accepted + refused == 150, "\(accepted) accepted, \(refused) refused")
    }

    private static let integers: [Int64] = [
        0, 1, -1, 2, 3, 5, 7, 12, -5, 64, 1000, 65_536, 1 << 31, -(1 << 31), 1 << 40, .max, .min, .max - 1,
    ]

    private func mutate(_ graph: inout ONNXGraph, _ random: inout SplitMix) {
        let names = graph.nodes.flatMap { $0.inputs + $0.outputs } + graph.initializers.map(\.name)
        let node = Int.random(in: graph.nodes.indices, using: &random)
        func integer(_ random: inout SplitMix) -> Int64 { Self.integers.randomElement(using: &random) ?? 0 }
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            guard !graph.nodes[node].inputs.isEmpty else { return }
            let index = Int.random(in: graph.nodes[node].inputs.indices, using: &random)
            graph.nodes[node].inputs[index] = names.randomElement(using: &random) ?? ""
        case 1: graph.nodes[node].inputs = Array(graph.nodes[node].inputs.dropLast())
        case 2:
            let others = [
                "Reshape", "Gather", "Slice", "Tile", "Expand", "MatMul", "Concat", "Split", "Pad", "Range",
                "Conv", "LSTM", "Softmax", "Transpose", "ConstantOfShape", "Squeeze", "Where", "Einsum", "MaxPool",
            ]
            graph.nodes[node].operation = others.randomElement(using: &random) ?? "Add"
        case 3, 4:
            guard let key = graph.nodes[node].attributes.keys.sorted().randomElement(using: &random) else { return }
            switch graph.nodes[node].attributes[key] {
            case .integer: graph.nodes[node].attributes[key] = .integer(integer(&random))
            case .integers(var values) where !values.isEmpty:
                values[Int.random(in: values.indices, using: &random)] = integer(&random)
                if Bool.random(using: &random) { values.append(integer(&random)) }
                graph.nodes[node].attributes[key] = .integers(values)
            case .tensor(var tensor):
                mutate(&tensor, &random)
                graph.nodes[node].attributes[key] = .tensor(tensor)
            case .graph(var inner) where !inner.nodes.isEmpty:
                mutate(&inner, &random)
                graph.nodes[node].attributes[key] = .graph(inner)
            default: graph.nodes[node].attributes[key] = nil
            }
        case 5:
            guard !graph.initializers.isEmpty else { return }
            mutate(&graph.initializers[Int.random(in: graph.initializers.indices, using: &random)], &random)
        default:
            let other = Int.random(in: graph.nodes.indices, using: &random)
            graph.nodes.swapAt(node, other)
        }
    }

    private func mutate(_ tensor: inout ONNXTensor, _ random: inout SplitMix) {
        if case .integers(var values) = tensor.values, !values.isEmpty {
            values[Int.random(in: values.indices, using: &random)] = Self.integers.randomElement(using: &random) ?? 0
            tensor.values = .integers(values)
        } else if tensor.dimensions.count > 1 {
            tensor.dimensions.reverse()
        } else {
            tensor.dimensions += [1]
        }
    }
}
