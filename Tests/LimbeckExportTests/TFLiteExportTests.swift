import LimbeckModels
import LimbeckRuntime
import LimbeckSeries
import Testing

@testable import LimbeckExport

@Suite struct TFLiteExportTests {
    static func model(_ content: StudentContent) throws -> TFLiteModel {
        var builder = TFLiteBuilder(try StudentGraph(content, for: .tfLite))
        try builder.run()
        return builder.model
    }

    @Test func `a tiny student is a short list of operators`() throws {
        let model = try Self.model(ONNXExportTests.perceptron)
        #expect(
            model.operators.map(\.code) == [
                .abs, .lessEqual, .sub, .div, .selectV2, .reshape, .fullyConnected, .relu, .fullyConnected, .reshape,
                .mul, .add,
            ])
        // A layer stores its weights as [outputs, inputs].
        let weight = model.tensors[model.operators[6].inputs[1]]
        #expect(weight.shape == [2, 2])
        let numbers = weight.data?.withUnsafeBytes { bytes in
            (0..<4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        #expect(numbers == [1, 2, -1, 1])
        #expect(model.inputs.map(\.name) == ["readings", "origin"])
        #expect(model.inputs.map { model.tensors[$0.tensor].element } == [.float32, .int32])
        #expect(model.outputs.map(\.name) == ["forecast"])
        #expect(model.tensors[model.outputs[0].tensor].shape == [1, 1, 1])
    }

    @Test func `the file holds the model where the schema says, and is the same bytes every time`() throws {
        let bytes = try TFLiteExport.file(ONNXExportTests.perceptron)
        #expect(try TFLiteExport.file(ONNXExportTests.perceptron) == bytes)
        #expect(Array(bytes[4..<8]) == Array("TFL3".utf8))
        let file = FlatReader(bytes)
        let root = file.root
        #expect(file.number(root, 0) == 3)
        let codes = file.tables(root, 1)
        // FULLY_CONNECTED is 9, SELECT_V2 123, in both places that readers look at.
        #expect(codes.map { file.number($0, 3) ?? 0 }.sorted() == [0, 9, 18, 19, 22, 41, 42, 63, 101, 123])
        #expect(codes.allSatisfy { file.byte($0, 0) == file.number($0, 3).map { UInt8($0) } ?? 0 })
        let graph = try #require(file.tables(root, 2).first)
        #expect(file.tables(graph, 3).count == 12)
        let tensors = file.tables(graph, 0)
        #expect(file.text(tensors[0], 3) == "readings")
        #expect(file.numbers(tensors[0], 0) == [2, 1, 1])
        // Data of constants are aligned to 16 bytes; the first buffer has none.
        let buffers = file.tables(root, 4)
        #expect(file.target(buffers[0], 0) == nil)
        let data = buffers.compactMap { file.target($0, 0) }
        #expect(data.count > 5)
        #expect(data.allSatisfy { ($0 + 4) % 16 == 0 })
        #expect(file.tables(root, 6).contains { file.text($0, 0) == "limbeck.places" })
        #expect(file.text(file.tables(root, 7)[0], 2) == "serving_default")
    }

    @Test(arguments: ModelCatalog.standard.entries.map(\.name), -1..<ExportedEqualsTrainedTests.heads.count)
    func `every model of the catalog becomes operators in order`(_ name: String, _ head: Int) throws {
        let series = Trained.series(
            nodes: 4, offsets: [.init(instant: 0, seconds: 46_800), .init(instant: 1_700_600_400, seconds: 43_200)])
        let trained = try Trained.forecaster(series, horizon: 12, head: ExportedEqualsTrainedTests.head(head)) {
            context in
            try ModelCatalog.standard.entry(named: name).make(DefaultConfiguration(), context)
        }
        let model = try Self.model(trained.student(series: series, limits: ONNXExport.limits))
        var known = Set(model.inputs.map(\.tensor))
        known.formUnion(model.tensors.indices.filter { model.tensors[$0].data != nil })
        for one in model.operators {
            #expect(one.inputs.allSatisfy(known.contains), "\(one.code)")
            for output in one.outputs { #expect(known.insert(output).inserted, "\(one.code)") }
        }
        #expect(known == Set(model.tensors.indices))
        for tensor in model.tensors {
            guard let data = tensor.data else { continue }
            let width = [.float16: 2, .int8: 1][tensor.element] ?? 4
            #expect(data.count == tensor.shape.reduce(1, *) * width, "\(tensor.name)")
        }
    }

    @Test func `what TensorFlow Lite cannot say is refused by the instruction's name`() throws {
        var program = Program()
        let input = program.add(Buffer(.history, count: 16))
        let output = program.add(Buffer(.output, count: 16))
        let bent = program.addTemporary(count: 16)
        program.instructions = [
            .unary(.tanh, input: input, output: bent),
            .transpose(
                Transposition(
                    input: bent, output: output, shape: [2, 1, 2, 1, 2, 2], permutation: [5, 1, 4, 3, 2, 0])),
        ]
        let content = StudentContent(
            shape: StudentShape(history: 16, horizon: 16, nodes: 1, channels: 1), program: program, weights: [],
            scaler: Scaler(center: [0], spread: [1]), windowing: Windowing(step: 60))
        let error = try #require(throws: ExportError.self) { try TFLiteExport.file(content) }
        #expect(error.code == .unsupportedOperation)
        #expect(error.message.contains("#1 (transpose)"))
        #expect(error.message.contains("TensorFlow Lite"))
        #expect(error.message.contains("6 axes"))
    }

    @Test func `tables of every kind of field are where offsets say`() {
        let inner = FlatTable([0: .byte(7), 1: .integer(-5), 3: .flag(true)])
        let root = FlatTable([
            0: .text("äb"), 2: .tables([inner, FlatTable(), inner]), 3: .float(1.5), 4: .integers([1, -2, 3]),
            5: .table(inner), 6: .bytes([1, 2, 3]),
        ])
        let buffer = FlatBuffer(root: root, identifier: "TEST")
        let file = FlatReader(buffer.bytes)
        #expect(file.text(file.root, 0) == "äb")
        #expect(file.target(file.root, 1) == nil)
        let tables = file.tables(file.root, 2) + [file.target(file.root, 5) ?? 0]
        for table in [tables[0], tables[2], tables[3]] {
            #expect(file.byte(table, 0) == 7)
            #expect(file.number(table, 1) == -5)
            #expect(file.number(table, 2) == nil)
            #expect(file.byte(table, 3) == 1)
        }
        #expect(file.number(tables[1], 0) == nil)
        #expect(file.number(file.root, 3) == Int32(bitPattern: Float(1.5).bitPattern))
        #expect(file.numbers(file.root, 4) == [1, -2, 3])
        let bytes = file.target(file.root, 6) ?? 0
        #expect(Array(buffer.bytes[bytes + 4..<bytes + 7]) == [1, 2, 3])
        #expect(buffer.bytes[bytes] == 3)
    }
}

/// Reads what a FlatBuffer says, by its definition.
struct FlatReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var root: Int { read(0, as: UInt32.self) }

    /// Where a field lies, nil for one left out.
    private func field(_ table: Int, _ number: Int) -> Int? {
        let layout = table - read(table, as: Int32.self)
        guard 4 + 2 * number < read(layout, as: UInt16.self) else { return nil }
        let offset = read(layout + 4 + 2 * number, as: UInt16.self)
        return offset == 0 ? nil : table + offset
    }

    func byte(_ table: Int, _ number: Int) -> UInt8 { field(table, number).map { bytes[$0] } ?? 0 }

    func number(_ table: Int, _ number: Int) -> Int32? {
        field(table, number).map { Int32(read($0, as: Int32.self)) }
    }

    /// What an offset points to.
    func target(_ table: Int, _ number: Int) -> Int? {
        field(table, number).map { $0 + read($0, as: UInt32.self) }
    }

    func text(_ table: Int, _ number: Int) -> String? {
        target(table, number).map { start in
            String(decoding: bytes[start + 4..<start + 4 + read(start, as: UInt32.self)], as: UTF8.self)
        }
    }

    func numbers(_ table: Int, _ number: Int) -> [Int32] {
        guard let start = target(table, number) else { return [] }
        return (0..<read(start, as: UInt32.self)).map { Int32(read(start + 4 + 4 * $0, as: Int32.self)) }
    }

    func tables(_ table: Int, _ number: Int) -> [Int] {
        guard let start = target(table, number) else { return [] }
        return (0..<read(start, as: UInt32.self)).map { index in
            let slot = start + 4 + 4 * index
            return slot + read(slot, as: UInt32.self)
        }
    }

    private func read<N: FixedWidthInteger>(_ position: Int, as _: N.Type) -> Int {
        bytes.withUnsafeBytes { Int(N(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: N.self))) }
    }
}
