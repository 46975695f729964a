import LimbeckRuntime

/// Windows of raw readings, some missing, origins and our forecasts.
struct Cases {
    private let content: StudentContent
    private var cases: [(readings: [Float], origin: Int64, forecast: [Float])] = []

    init(_ content: StudentContent, seed: UInt64) throws {
        self.content = content
        var random = SplitMix(seed)
        let student = try Student(content)
        for (number, origin) in Self.origins(content.windowing).enumerated() {
            var readings = content.scaler.readings(content.shape, &random)
            // One window is whole, one begins with a gap, the others have gaps anywhere.
            let width = content.shape.nodes * content.shape.channels
            for index in readings.indices where number > 0 {
                if number == 1 ? index < width : random.unit() < 0.15 { readings[index] = .nan }
            }
            if number == 2 { readings[readings.count / 2] = .infinity }
            cases.append((readings, origin, try student.predict(history: readings, at: origin).values))
        }
    }

    /// Around every clock change and year's end, in leap years and not, before 1970, and between steps.
    private static func origins(_ windowing: Windowing) -> [Int64] {
        let changes = windowing.time.offsets.suffix(2).flatMap { offset in
            [-2, -1, 0, 1, 5].map { offset.instant + $0 * windowing.step }
        }
        // 29 February and 1 March 2024, 31 December 2023, 1 March 2100, 1 March 2000, in 1969 and 1901.
        let others: [Int64] = [
            1_709_164_800, 1_709_251_200 + 1800, 1_703_980_800 + 86_399, 4_107_542_400, 951_868_800, -86_400 * 3 - 1,
            -2_170_000_000,
        ]
        return [1_700_000_000] + changes + others
    }

    var json: String {
        let shape = content.shape
        let rows = cases.map { one in
            """
            {"origin": \(one.origin), "readings": \(Self.list(one.readings)), "forecast": \(Self.list(one.forecast))}
            """
        }
        return """
            {"window": [\(shape.history), \(shape.nodes), \(shape.channels)],
             "forecast": [\(shape.horizon), \(shape.nodes), \(shape.outputs)],
             "cases": [
            \(rows.joined(separator: ",\n"))
            ]}

            """
    }

    /// Missing is null; an infinite reading is written as a number no float holds.
    private static func list(_ values: [Float]) -> String {
        "[\(values.map { $0.isNaN ? "null" : $0.isInfinite ? "1e999" : "\($0)" }.joined(separator: ","))]"
    }
}

extension Scaler {
    /// Readings one to two spreads around their centres.
    fileprivate func readings(_ shape: StudentShape, _ random: inout SplitMix) -> [Float] {
        let width = shape.nodes * shape.channels
        return (0..<shape.inputCount).map { unscaled(4 * random.unit() - 2, at: $0 % width) }
    }
}

/// Small, seeded, the same everywhere (Steele et al. 2014, "SplitMix").
struct SplitMix {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// From 0 to 1.
    mutating func unit() -> Float {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        z ^= z >> 31
        return Float(z >> 40) / Float(1 << 24)
    }

    mutating func floats(_ count: Int, _ range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in range.lowerBound + (range.upperBound - range.lowerBound) * unit() }
    }
}
