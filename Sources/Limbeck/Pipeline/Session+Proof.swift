import Foundation
import LimbeckData
import LimbeckEvaluation
import LimbeckExport
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries

extension Session {
    /// Ships the student, reads it back, scores everything and writes the report.
    func finish(_ untimed: [Contestant], _ students: Students, _ warnings: [String]) throws -> RunResult {
        let leftOut = try leaveOneOut(untimed.first { $0.role == .conventionalStudent })
        let contestants = try timed(untimed)
        try checkInterruption()
        observer.stage("Student file")
        guard let distilled = students.distilled else {
            throw LimbeckError(.invalidTarget, "There is no student to ship.")
        }
        let shipped = try distilled.shipped.map { try ship($0.file, $0.contestant) } ?? ship(distilled)
        try writeWeights(distilled.forecaster.parameters, of: distilled.learner.name, to: .studentWeights)
        let scores = try Scores(contestants.flatMap { try self.scores($0) })
        try scores.write(to: directory.path(of: .scores))
        if !leftOut.isEmpty {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try directory.write(Array(encoder.encode(leftOut)), to: .leftOut)
        }
        let verdict = try Verdict(scores, paired: paired(contestants))
        let report = try ReportAssembly(
            session: self, contestants: contestants, scores: scores, students: students,
            verdict: verdict, warnings: warnings, leftOut: leftOut
        ).content()
        try Report.write(report, to: directory.path(of: .report))
        return RunResult(
            directory: directory, scores: scores, trials: students.trials,
            isTargetMet: students.isTargetMet,
            shippedDifference: (shipped.largestDifference, shipped.range), verdict: verdict?.sentence ?? "",
            reportPath: directory.path(of: .report), studentPath: directory.path(of: .student),
            comparison: Comparison(scores).table(), warnings: warnings, leftOut: leftOut)
    }

    /// The distilled student against the conventional one, window by window, in blocks of a week.
    private func paired(_ contestants: [Contestant]) throws -> PairedComparison? {
        func errors(_ role: Role) throws -> [ErrorBreakdown.Cell]? {
            try contestants.first { $0.role == role }.map {
                try data.problem.breakdown($0).origin
            }
        }
        guard let distilled = try errors(.distilledStudent), let plain = try errors(.conventionalStudent)
        else { return nil }
        let week = data.series.times.steps(in: 604_800)
        return try PairedComparison(
            distilled, plain, horizon: data.shape.horizon,
            blockLength: max(1, min(week, distilled.count / 4)))
    }

    /// Scores of the baselines and the teacher, when a run ends there.
    func finish(teacherOf contestants: [Contestant], _ warnings: [String]) throws -> RunResult {
        let scores = try Scores(timed(contestants).flatMap { try self.scores($0) })
        try scores.write(to: directory.path(of: .scores))
        return RunResult(
            directory: directory, scores: scores, trials: [], verdict: "", reportPath: "",
            studentPath: "", comparison: Comparison(scores).table(), warnings: warnings)
    }

    struct Shipped {
        var largestDifference, range: Double
    }

    func encoded(_ content: StudentContent, _ name: String) throws -> [UInt8] {
        do { return try StudentFile.encode(content) } catch {
            throw ExportError(.refused, "\(name): \(error.message)", cause: error)
        }
    }

    func card(_ contestant: Contestant) throws -> [CardEntry] {
        [
            CardEntry("teacher", recipe.teacher.title),
            CardEntry("student", recipe.student.model),
            CardEntry("data", data.series.name),
            CardEntry("licence", data.series.licence),
            CardEntry("seed", "\(seed)"),
            CardEntry("impute", recipe.task.impute),
        ]
            + (data.series.times.isRegular || data.series.times.spacing != .regular
                ? [] : [StudentForecaster.observedRows])
            + (recipe.student.weights == .float32 ? [] : [CardEntry("weights", recipe.student.weights.rawValue)])
            + (try data.problem.card(contestant)).map { CardEntry($0.key, $0.value) }
    }

    /// Writes `student.limbeck`, reads it back through the device runtime alone and compares every
    /// test forecast.
    private func ship(_ student: Trained) throws -> Shipped {
        guard let content = student.content else {
            throw LimbeckError(.invalidTarget, "\(student.learner.name) has no file to ship.")
        }
        return try ship(encoded(content, student.learner.name), forecasts: student.contestant.test.values)
    }

    /// The same for a file that was scored: read back, it must forecast what was scored.
    private func ship(_ file: [UInt8], _ contestant: Contestant) throws -> Shipped {
        try ship(file, forecasts: contestant.test.values)
    }

    private func ship(_ bytes: [UInt8], forecasts ours: [Float]) throws -> Shipped {
        try directory.write(bytes, to: .student)
        let read = try StudentForecaster(path: directory.path(of: .student))
        // From the readings as a device has them: with their gaps.
        let theirs = try read.forecast(data.series.withGaps, origins: data.test).values
        var largest = ours.count == theirs.count ? 0.0 : .infinity
        for (a, b) in zip(ours, theirs) {
            let difference = Double(abs(a - b))
            // Written so that NaN counts as a difference.
            if !(difference <= largest) { largest = difference.isNaN ? .infinity : difference }
        }
        let range = data.problem.range
        observer.note(
            "student.limbeck, \(bytes.count.formatted()) bytes, read back by the device runtime: "
                + "\(data.test.count.formatted()) forecasts compared")
        guard largest <= 1e-4 * range else {
            throw LimbeckError(
                .invalidValue,
                "\(directory.path(of: .student)): read back, its forecasts differ from the trained student's by "
                    + "\(scientific(largest)), more than 1e-4 of the value range \(scientific(range)); please report "
                    + "this, the file is not to be used.")
        }
        return Shipped(largestDifference: largest, range: range)
    }

    /// Two significant digits: `4.9e-04`.
    private func scientific(_ value: Double) -> String {
        guard value > 0, value.isFinite else { return "\(value)" }
        let exponent = Int(log10(value).rounded(.down))
        return (-3...4).contains(exponent)
            ? String(format: "%.\(max(0, 1 - exponent))f", value) : String(format: "%.1e", value)
    }
}
