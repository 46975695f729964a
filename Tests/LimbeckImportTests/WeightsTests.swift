import Foundation
import LimbeckModels
import LimbeckSeries
import Testing

@testable import LimbeckCompute
@testable public import LimbeckImport

/// A model as PyTorch computes it, with its weights in a safetensors file: see `make_weights.py`.
struct WeightsFixture: Decodable {
    var model: String
    var configuration: Settings
    var names: [String: WeightMap.Source]
    var history, output: [Float]
    var calendar: [String: [Int32]]

    static let names = ["stid", "gru", "lstm", "tcn", "depthwise"]

    /// Numbers, switches and names of a configuration.
    struct Settings: Decodable, ConfigurationSource {
        var data: [String: Setting]

        init(from decoder: any Decoder) throws { data = try .init(from: decoder) }

        func configuration<C: Codable & Sendable>(_ defaults: C) throws -> C {
            var table = try JSONDecoder().decode([String: Setting].self, from: JSONEncoder().encode(defaults))
            table.merge(data) { $1 }
            return try JSONDecoder().decode(C.self, from: JSONEncoder().encode(table))
        }
    }

    enum Setting: Codable {
        case flag(Bool)
        case number(Double)
        case text(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let flag = try? value.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .flag(let flag): try value.encode(flag)
            case .number(let number): try value.encode(number)
            case .text(let text): try value.encode(text)
            }
        }
    }

    init(_ name: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(Fixture.bytes("weights-\(name).json")))
    }

    static func file(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(Fixture.bytes("weights-\(name).safetensors"))
    }

    func build() throws -> any Model {
        try ModelCatalog.standard.entry(named: model).make(
            configuration, ModelContext(shape: Fixture.shape, graph: nil))
    }

    func fit(_ name: String, _ map: WeightMap? = nil) throws -> WeightFit {
        try WeightFit(
            Self.file(name), build().declarations(Fixture.shape), map: map ?? WeightMap(names: names))
    }
}

@Suite struct WeightsTests {
    @Test(arguments: WeightsFixture.names)
    func `weights from PyTorch forecast as they did there`(name: String) throws {
        let fixture = try WeightsFixture(name), model = try fixture.build()
        let fit = try fixture.fit(name)
        try fit.check()
        #expect(fit.matches.count == model.declarations(Fixture.shape).count)
        let trace = Trace()
        trace.output(
            "forecast",
            model(ModelInputs(trace, shape: Fixture.shape, batch: 3), Scope(trace, mode: .inference)))
        let computation = trace.finish()
        let parameters = Parameters(computation.parameters, seed: 1)
        for (path, values) in fit.values { parameters[path] = values }
        let executable = Executable(computation, parameters: parameters, pool: WorkerPool(workers: 1))
        _ = executable.input("history")?.update(from: fixture.history)
        for (input, values) in fixture.calendar { _ = executable.indices(input)?.update(from: values) }
        executable.run()
        let forecast = executable.output("forecast").map(Array.init) ?? []
        #expect(forecast.count == fixture.output.count && !forecast.isEmpty)
        let largest = zip(forecast, fixture.output).map { abs($0 - $1) }.max() ?? .infinity
        #expect(largest <= 1e-5, "\(largest)")
    }

    @Test func `without a map everything that fits by shape is proposed`() throws {
        let fit = try WeightsFixture("gru").fit("gru", WeightMap())
        #expect(fit.matches.map(\.path) == ["head/bias"])
        let one = try #require(fit.missing.first { $0.path == "layer0/input" })
        #expect(one.reason == #"no "layer0/input" or "layer0.input""#)
        #expect(one.proposals == [.init("rnn.weight_ih_l0", axes: "(g u) i -> g i u")])
        // A square matrix may lie either way: both are said, neither is taken, whatever its name.
        let named = try #require(fit.missing.first { $0.path == "head/weight" })
        #expect(
            named.reason == #"head.weight is [8, 8], which may lie either way: say axes: "o i -> i o" or "o i -> o i""#)
        let square = try #require(fit.missing.first { $0.path == "in/weight" })
        #expect(square.proposals.contains(.init("fc1.weight", axes: "o i -> i o")))
        #expect(square.proposals.contains(.init("fc1.weight", axes: "o i -> o i")))
    }

    @Test func `one error lists everything that does not fit`() throws {
        var fixture = try WeightsFixture("stid")
        fixture.names["head/bias"] = "elsewhere"
        fixture.names["head/weight"]?.axes = ""
        let error = #expect(throws: ImportError.self) { try fixture.fit("stid").check() }
        let message = error?.message ?? ""
        #expect(message.contains(#"head/bias [8] (no "elsewhere")"#), "\(message)")
        #expect(message.contains("unused are head.bias [8]"))
        // Eight by eight: it would fit, and forecast nonsense.
        #expect(message.contains("head/weight [8, 8] (head.weight is [8, 8], which may lie either way"))
        fixture.names["input/weight"]?.axes = ""
        let other = #expect(throws: ImportError.self) { try fixture.fit("stid").check() }
        #expect(other?.message.contains("input/weight [56, 8] (embed.weight is [8, 56])") == true)
    }

    @Test func `what is ignored is not unused, what is measured is not missing`() throws {
        let fixture = try WeightsFixture("stid")
        var names = fixture.names
        names["profile/table"] = nil
        let map = WeightMap(names: names, ignored: ["prof*"])
        #expect(throws: ImportError.self) { try fixture.fit("stid", map).check() }
        let declarations = try fixture.build().declarations(Fixture.shape)
        let fit = try WeightFit(WeightsFixture.file("stid"), declarations, map: map, measured: ["profile/table"])
        try fit.check()
        #expect(fit.measured == ["profile/table"])
        #expect(fit.values["profile/table"] == nil && fit.values.count == declarations.count - 1)
    }

    @Test(arguments: [
        ("hed/weight", WeightMap.Source("head.weight"), "no parameter \"hed/weight\""),
        ("head/weight", WeightMap.Source("head.weight", axes: "o i"), "one arrow"),
        ("head/weight", WeightMap.Source("head.weight", axes: "o i -> i j"), "every name once on each side"),
        ("head/weight", WeightMap.Source("head.weight", axes: "(o i -> i o"), "a closing bracket"),
        ("head/weight", WeightMap.Source("head.weight", axes: "o) i -> i o"), "an opening bracket"),
        ("head/weight", WeightMap.Source("head.weight", axes: "((o) i) -> i o"), "no group inside"),
        ("head/weight", WeightMap.Source("head.weight", axes: "o % -> % o"), "names of letters and digits"),
    ])
    func `a map that cannot be is refused`(path: String, source: WeightMap.Source, expected: String) throws {
        var fixture = try WeightsFixture("stid")
        fixture.names[path] = source
        let error = #expect(throws: ImportError.self) { try fixture.fit("stid") }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test func `axes by hand`() throws {
        func apply(_ pattern: String, _ from: [Int], _ to: [Int]) throws -> [Float]? {
            try AxisPattern(pattern).apply((0..<from.reduce(1, *)).map(Float.init), from: from, to: to)
        }
        #expect(try apply("o i -> i o", [2, 3], [3, 2]) == [0, 3, 1, 4, 2, 5])
        #expect(try apply("(g u) i -> g i u", [4, 2], [2, 2, 2]) == [0, 2, 1, 3, 4, 6, 5, 7])
        #expect(try apply("a b c -> (c a) b", [2, 1, 2], [4, 1]) == [0, 2, 1, 3])
        #expect(try apply("c 1 k -> k c", [2, 1, 2], [2, 2]) == [0, 2, 1, 3])
        #expect(try apply("o i -> i o", [2, 3], [2, 3]) == nil)
        #expect(try apply("o i 1 -> i o", [2, 3, 2], [3, 2]) == nil)
        // Neither side says how the six are split.
        #expect(try apply("(a b) -> (b a)", [6], [6]) == nil)
        #expect(try apply("a b -> (b a)", [0, 3], [0]) == nil)
    }

    @Test func `a star in a name stands for any text, and the more particular goes first`() {
        let map = WeightMap(names: ["*/weight": "net.*.w", "head/*": "top.*", "head/bias": "b"])
        #expect(map.candidates("block0/in/weight") == ["net.block0.in.w"])
        #expect(map.candidates("head/bias") == ["b"])
        #expect(map.candidates("head/weight") == ["net.head.w"])
        #expect(map.candidates("head/scale") == ["top.scale"])
        #expect(map.candidates("a/b") == ["a/b", "a.b"])
    }

    @Test func `every type of number is read`() throws {
        func file(_ type: String, _ bytes: [UInt8]) throws -> [Float]? {
            let file = try Self.file([("x", type, [2], bytes)])
            return file.floats(file.arrays[0])
        }
        #expect(try file("F32", [0, 0, 128, 63, 0, 0, 0, 192]) == [1, -2])
        #expect(try file("BF16", [128, 63, 0, 192]) == [1, -2])
        #expect(try file("F16", [0, 60, 1, 0]) == [1, 0x1p-24])
        #expect(try file("F64", [0, 0, 0, 0, 0, 0, 240, 63] + [0, 0, 0, 0, 0, 0, 0, 192]) == [1, -2])
        #expect(try file("I16", [1, 0, 2, 0]) == nil)
    }

    /// Arrays one after the other.
    private static func file(_ arrays: [(name: String, type: String, shape: [Int], bytes: [UInt8])]) throws
        -> SafetensorsFile
    {
        var data: [UInt8] = [], entries: [String] = []
        for one in arrays {
            entries.append(
                "\"\(one.name)\":{\"dtype\":\"\(one.type)\",\"shape\":\(one.shape),\"data_offsets\":[\(data.count),\(data.count + one.bytes.count)]}"
            )
            data += one.bytes
        }
        return try SafetensorsFile(whole("{\(entries.joined(separator: ","))}", data))
    }

    private static func whole(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8) + data
    }

    @Test(arguments: [
        ("{", "no JSON object"), ("[]", "no JSON object"), (#"{"x":{"dtype":"F32"}}"#, "no JSON object"),
        (#"{"x":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#, "which the format does not know"),
        (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "8 bytes, at 0 to 4 of 4"),
        (#"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "has shape [-1]"),
        (#"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, "has shape"),
        (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "at 4 to 0"),
        (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, "at 0 to"),
        (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, "two data_offsets"),
        (#"{"x":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, "begins at byte 2"),
        (#"{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, "end at byte 2 of the data, which has 4"),
        (
            #"{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
            "begins at byte 2"
        ),
    ])
    func `a file that contradicts itself is refused`(header: String, expected: String) {
        let error = #expect(throws: ImportError.self) { try SafetensorsFile(Self.whole(header, [0, 0, 0, 0])) }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
        for bytes in [[], [1, 2], [255, 255, 255, 255, 255, 255, 255, 255], [9, 0, 0, 0, 0, 0, 0, 0, 123]] as [[UInt8]]
        {
            #expect(throws: ImportError.self) { try SafetensorsFile(bytes) }
        }
    }

    @Test func `a number that is none is refused with its place`() throws {
        let file = try Self.file([("x", "F32", [1], [0, 0, 192, 127])])
        let fit = try WeightFit(
            file, [ParameterDeclaration(path: "x", shape: [1], initial: .constant(0), kind: .trainable)])
        #expect(fit.missing.map(\.reason) == ["x holds nan at 0"])
    }

    @Test(arguments: WeightsFixture.names)
    func `mutated files give weights or an error`(name: String) throws {
        let fixture = try WeightsFixture(name), bytes = try Fixture.bytes("weights-\(name).safetensors")
        let declarations = try fixture.build().declarations(Fixture.shape)
        let map = WeightMap(names: fixture.names)
        let header = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
        var random = SplitMix(seed: SplitMix.hash(name))
        var counts = [0, 0, 0]
        for _ in 0..<1500 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<(Bool.random(using: &random) ? header : changed.count), using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: changed[at] = UInt8.random(in: 0...255, using: &random)
                case 1: changed[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: changed.remove(at: at)
                case 3: changed.removeLast(min(changed.count - header, 8))
                case 4: changed[at] = UInt8(ascii: "9")
                default: changed.insert(UInt8.random(in: 32...126, using: &random), at: at)
                }
            }
            guard let file = try? SafetensorsFile(changed) else {
                counts[0] += 1
                continue
            }
            let fit = try WeightFit(file, declarations, map: map)
            counts[(try? fit.check()) == nil ? 1 : 2] += 1
        }
        #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
    }
}

extension WeightMap.Source: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(value) }
}
