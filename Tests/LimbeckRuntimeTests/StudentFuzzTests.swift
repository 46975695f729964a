import Testing

@testable import LimbeckRuntime

/// Any bytes give a student or an error. A trap ends the test process, so finishing is the proof;
/// the counts show that both outcomes were reached.
@Suite struct StudentFuzzTests {
    static let limits = StudentLimits(memory: 1 << 20, operations: 1 << 20)

    /// True when the bytes are a student; then it also predicts.
    static func survives(_ bytes: [UInt8]) -> Bool {
        guard let student = try? Student(bytes: bytes, limits: limits) else { return false }
        var history = [Float](repeating: 1.5, count: student.shape.inputCount)
        history[0] = .nan
        for origin in [Int64.min, 0, .max] {
            let prediction = try? student.predict(history: history, at: origin)
            #expect(prediction?.values.count == student.shape.outputCount)
        }
        return true
    }

    @Test func `a file cut at any length is refused`() throws {
        let bytes = try StudentFile.encode(Students.complete)
        for length in 0..<bytes.count {
            let error = #expect(throws: StudentError.self) {
                try Student(bytes: Array(bytes[0..<length]))
            }
            #expect(error?.message.isEmpty == false)
            // The same with the header telling the shorter length.
            if length >= 64 + 8 * 32 {
                var cut = Array(bytes[0..<length])
                FileBytes.put(UInt32(length), &cut, 16)
                FileBytes.seal(&cut)
                _ = Self.survives(cut)
            }
        }
    }

    @Test func `20 000 mutated files give a student or an error`() throws {
        var (monthly, trading) = (Students.complete, Students.complete)
        monthly.windowing.spacing = .months(1, day: 31)
        trading.windowing.spacing = SpacingTests.days
        let files = try [Students.complete, Students.perceptron, Students.quantized, monthly, trading, Students.ahead]
            .map {
                try StudentFile.encode($0)
            }
        let interesting: [UInt32] = [
            0, 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 24, 64, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff,
            0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x3f80_0000, 0x7f80_0000,
        ]
        var random = SplitMix(2026)
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = files[round % files.count]
            let entries = FileBytes.entries(bytes)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                switch round % 5 {
                case 0:  // Any byte of the file.
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                        UInt8.random(in: 0...255, using: &random)
                case 1:  // The section table.
                    let at = 64 + 4 * Int.random(in: 0..<64, using: &random)
                    FileBytes.put(interesting.randomElement(using: &random) ?? 0, &bytes, at)
                default:  // A word of a section, more often of the program.
                    let entry =
                        Bool.random(using: &random)
                        ? entries[1] : entries[Int.random(in: 0..<entries.count, using: &random)]
                    guard entry.size >= 4 else { continue }
                    let word = Int.random(in: 0..<entry.size / 4, using: &random)
                    let at = entry.offset + word * 4
                    if Bool.random(using: &random) {
                        FileBytes.put(interesting.randomElement(using: &random) ?? 0, &bytes, at)
                    } else {
                        let delta = UInt32(
                            truncatingIfNeeded: Int.random(in: -3...3, using: &random))
                        let old = UInt32(FileBytes.integer(bytes, at, 4))
                        FileBytes.put(old &+ delta, &bytes, at)
                    }
                }
            }
            if round % 7 != 0 { FileBytes.seal(&bytes) }
            if Self.survives(bytes) { accepted += 1 }
        }
        #expect(accepted > 2000 && accepted < 18_000, "accepted \(accepted) of 20 000")
    }
}
