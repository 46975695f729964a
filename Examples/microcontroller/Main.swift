// Forecasts from a student in flash: every window that is linked beside it, one line each.
import LimbeckRuntime
import Platform

/// Runs every window through the student; 0 when all of them were forecast.
@c public func forecast_all() -> Int32 {
    let file = UnsafeRawBufferPointer(start: student_bytes(), count: student_size())
    do throws(StudentError) {
        let student = try Student(borrowing: file)
        forecast(student, UnsafeRawBufferPointer(start: windows_bytes(), count: windows_size()))
        report()
        return 0
    } catch {
        let line = Line("refused: ")
        line.add(error.subject)
        line.end()
        return 1
    }
}

/// Windows follow one another: the origin as `i64`, then `inputCount` readings as `f32`.
func forecast(_ student: Student, _ windows: UnsafeRawBufferPointer) {
    let inputs = student.shape.inputCount
    let outputs = student.shape.outputCount
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: inputs + outputs)
    defer { memory.deallocate() }
    let result = memory + inputs
    var at = 0
    while at + 8 + inputs * 4 <= windows.count {
        let origin = windows.loadUnaligned(fromByteOffset: at, as: Int64.self)
        for index in 0..<inputs {
            memory[index] = windows.loadUnaligned(fromByteOffset: at + 8 + index * 4, as: Float.self)
        }
        let repaired = student.predictUnchecked(memory, at: origin, into: result)
        let line = Line("window repaired ")
        line.add(repaired)
        for index in 0..<outputs {
            line.add(" ")
            line.add(bits: result[index].bitPattern)
        }
        line.end()
        at += 8 + inputs * 4
    }
}

/// What the run took of the memory.
func report() {
    let line = Line("memory heap ")
    line.add(Int(heap_peak()))
    line.add(" stack ")
    line.add(Int(stack_peak()))
    line.end()
}

/// A line of text, written piece by piece without a heap.
struct Line {
    init(_ start: StaticString) { add(start) }

    func add(_ text: StaticString) {
        text.withUTF8Buffer { bytes in
            UnsafeRawPointer(bytes.baseAddress)?.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                platform_write($0, bytes.count)
            }
        }
    }

    func add(_ number: Int) {
        if number >= 10 { add(number / 10) }
        digit(UInt32(truncatingIfNeeded: number % 10))
    }

    /// Eight hexadecimal digits: every bit of a float, without arithmetic on it.
    func add(bits: UInt32) {
        var shift: UInt32 = 32
        while shift > 0 {
            shift -= 4
            digit(bits >> shift & 15)
        }
    }

    func end() { add("\n") }

    private func digit(_ value: UInt32) {
        var character = CChar(truncatingIfNeeded: value < 10 ? 48 + value : 87 + value)
        platform_write(&character, 1)
    }
}
