import Foundation
import LimbeckData
import LimbeckEvaluation
import LimbeckExport
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries

extension Session {
    /// Ships the student, reads it back, scores everything and writes the report.
    func finish(_ contestants: [Contestant], _ students: Students) throws -> RunResult {
        try checkInterruption()
        observer.stage("Student file")
        var contestants = contestants
        let shipped = try ship(students.distilled.forecaster)
        for index in contestants.indices {
            switch contestants[index].role {
            case .distilledStudent:
                contestants[index].bytes = shipped.bytes
                contestants[index].latencyMicroseconds = shipped.latencyMicroseconds
            case .conventionalStudent:
                // The same architecture: the same file size and the same runtime.
                contestants[index].bytes = try encoded(students.conventional.forecaster).count
                contestants[index].latencyMicroseconds = try latency(
                    of: StudentForecaster(bytes: encoded(students.conventional.forecaster), name: "conventional"))
            default: break
            }
        }
        let scores = try Scores(
            contestants.flatMap { try $0.scores(data.series, horizons: horizons, seed: Int(seed)) })
        try scores.write(to: directory.path(of: .scores))
        let verdict = try Verdict(scores, paired: paired(contestants))
        let report = try ReportAssembly(
            session: self, contestants: contestants, scores: scores, students: students,
            verdict: verdict
        ).content()
        try Report.write(report, to: directory.path(of: .report))
        return RunResult(
            directory: directory, scores: scores, trials: students.trials,
            isTargetMet: students.isTargetMet,
            shippedDifference: (shipped.largestDifference, shipped.range), verdict: verdict?.sentence ?? "",
            reportPath: directory.path(of: .report), studentPath: directory.path(of: .student),
            comparison: Comparison(scores).table())
    }

    /// The distilled student against the conventional one, window by window, in blocks of a week.
    private func paired(_ contestants: [Contestant]) throws -> PairedComparison? {
        func errors(_ role: Role) throws -> [ErrorBreakdown.Cell]? {
            try contestants.first { $0.role == role }.map {
                try ErrorBreakdown($0.test, against: data.series).origin
            }
        }
        guard let distilled = try errors(.distilledStudent), let plain = try errors(.conventionalStudent)
        else { return nil }
        let week = Int(604_800 / max(1, data.series.times.step))
        return try PairedComparison(
            distilled, plain, horizon: data.shape.horizon,
            blockLength: max(1, min(week, distilled.count / 4)))
    }

    /// Scores of the baselines and the teacher, when a run ends there.
    func finish(teacherOf contestants: [Contestant]) throws -> RunResult {
        let scores = try Scores(
            contestants.flatMap { try $0.scores(data.series, horizons: horizons, seed: Int(seed)) })
        try scores.write(to: directory.path(of: .scores))
        return RunResult(
            directory: directory, scores: scores, trials: [], verdict: "", reportPath: "",
            studentPath: "", comparison: Comparison(scores).table())
    }

    struct Shipped {
        var bytes: Int
        var latencyMicroseconds: Double
        var largestDifference, range: Double
    }

    func encoded(_ forecaster: TrainedForecaster) throws -> [UInt8] {
        try forecaster.studentFile(series: data.series, card: card)
    }

    private var card: [CardEntry] {
        [
            CardEntry("teacher", recipe.teacher.model),
            CardEntry("student", recipe.student.model),
            CardEntry("data", data.series.name),
            CardEntry("licence", data.series.licence),
            CardEntry("seed", "\(seed)"),
        ]
    }

    /// Writes `student.limbeck`, reads it back through the device runtime alone and compares.
    private func ship(_ forecaster: TrainedForecaster) throws -> Shipped {
        let bytes = try encoded(forecaster)
        try directory.write(bytes, to: .student)
        let read = try StudentForecaster(path: directory.path(of: .student))
        let origins = Array(data.test.prefix(500))
        let ours = try forecaster.forecast(data.windows, origins: origins)
        let theirs = try read.forecast(data.series, origins: origins)
        var largest = 0.0
        for (a, b) in zip(ours.values, theirs.values) { largest = max(largest, Double(abs(a - b))) }
        let values = data.series.values
        let range = Double((values.max() ?? 0) - (values.min() ?? 0))
        observer.note(
            "student.limbeck, \(bytes.count) bytes; read back by the device runtime, its forecasts differ by at most \(largest) (\(largest / max(range, 1e-9)) of the value range)"
        )
        guard largest <= 1e-4 * range else {
            throw LimbeckError(
                .invalidValue,
                "The shipped student's forecast differs from the trained one's by \(largest), more than 1e-4 of the value range \(range); please report this, the file is not to be used."
            )
        }
        return Shipped(
            bytes: bytes.count, latencyMicroseconds: try latency(of: read, repeats: 101),
            largestDifference: largest, range: range)
    }
}
