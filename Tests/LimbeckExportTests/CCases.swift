import Foundation
import LimbeckRuntime

/// Windows and rows for a student in C, and what the runtime answers to them.
struct CCases {
    /// One line of the driver: its codes, and a forecast.
    struct Answer {
        var codes: [Int32]
        var values: [Float]
    }

    private(set) var answers: [Answer] = []
    private var origins: [Int64] = []
    private var windows: [[Float]] = []
    private var times: [Int64] = []
    private var rows: [[Float]] = []

    /// Windows around every change of the clock and the ends of a leap year, a tenth of them missing;
    /// then rows in order, late, twice, in parts, off the grid and after gaps.
    init(_ student: Student, around center: Float, spread: Float) throws {
        var random = SplitMix(seed: 23)
        func reading() -> Float { random.next() > 0.8 ? .nan : center + spread * random.next() }
        let shape = student.shape
        let step = student.windowing.step
        let changes = student.windowing.time.offsets.map(\.instant).prefix(3)
        origins = changes.flatMap { [$0 - 1, $0, $0 + step] }
        // The last hour of 1969, the end of February 2024, of 2023 and of 2024, and a day in 2100.
        origins += [-1800, 1_709_164_800 + 86_399, 1_704_067_199, 1_735_689_599, 4_107_542_400 + 7 * 3600]
        for (number, origin) in origins.enumerated() {
            var window = (0..<shape.inputCount).map { _ in reading() }
            if number == 0 { window = window.map { _ in .nan } }
            if number == 1 { window[0] = .infinity }
            windows.append(window)
            answers.append(try Self.answer(student, window, origin, []))
        }

        // Nothing was pushed yet.
        let nothing = Answer(codes: [-1], values: Array(repeating: 0, count: shape.outputCount))
        answers.append(nothing)
        let width = shape.nodes * shape.channels
        let start = (changes.last ?? 1_700_000_000) - 3 * step
        var known: [Int64: [Float]] = [:]
        var newest: Int64?
        let history = Int64(shape.history)
        // Steps from the start; a half is off the grid.
        var schedule: [Double] = (0..<Int(history + 2)).map(Double.init)
        let last = Double(history + 1)
        schedule += [last, last - 1, last + 3, last + 2, last + 0.5, last + 3, last + 3 - Double(history)]
        schedule += [last + 4 - Double(history), last + 10 + Double(2 * history), last + 11 + Double(2 * history)]
        for offset in schedule {
            let time = start + Int64(offset * Double(step))
            let row = (0..<width).map { _ in reading() }
            times.append(time)
            rows.append(row)
            let code: Int32
            if (time - start) % step != 0 {
                code = -1
            } else if let newest, time <= newest - history * step {
                code = 0
            } else {
                code = newest.map { time > $0 } ?? true ? 1 : 2
                let old = known[time] ?? Array(repeating: .nan, count: width)
                known[time] = zip(old, row).map { $1.isFinite ? $1 : $0 }
                newest = max(newest ?? time, time)
            }
            let origin = (newest ?? 0) + step
            let window = (1...history).reversed().flatMap {
                known[origin - $0 * step] ?? Array(repeating: .nan, count: width)
            }
            answers.append(try Self.answer(student, window, origin, [code]))
        }
        answers.append(nothing)
    }

    private static func answer(
        _ student: Student, _ window: [Float], _ origin: Int64, _ codes: [Int32]
    ) throws -> Answer {
        let prediction = try student.predict(history: window, at: origin)
        return Answer(codes: codes + [Int32(prediction.repaired)], values: prediction.values)
    }

    /// The driver's `cases.h`.
    var text: String {
        func floats(_ name: String, _ rows: [[Float]]) -> String {
            let lines = rows.map { row in
                "    {" + row.map { $0.isNaN ? "NAN" : $0.isInfinite ? "INFINITY" : "\($0)f" }.joined(separator: ", ")
                    + "},\n"
            }
            return "static const float \(name)[\(rows.count)][\(rows[0].count)] = {\n\(lines.joined())};\n"
        }
        func integers(_ name: String, _ values: [Int64]) -> String {
            "static const int64_t \(name)[] = {\(values.map { "INT64_C(\($0))" }.joined(separator: ", "))};\n"
        }
        return "#include <math.h>\n#define WINDOWS \(windows.count)\n#define EVENTS \(rows.count)\n"
            + integers("origins", origins) + floats("windows", windows) + integers("times", times)
            + floats("rows", rows)
    }

    /// What the driver printed, read.
    static func read(_ lines: [String], outputs: Int) -> [Answer] {
        lines.map { line in
            let words = line.split(separator: " ").map { UInt32($0, radix: 16) ?? 0x7fc0_dead }
            return Answer(
                codes: words.dropLast(outputs).map { Int32(bitPattern: $0) },
                values: words.suffix(outputs).map { Float(bitPattern: $0) })
        }
    }
}
