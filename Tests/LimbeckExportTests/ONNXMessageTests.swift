import LimbeckExport
import LimbeckONNX
import Testing

@Suite struct ONNXMessageTests {
    /// A model with every part that messages have.
    static var everything: ONNXModel {
        var inner = ONNXGraph()
        inner.name = "inner"
        inner.nodes = [ONNXNode("Identity", inputs: ["a"], outputs: ["b"])]
        var model = ONNXModel()
        model.metadata = [("licence", "CC BY 4.0"), ("leer", "")]
        model.opsets = ["": 17, "other": 3]
        model.graph.nodes = [
            ONNXNode(
                "Op", name: "first", inputs: ["x", "", "w"], outputs: ["y"],
                attributes: [
                    "float": .float(-0.5), "integer": .integer(-7), "text": .text("Ōrākei"),
                    "tensor": .tensor(ONNXTensor("t", [2], integers: [-1, .max])), "graph": .graph(inner),
                    "floats": .floats([1, .infinity]), "integers": .integers([.min, 0, 300]),
                    "texts": .texts(["", "b"]),
                ])
        ]
        var half = ONNXTensor("half", [5], floats: [1, -65_504, 0x1p-24, 0.333_251_95, 0])
        half.element = .float16
        var double = ONNXTensor("double", [1], floats: [0.1])
        double.element = .float64
        model.graph.initializers = [
            ONNXTensor("w", [2, 2], floats: [1, -2, 3.5, 0x1p-130]), half, double,
            ONNXTensor("i", [], integers: [-3]), ONNXTensor("i32", [2], integers: [-3, 1 << 30], as: .int32),
            ONNXTensor("i8", [2], integers: [-3, 7], as: .int8), ONNXTensor("b", [2], integers: [1, 0], as: .bool),
        ]
        model.graph.inputs = [ONNXValueInfo("x", .float32, [.fixed(3), .named("n")])]
        model.graph.outputs = [ONNXValueInfo("y", .int64, [])]
        return model
    }

    @Test func `what is written is read back the same`() throws {
        let model = Self.everything
        let read = try ONNXModel(model.encoded())
        #expect(read.encoded() == model.encoded())
        #expect(read.irVersion == 8)
        #expect(read.opsets == model.opsets)
        #expect(read.metadata.map(\.key) == ["licence", "leer"])
        for (own, other) in zip(model.graph.initializers, read.graph.initializers) {
            #expect(own.name == other.name && own.dimensions == other.dimensions && own.element == other.element)
            switch (own.values, other.values) {
            case (.floats(let a), .floats(let b)): #expect(a == b, "\(own.name)")
            case (.integers(let a), .integers(let b)): #expect(a == b, "\(own.name)")
            default: Issue.record("\(own.name) changed its kind")
            }
        }
        #expect(read.graph.initializers.count == model.graph.initializers.count)
        #expect(read.graph.nodes[0].inputs == ["x", "", "w"])
        #expect(read.graph.inputs[0].axes == [.fixed(3), .named("n")])
        guard case .integers(let integers)? = read.graph.nodes[0].attributes["integers"],
            case .graph(let inner)? = read.graph.nodes[0].attributes["graph"]
        else {
            Issue.record("attributes are lost")
            return
        }
        #expect(integers == [.min, 0, 300])
        #expect(inner.nodes.map(\.operation) == ["Identity"])
    }

    @Test func `an exported student is read back the same`() throws {
        let bytes = try ONNXExport.file(ONNXExportTests.perceptron)
        let model = try ONNXModel(bytes)
        #expect(model.encoded() == bytes)
        #expect(model.graph.nodes.count == 12)
    }

    @Test func `a tensor with a number too few is refused`() throws {
        var model = ONNXModel()
        model.graph.initializers = [ONNXTensor("w", [3], floats: [1, 2])]
        let error = try #require(throws: ONNXError.self) { try ONNXModel(model.encoded()) }
        #expect(error.message.contains("w"))
    }

    @Test func `two hundred thousand damaged files give a model or an error`() throws {
        let files = [try ONNXExport.file(ONNXExportTests.perceptron), Self.everything.encoded()]
        var random = Mutation(seed: 17)
        var read = 0, refused = 0
        for round in 0..<200_000 {
            let bytes = random.damaged(files[round % 2])
            do {
                let model = try ONNXModel(bytes)
                if round % 8 == 0 { _ = model.encoded() }
                read += 1
            } catch is ONNXError {
                refused += 1
            }
        }
        #expect(read > 1000 && refused > 1000, "\(read) read, \(refused) refused: one kind is hardly tried")
    }
}

/// Damage to protocol buffer messages: bits, bytes, cuts, runs moved, and varints made extreme.
struct Mutation {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(state: seed) }

    mutating func damaged(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(at...)
            case 3: bytes.remove(at: at)
            case 4: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
            case 5:
                // A length or number of nine or ten bytes: negative, or beyond any file.
                let last: UInt8 = Bool.random(using: &random) ? 0x01 : 0x7f
                bytes.replaceSubrange(at...at, with: Array(repeating: 0xff, count: 9) + [last])
            default:
                let end = min(at + Int.random(in: 1...40, using: &random), bytes.count)
                let target = Int.random(in: 0...bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[at..<end], at: target)
            }
        }
        return bytes
    }
}

private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
