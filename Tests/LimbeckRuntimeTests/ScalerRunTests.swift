import LimbeckRuntime
import Testing

@Suite struct ScalerRunTests {
    /// A student that forecasts its own history.
    private func echo(history: Int, nodes: Int, channels: Int, scaler: Scaler, missing: Windowing.Missing)
        throws -> Student
    {
        var program = Program()
        let count = history * nodes * channels
        let input = program.add(Buffer(.history, count: count))
        let output = program.add(Buffer(.output, count: count))
        program.instructions = [.unary(.identity, input: input, output: output)]
        return try Student(
            StudentContent(
                shape: StudentShape(history: history, horizon: history, nodes: nodes, channels: channels),
                program: program, weights: [], scaler: scaler, windowing: Windowing(step: 60, missing: missing)))
    }

    @Test(arguments: [(1, 1), (12, 1), (40, 1), (7, 3), (5, 31), (3, 32), (2, 33), (4, 207)])
    func `every reading is scaled and taken back by its own entry, whatever the width`(steps: Int, width: Int) throws {
        var random = SplitMix(5)
        for transform in Scaler.Transform.allCases {
            let scaler = Scaler(
                transform: transform, center: random.floats(width, in: 1...9), spread: random.floats(width, in: 0.5...4)
            )
            for channels in [1, width] {
                let student = try echo(
                    history: steps, nodes: width / channels, channels: channels, scaler: scaler, missing: .center)
                let readings = random.floats(steps * width, in: 0...100)
                let expected = readings.indices.map { index in
                    scaler.unscaled(scaler.scaled(readings[index], at: index % width), at: index % width)
                }
                #expect(try student.predict(history: readings, at: 0).values == expected)
            }
        }
    }

    @Test func `a missing reading is filled alone, wherever it stands in a run`() throws {
        let (steps, width) = (20, 3)
        let scaler = Scaler(center: [10, 20, 30], spread: [1, 2, 4])
        for missing in [Windowing.Missing.center, .forwardFill] {
            let student = try echo(history: steps, nodes: width, channels: 1, scaler: scaler, missing: missing)
            for hole in 0..<steps * width {
                for value in [Float.nan, .infinity, -.infinity] {
                    var readings = (0..<steps * width).map { Float($0 * $0 % 64) }
                    var expected = readings
                    readings[hole] = value
                    let fills = missing == .forwardFill && hole >= width
                    expected[hole] = fills ? expected[hole - width] : scaler.center[hole % width]
                    let prediction = try student.predict(history: readings, at: 0)
                    #expect(prediction.values == expected)
                    #expect(prediction.repaired == 1)
                }
            }
        }
    }
}
