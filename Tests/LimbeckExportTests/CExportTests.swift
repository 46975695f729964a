import Foundation
import LimbeckExport
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries
import Testing

/// Students in C beside the same students in the runtime.
@Suite struct CExportTests {
    static let handMade: [(name: String, make: @Sendable () -> StudentContent)] = [
        ("dense", { CStudents.dense }),
        ("every instruction", { CStudents.everyInstruction }),
        ("every field, hourly", { CStudents.calendar(step: 3600, clock: .utc, missing: .forwardFill) }),
        ("every field, a step that divides no day", { CStudents.calendar(step: 5000, clock: .utc, missing: .center) }),
        ("every field, local clock", { CStudents.calendar(step: 900, clock: .local, missing: .forwardFill) }),
        ("months, local clock", { CStudents.spaced(.months(1, day: 31), clock: .local) }),
        ("quarters", { CStudents.spaced(.months(3, day: 15), clock: .utc) }),
        ("trading days", { CStudents.spaced(.week((0..<5).map { $0 * 86_400 }), clock: .local) }),
        (
            "office hours",
            { CStudents.spaced(.week((0..<40).map { $0 / 8 * 86_400 + (9 + $0 % 8) * 3600 + 900 }), clock: .utc) }
        ),
        ("convolution", { CStudents.convolution { _ in } }),
        ("depthwise and dilated convolution", { CStudents.depthwise }),
        (
            "strided and grouped convolution",
            {
                CStudents.convolution {
                    ($0.groups, $0.strideY, $0.strideX, $0.outputHeight, $0.outputWidth) = (2, 2, 3, 3, 3)
                }
            }
        ),
        (
            "dilated convolution",
            { CStudents.convolution { ($0.dilationY, $0.dilationX, $0.activation) = (2, 3, .tanh) } }
        ),
        ("gru", { CStudents.recurrence(.gru, keepsSteps: false, biased: true) }),
        ("gru, every step", { CStudents.recurrence(.gru, keepsSteps: true, biased: false) }),
        ("lstm", { CStudents.recurrence(.lstm, keepsSteps: false, biased: false) }),
        ("lstm, every step", { CStudents.recurrence(.lstm, keepsSteps: true, biased: true) }),
        ("quantized", { CStudents.quantized }),
        ("sigmoid classifier", { CStudents.classifier(softmax: false) }),
        ("softmax classifier", { CStudents.classifier(softmax: true) }),
        ("quantiles", { CStudents.quantiles }),
        ("missing: constants", { CStudents.filled(.constant) }),
        ("missing: hours of the week", { CStudents.filled(.seasonal, transform: .squareRoot) }),
        ("missing: neighbours", { CStudents.filled(.spatial) }),
        ("missing: neighbours, roots", { CStudents.filled(.spatial, transform: .squareRoot) }),
    ]

    @Test(arguments: 0..<handMade.count)
    func `a student made by hand answers in C as in the runtime`(_ index: Int) throws {
        let (name, make) = Self.handMade[index]
        try check(make(), name, on: .host)
    }

    @Test(arguments: ModelCatalog.standard.entries.map(\.name))
    func `every architecture answers in C as in the runtime`(_ name: String) throws {
        try check(CStudents.catalog(name), name, on: .host)
    }

    @Test(arguments: ModelCatalog.standard.entries.map(\.name), 0..<ExportedEqualsTrainedTests.heads.count)
    func `every architecture answers every question in C as in the runtime`(_ name: String, _ head: Int) throws {
        let head = ExportedEqualsTrainedTests.heads[head]
        try check(CStudents.catalog(name, head: head.make()), "\(name), \(head.name)", on: .host)
    }

    @Test(arguments: 0..<ExportedEqualsTrainedTests.heads.count)
    func `every question is answered on a Cortex-M4`(_ head: Int) throws {
        let head = ExportedEqualsTrainedTests.heads[head]
        try check(CStudents.catalog("stid", head: head.make()), head.name, on: .cortexM4)
    }

    @Test(arguments: ["dense", "stid", "gru", "depthwise and dilated convolution", "every instruction", "quantized"])
    func `the same source answers alike on a Cortex-M4`(_ name: String) throws {
        let made = Self.handMade.first { $0.name == name }?.make()
        try check(made ?? CStudents.catalog(name), name, on: .cortexM4)
    }

    /// Windows, rows pushed one by one, and what is said about them.
    private func check(_ content: StudentContent, _ name: String, on machine: CToolchain.Machine) throws {
        let student = try Student(content)
        let isRooted = content.scaler.transform == .squareRoot
        let (center, spread): (Float, Float) = isRooted ? (40, 60) : (6, 5)
        let cases = try CCases(student, around: center, spread: spread)
        #expect(cases.codes == (content.windowing.late == .ignore ? [0, 1] : [0, 1, 2]))
        let files = try CExport.files(content, name: "student")
        let lines = try CToolchain.run(files, cases: cases.text, on: machine)
        let answers = CCases.read(lines, outputs: content.shape.outputCount)
        try #require(
            answers.count == cases.answers.count, "\(name): \(lines.count) lines, the first: \(lines.prefix(1))")
        let expected = cases.answers.flatMap(\.values)
        let isFinite = expected.allSatisfy { $0.isFinite }
        #expect(isFinite, "\(name)")
        var range = (expected.max() ?? 0) - (expected.min() ?? 0)
        if content.shape.task == .classify {
            // A program computes logits; a sigmoid or softmax passes on at the most a quarter of what they are off by.
            let logits = expected.map { log(max($0, 1e-7) / max(1 - $0, 1e-7)) }
            range = max(range, ((logits.max() ?? 0) - (logits.min() ?? 0)) / 4)
        }
        #expect(range > 0.1, "\(name): a forecast that hardly changes shows nothing")
        var worst: Float = 0
        for (number, (answer, wanted)) in zip(answers, cases.answers).enumerated() {
            #expect(answer.codes == wanted.codes, "\(name), answer \(number)")
            for (a, b) in zip(answer.values, wanted.values) {
                let difference = (a - b).magnitude
                worst = difference <= worst ? worst : (difference.isNaN ? .infinity : difference)
            }
        }
        #expect(worst <= 1e-5 * range, "\(name) on \(machine): off by \(worst) of \(range)")
        if CToolchain.showsFigures {
            print("\(machine) \(name): \(worst / range) of the scale, \(files.source.utf8.count) bytes of C")
        }
    }

    @Test func `weights are written exactly, whatever they are`() throws {
        var content = CStudents.dense
        let odd: [Float] = [
            .leastNonzeroMagnitude, -0, 1e-8, 16_777_215, .greatestFiniteMagnitude, 0.1, -3.402e-38, 1 / 3,
        ]
        content.weights[1] = odd + [Float](repeating: 0, count: 24)
        let source = try CExport.files(content, name: "student").source
        let after = try #require(source.range(of: "weight_1[32] = {\n"))
        let line = source[after.upperBound...].prefix { $0 != "\n" }
        let read = line.split(separator: ",").compactMap { Float($0.filter { !" f".contains($0) }) }
        #expect(read.map(\.bitPattern) == odd.map(\.bitPattern))
    }

    @Test func `functions that a student does not need are not written`() throws {
        let dense = try CExport.files(CStudents.dense, name: "student").source
        for word in ["convolve", "lstm", "weekday", "expf", "gather", "transpose", "wall_clock"] {
            #expect(!dense.contains(word), "\(word)")
        }
        #expect(dense.contains("relu"))
    }

    @Test(arguments: ["", "1st", "my-student", "zoë", "a b", "_x"])
    func `a name that is none in C is refused`(_ name: String) throws {
        let error = #expect(throws: ExportError.self) { try CExport.files(CStudents.dense, name: name) }
        #expect(error?.code == .invalidName)
    }

    @Test func `a student that the runtime refuses is refused`() throws {
        var content = CStudents.dense
        content.program.buffers[0].count = 99
        let error = #expect(throws: ExportError.self) { try CExport.files(content, name: "student") }
        #expect(error?.code == .refused)
    }

    @Test func `a compiler that is missing is named with its package`() throws {
        let error = #expect(throws: CToolchain.Failure.self) {
            try CToolchain.tool(["absent-compiler"], package: "gcc-arm-none-eabi")
        }
        #expect(error?.description.contains("install the package gcc-arm-none-eabi") == true)
    }
}
