import LimbeckModels
import LimbeckRuntime
import LimbeckSeries
import Testing

@testable import LimbeckExport

@Suite struct CoreMLExportTests {
    static func program(_ content: StudentContent) throws -> MILBuilder {
        var builder = MILBuilder(try StudentGraph(content, for: .coreML))
        try builder.run()
        return builder
    }

    @Test func `a tiny student is a short program with its types`() throws {
        let builder = try Self.program(ONNXExportTests.perceptron)
        let operations = builder.program.operations.filter { $0.type != "const" }
        #expect(
            operations.map(\.type) == [
                "abs", "less_equal", "sub", "real_div", "select", "reshape", "matmul", "add", "relu", "matmul", "add",
                "reshape", "mul", "add",
            ])
        #expect(operations[1].result.element == .flag)
        #expect(operations[4].result.element == .float32)
        #expect(operations.last?.output == "forecast")
        #expect(operations.last?.result.shape == [1, 1, 1])
        #expect(builder.program.inputs.map(\.name) == ["readings", "origin"])
        #expect(builder.program.inputs.map(\.type.shape) == [[2, 1, 1], [2]])
        #expect(builder.program.operationSet == "CoreML5")
        // Every weight is small enough to lie in the program itself.
        #expect(builder.blobs.isEmpty)
    }

    @Test(arguments: ModelCatalog.standard.entries.map(\.name), -1..<ExportedEqualsTrainedTests.heads.count)
    func `every model of the catalog becomes a program in order, without a name made twice`(_ name: String, _ head: Int)
        throws
    {
        let series = Trained.series(
            nodes: 4, offsets: [.init(instant: 0, seconds: 46_800), .init(instant: 1_700_600_400, seconds: 43_200)])
        let trained = try Trained.forecaster(series, horizon: 12, head: ExportedEqualsTrainedTests.head(head)) {
            context in
            try ModelCatalog.standard.entry(named: name).make(DefaultConfiguration(), context)
        }
        let builder = try Self.program(trained.student(series: series, limits: ONNXExport.limits))
        var known = Set(builder.program.inputs.map(\.name))
        for operation in builder.program.operations {
            for value in operation.inputs.flatMap(\.values) { #expect(known.contains(value), "\(operation.output)") }
            #expect(known.insert(operation.output).inserted, "\(operation.output)")
            #expect(operation.result.shape.count <= 5)
        }
        #expect(known.contains(builder.program.output))
    }

    @Test func `a package is the same bytes every time, with weights where the program says`() throws {
        var program = Program()
        let input = program.add(Buffer(.history, count: 12))
        let output = program.add(Buffer(.output, count: 4))
        let weight = program.add(Buffer(.constant, count: 48))
        program.instructions = [
            .matmul(MatrixProduct(left: input, right: weight, output: output, rows: 1, columns: 4, depth: 12))
        ]
        let numbers = (0..<48).map { Float($0) + 0.1 }
        let content = StudentContent(
            shape: StudentShape(history: 12, horizon: 4, nodes: 1, channels: 1), program: program, weights: [numbers],
            scaler: Scaler(center: [0], spread: [1]), windowing: Windowing(step: 60, missing: .center))
        let files = try CoreMLExport.files(content)
        let again = try CoreMLExport.files(content)
        #expect(files.map(\.path) == again.map(\.path))
        #expect(files.map(\.bytes) == again.map(\.bytes))
        #expect(
            files.map(\.path) == [
                "Manifest.json", "Data/com.apple.CoreML/model.mlmodel", "Data/com.apple.CoreML/weights/weight.bin",
            ])
        // specificationVersion is field 1.
        #expect(files[1].bytes.prefix(2) == [0x08, 6])
        let builder = try Self.program(content)
        let constants = builder.program.operations.flatMap(\.constants)
        let offsets = constants.compactMap { constant -> Int? in
            if case .blob(let offset) = constant.value { offset } else { nil }
        }
        #expect(offsets == [64])
        let file = files[2].bytes
        file.withUnsafeBytes { bytes in
            func number<N: FixedWidthInteger>(_ offset: Int, _: N.Type) -> N {
                bytes.loadUnaligned(fromByteOffset: offset, as: N.self)
            }
            #expect(number(0, UInt32.self) == 1)
            #expect(number(4, UInt32.self) == 2)
            #expect(number(64, UInt32.self) == 0xdead_beef)
            #expect(number(68, UInt32.self) == 2)
            #expect(number(72, UInt64.self) == 192)
            let data = Int(number(80, UInt64.self))
            #expect(data % 64 == 0)
            let read = (0..<48).map { bytes.loadUnaligned(fromByteOffset: data + 4 * $0, as: Float.self) }
            #expect(read == numbers)
        }
    }

    @Test func `what Core ML cannot say is refused by the instruction's name`() throws {
        let extents = [2, 1, 2, 1, 2, 2]
        var program = Program()
        let input = program.add(Buffer(.history, count: 16))
        let output = program.add(Buffer(.output, count: 16))
        let bent = program.addTemporary(count: 16)
        program.instructions = [
            .unary(.tanh, input: input, output: bent),
            .transpose(Transposition(input: bent, output: output, shape: extents, permutation: [5, 1, 4, 3, 2, 0])),
        ]
        let content = StudentContent(
            shape: StudentShape(history: 16, horizon: 16, nodes: 1, channels: 1), program: program, weights: [],
            scaler: Scaler(center: [0], spread: [1]), windowing: Windowing(step: 60))
        let error = try #require(throws: ExportError.self) { try CoreMLExport.files(content) }
        #expect(error.code == .unsupportedOperation)
        #expect(error.message.contains("#1 (transpose)"))
        #expect(error.message.contains("Core ML"))
        #expect(error.message.contains("6 axes"))
    }

    @Test func `a recurrent layer of very many steps is refused by its name`() throws {
        let steps = 5000
        var program = Program()
        let input = program.add(Buffer(.history, count: steps * 3))
        let output = program.add(Buffer(.output, count: 1))
        let weight = program.add(Buffer(.constant, count: 3))
        let scratch = program.addTemporary(count: Recurrence.scratchCount(.gru, rows: 1, units: 1))
        program.instructions = [
            .recur(
                Recurrence(
                    .gru, gates: input, weight: weight, output: output, scratch: scratch, steps: steps, rows: 1,
                    units: 1))
        ]
        let content = StudentContent(
            shape: StudentShape(history: steps, horizon: 1, nodes: 1, channels: 3, targets: [0]), program: program,
            weights: [[0.1, 0.2, 0.3]], scaler: Scaler(center: [0, 0, 0], spread: [1, 1, 1]),
            windowing: Windowing(step: 60))
        let error = try #require(throws: ExportError.self) { try CoreMLExport.files(content) }
        #expect(error.message.contains("#0 (recur gru)"))
        #expect(error.message.contains("5000 steps"))
        #expect(throws: Never.self) { try ONNXExport.model(content) }
    }
}
