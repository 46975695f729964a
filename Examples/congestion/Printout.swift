import Foundation
import LimbeckData
import LimbeckDistill
import LimbeckEvaluation

/// What the example prints: one block a model, then what distillation did.
struct Printout {
    let comparison: Comparison
    let choice: Comparison.Choice
    let outcomes: [Comparison.Outcome]

    func print() throws {
        let tried = choice.tried.map { "T = \(Int($0.temperature)): \(Self.number($0.error, 5))" }
        line(
            "Temperature by log loss on validation with seed 0, which is not scored: "
                + "\(tried.joined(separator: ", ")); kept T = \(Int(choice.temperature)).")
        for model in Comparison.Model.allCases {
            let layers = model == .teacher ? Comparison.teacherLayers : Comparison.studentLayers
            let cost = try comparison.cost(layers: layers)
            line("")
            line(
                "\(model.rawValue), dense \(layers.map(String.init).joined(separator: "-")): "
                    + "\(cost.parameters) parameters, \(cost.flops) FLOPs and "
                    + "\(Self.number(cost.microseconds, 1)) µs a row")
            for (index, measure) in comparison.measures.enumerated() {
                let (mean, deviation) = Self.moments(values(model, index))
                let spread = outcomes.count > 1 ? " ± \(Self.number(deviation, 4))" : ""
                line("  \(measure.label): \(Self.number(mean, 4))\(spread)")
            }
        }
    }

    /// Distilled against conventional student, seed by seed.
    func printVerdict() {
        line("")
        line("Did the teacher help? Distilled less conventional student on the test, by seed; better")
        line("or worse where beyond the deviation of the difference and of the conventional student:")
        var better: [String] = [], worse: [String] = []
        for (index, measure) in comparison.measures.enumerated() {
            let pairs = zip(values(.distilled, index), values(.conventional, index))
            let (mean, deviation) = Self.moments(pairs.map { $0 - $1 })
            let (_, ofSeeds) = Self.moments(values(.conventional, index))
            let gain = measure.direction == .lowerIsBetter ? -mean : mean
            let isBeyond = outcomes.count > 1 && abs(gain) > max(deviation, ofSeeds)
            let verdict = !isBeyond ? "within the seed deviation" : gain > 0 ? "better" : "worse"
            if isBeyond, gain > 0 { better.append(measure.label + gapClosed(index)) }
            if isBeyond, gain < 0 { worse.append(measure.label) }
            line(
                "  \(measure.label): \(mean < 0 ? "−" : "+")\(Self.number(abs(mean), 4))"
                    + " ± \(Self.number(deviation, 4)), \(verdict)")
        }
        if outcomes.count < 2 {
            line("  One seed decides nothing; run more with --seeds.")
        } else if better.isEmpty && worse.isEmpty {
            line("  Verdict: distillation made no difference beyond the seed deviation.")
        } else {
            func list(_ names: [String]) -> String {
                names.isEmpty ? "nothing" : names.joined(separator: ", ")
            }
            line("  Verdict: better by \(list(better)); worse by \(list(worse)).")
        }
    }

    /// The share made of the way from the conventional student to the teacher, where there is one.
    private func gapClosed(_ index: Int) -> String {
        func mean(_ model: Comparison.Model) -> Double { Self.moments(values(model, index)).mean }
        let gap = mean(.teacher) - mean(.conventional)
        let share = (mean(.distilled) - mean(.conventional)) / gap
        guard share.isFinite, share > 0 else { return "" }
        return " (\(Self.number(100 * share, 0)) % of the gap to the teacher)"
    }

    /// What needs no training, on the same test rows.
    func printBaselines(_ rows: LabelledRows) throws {
        let task = comparison.task, width = task.outputCount
        func input(_ samples: [Int], _ predict: (Int) -> [Float]) throws -> MetricInput {
            try MetricInput(
                predicted: samples.flatMap(predict),
                expected: samples.map { Float(task.labels[$0]) }, width: width)
        }
        func show(_ name: String, _ predict: (Int) -> [Float]) throws {
            let scores = try comparison.scores(
                test: input(task.test, predict), validation: input(task.validation, predict))
            // Nothing here is a calibrated probability, so that log loss would say nothing.
            let shown = zip(comparison.measures, scores).filter { $0.0.label != "Log loss" }
            let text = shown.map { "\($0.label) \(Self.number($1, 4))" }
            line("  \(name): \(text.joined(separator: ", "))")
        }
        line("Baselines:")
        let counts = (0..<task.classCount).map { k in task.train.count { task.labels[$0] == k } }
        let shares = counts.map { Float($0) / Float(task.train.count) }
        try show("training shares for every row") { _ in width == 1 ? [shares[1]] : shares }
        if width == 1, let excess = rows.feature("excess_now") {
            // ½ where the present hour is just at its own limit.
            try show("the present hour's event, again") {
                [1 / (1 + Float(exp(-Double(excess[$0]))))]
            }
        } else if width > 1, let level = rows.feature("level_now") {
            try show("the present hour's level, again") { row in
                (0..<width).map { Float($0) == level[row] ? 1 : 0 }
            }
        }
    }

    private func values(_ model: Comparison.Model, _ index: Int) -> [Double] {
        outcomes.compactMap { $0.scores[model]?[index] }
    }

    /// Mean and sample deviation.
    private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0)
    }

    static func number(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}

/// One line on standard output.
func line(_ text: String) { print(text) }
