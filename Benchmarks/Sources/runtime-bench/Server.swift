import Glibc
import LimbeckRuntime

/// One student in one process, measured for each line that is read; every answer is one line.
///
///     output      the first forecast
///     warm N      N forecasts
///     run N       nanoseconds of each of N forecasts, the clock's own included
///     batch N     nanoseconds of each of N times 100 forecasts
///     load N      nanoseconds from a file in memory to the first forecast, N times
struct Server {
    /// The file; weights are read where they lie in it.
    private let file: UnsafeRawBufferPointer
    private let readings: [Float]
    private let student: Student
    private var forecast: [Float]

    init(folder: String) throws {
        file = try Files.memory(folder + "/student.limbeck")
        readings = try Files.floats(folder + "/readings.bin")
        student = try Student(borrowing: file)
        forecast = [Float](repeating: 0, count: student.shape.outputCount)
    }

    mutating func answer(_ line: String) throws -> String? {
        let words = line.split(separator: " ")
        let count = words.count > 1 ? Int(words[1]) ?? 0 : 0
        switch words.first {
        case "output":
            try predict(1)
            return Self.list(forecast)
        case "warm":
            try predict(count)
            return student.instructionSet
        case "run": return Self.list(try times(count) { try $0.predict(1) })
        case "batch": return Self.list(try times(count) { try $0.predict(100) })
        case "load": return Self.list(try times(count) { try $0.load() })
        default: return nil
        }
    }

    /// `count` forecasts, one after another.
    mutating func predict(_ count: Int) throws {
        for _ in 0..<count { try student.predict(history: readings, at: Case.origin, into: &forecast) }
    }

    private mutating func load() throws {
        let fresh = try Student(borrowing: file)
        try fresh.predict(history: readings, at: Case.origin, into: &forecast)
    }

    private mutating func times(_ count: Int, _ body: (inout Server) throws -> Void) throws -> [Int] {
        var times = [Int](repeating: 0, count: count)
        for index in times.indices {
            let start = Self.nanoseconds()
            try body(&self)
            times[index] = Self.nanoseconds() - start
        }
        return times
    }

    private static func nanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private static func list<Value: CustomStringConvertible>(_ values: [Value]) -> String {
        values.map(\.description).joined(separator: " ")
    }
}
