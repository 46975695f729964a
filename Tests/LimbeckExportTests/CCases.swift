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
    /// What became of rows, every kind that was met.
    private(set) var codes: Set<Int32> = []
    private var origins: [Int64] = []
    private var windows: [[Float]] = []
    private var times: [Int64] = []
    private var rows: [[Float]] = []

    /// Windows around every change of the clock and the ends of a leap year, a tenth of them missing;
    /// then rows in order, late, twice and after gaps, as a `StudentFeed` takes them.
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
            let prediction = try student.predict(history: window, at: origin)
            answers.append(Answer(codes: [Int32(prediction.repaired)], values: prediction.values))
        }

        // Nothing was pushed yet.
        let nothing = Answer(codes: [-1], values: Array(repeating: 0, count: shape.outputCount))
        answers.append(nothing)
        let width = shape.nodes * shape.channels
        var start = changes.last ?? 1_700_000_000
        let feed = StudentFeed(student)
        let last = Double(shape.history + 1)
        var stride = Double(step)
        if case .week(let opens) = student.windowing.spacing {
            // Clocks change on Sundays, when nothing is open: from Tuesday noon.
            stride = 604_800 / Double(opens.count)
            start += 2 * 86_400 + 43_200
        }
        // Steps from the start: a window, the newest again, late ones, a gap, parts of a step, too late, a long gap.
        var schedule = (0...shape.history + 1).map(Double.init)
        schedule += [last, last - 1, last + 3, last + 2, last + 3.7, last + 3.2, last + 4 - Double(shape.history)]
        schedule += [last + 3 - Double(shape.history), last + 10 + 2 * Double(shape.history), -1e9]
        for offset in schedule {
            let time = start + Int64(offset * stride)
            let row = (0..<width).map { _ in reading() }
            times.append(time)
            rows.append(row)
            let code: Int32 =
                switch feed.push(0, node: 0, at: time).arrival {
                case .current: 1
                case .late: 2
                default: 0
                }
            try feed.push(row, at: time)
            var values = [Float](repeating: 0, count: shape.outputCount)
            let repaired = try feed.forecast(into: &values)
            answers.append(Answer(codes: [code, Int32(repaired)], values: values))
        }
        codes = Set(answers.compactMap { $0.codes.count == 2 ? $0.codes[0] : nil })
        answers.append(nothing)
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
