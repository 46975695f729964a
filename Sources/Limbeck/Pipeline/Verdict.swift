import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// Did distilling help? The paired difference of distilled and conventional student on test
/// windows, with an interval that knows that neighbouring windows are alike.
struct Verdict {
    /// Conventional less distilled, mean over test windows: positive when distilling helped.
    let gain: Double
    /// 95 % interval of the gain by bootstrap over blocks of a week.
    let interval: ClosedRange<Double>
    let student, conventional, teacher: Double

    var helped: Bool { interval.lowerBound > 0 }

    init(_ contestants: [Contestant], truth: Series) throws {
        func errors(_ role: Role) throws -> [Double] {
            guard let one = contestants.first(where: { $0.role == role }) else { return [] }
            return try ErrorBreakdown(one.test, against: truth).origin.map { $0.mean ?? 0 }
        }
        let (plain, distilled, teacher) = try (
            errors(.conventionalStudent), errors(.distilledStudent), errors(.teacher)
        )
        let differences = zip(plain, distilled).map { $0 - $1 }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        gain = mean(differences)
        student = mean(distilled)
        conventional = mean(plain)
        self.teacher = mean(teacher)
        interval = Self.interval(differences, block: Int(604_800 / max(1, truth.times.step)))
    }

    /// Moving-block bootstrap (Künsch 1989), 1000 resamples, fixed seed.
    private static func interval(_ values: [Double], block: Int) -> ClosedRange<Double> {
        guard values.count > 1 else { return 0...0 }
        let length = max(1, min(block, values.count / 4))
        var sums = [0.0]
        for value in values { sums.append(sums[sums.count - 1] + value) }
        var random = Fingerprint()
        let blocks = max(1, values.count / length)
        var means: [Double] = []
        for draw in 0..<1000 {
            var total = 0.0
            for index in 0..<blocks {
                random.add(UInt64(draw * blocks + index))
                let begin = Int(random.value % UInt64(values.count - length + 1))
                total += sums[begin + length] - sums[begin]
            }
            means.append(total / Double(blocks * length))
        }
        means.sort()
        return means[25]...means[974]
    }

    var sentence: String {
        let kept = "The distilled student's error is \(fixed(student, 2)), the teacher's \(fixed(teacher, 2)) (\(signed(100 * (student / max(teacher, 1e-12) - 1), 1)) %), the same student's without a teacher \(fixed(conventional, 2))."
        let range = "\(signed(gain, 2)), 95 % interval \(signed(interval.lowerBound, 2)) to \(signed(interval.upperBound, 2)) over test weeks, one seed"
        if interval.lowerBound > 0 { return "\(kept) Distilling lowered the error by \(fixed(gain, 2)) (\(range))." }
        if interval.upperBound < 0 { return "\(kept) Distilling did not help: it raised the error by \(fixed(-gain, 2)) (\(range))." }
        return "\(kept) Distilling made no difference that this test can tell (\(range))."
    }

    private func signed(_ value: Double, _ decimals: Int) -> String {
        (value >= 0 ? "+" : "−") + fixed(value.magnitude, decimals)
    }
}
