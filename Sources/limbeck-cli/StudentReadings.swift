import Foundation
import LimbeckData
import LimbeckEvaluation
import LimbeckSeries

/// New readings as a student reads them: its places in its order, as far back as it looks.
struct StudentReadings {
    let forecaster: StudentForecaster
    let series: Series
    private let input: String

    /// - Parameter student: a file, or the folder of the run that made it.
    init(of forecaster: StudentForecaster, _ data: DataOptions) throws {
        self.forecaster = forecaster
        input = data.input
        let loaded = try data.load(for: forecaster)
        series = try forecaster.arranged(loaded.series)
        for finding in loaded.quality.findings where finding.severity == .repair {
            Console.note("repaired: \(finding.message)")
        }
        guard series.times.count >= forecaster.history else {
            throw Failure(
                code: 1,
                message:
                    "\(input): has \(series.times.count) steps, the student reads \(forecaster.history); give data "
                    + "that reaches further back.")
        }
    }

    /// Warns where the readings that are used lie far from those of training.
    func warnOfUnlikely(_ steps: Range<Int>) {
        if let finding = PlausibilityCheck.finding(series, scaler: forecaster.scaler, in: steps) {
            Console.warn(finding)
        }
    }
}
