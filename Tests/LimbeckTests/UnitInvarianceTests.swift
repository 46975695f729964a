import Foundation
import Limbeck
import LimbeckData
import LimbeckEvaluation
import LimbeckSeries
import Testing

/// Teacher and student forecast the same whatever unit the data comes in: a constant moves the forecasts, a factor
/// scales them.
@Suite(.serialized) struct UnitInvarianceTests {
    private struct Outcome {
        var student: [Float]
        var errors: [Role: Double]
    }

    /// Whole numbers, so that whole offsets and powers of two are exact.
    private func csv(_ change: (Double) -> Double) -> String {
        let rows = CommandLineFixture.csv().split(separator: "\n")
        return
            ([String(rows[0])]
            + rows.dropFirst().map { row in
                let cells = row.split(separator: ",", omittingEmptySubsequences: false)
                return
                    ([String(cells[0])]
                    + cells.dropFirst().map { cell in Double(cell).map { "\(change($0.rounded()))" } ?? "" })
                    .joined(separator: ",")
            }).joined(separator: "\n") + "\n"
    }

    private func run(_ change: (Double) -> Double) throws -> Outcome {
        let folder = try CommandLineFixture.folder()
        try folder.write("counts.csv", csv(change))
        var pipeline = Pipeline(
            try Recipe.load(
                folder.path("recipe.yaml"),
                overrides: [
                    "data.path=\(folder.path("counts.csv"))", "training.threads=1", "training.epochs=3",
                    "teacher.epochs=3",
                ]))
        pipeline.runDirectory = folder.path("run")
        let result = try pipeline.run()
        let student = try StudentForecaster(path: result.studentPath)
        var source = DataSource()
        source.path = folder.path("counts.csv")
        let series = try student.arranged(source.load().series)
        var errors: [Role: Double] = [:]
        for role in [Role.persistence, .historicalAverage, .ridge, .teacher, .conventionalStudent, .distilledStudent] {
            errors[role] = result.scores.value(role: role, metric: "mae")
        }
        return Outcome(
            student: try student.forecast(series, origins: Array(stride(from: 500, to: 590, by: 7))).values,
            errors: errors)
    }

    @Test func `a constant moves the forecasts of teacher and student, a factor scales them`() throws {
        let plain = try run { $0 }
        let spread = Double((plain.student.max() ?? 0) - (plain.student.min() ?? 0))
        try #require(spread > 20)
        let changes: [(factor: Double, offset: Double)] = [
            (1, 1024), (1, 450), (1, 101_325), (8, 0), (3.6, 0), (1, -3000),
        ]
        for (factor, offset) in changes {
            let moved = try run { $0 * factor + offset }
            // Training carries the rounding of scaled values on through its steps: a thousandth of the range, and what
            // 32 bits hold at this level.
            let tolerance = 1e-3 * spread * factor + 16 * Double(Float(abs(offset) + 400 * factor).ulp)
            for (one, other) in zip(plain.student, moved.student) {
                #expect(abs(Double(other) - (Double(one) * factor + offset)) <= tolerance, "× \(factor) + \(offset)")
            }
            for (role, error) in plain.errors {
                let other = try #require(moved.errors[role])
                #expect(
                    abs(other - factor * error) <= tolerance, "\(role): \(error), × \(factor) + \(offset): \(other)")
            }
        }
    }
}
