import Foundation
import LimbeckRuntime
import Observation

/// The student of the app, the readings that were typed, and its forecast.
@MainActor @Observable final class ForecastModel {
    private(set) var student: Student?
    private(set) var forecast: [Step] = []
    private(set) var problem = ""
    var readings = ""

    /// One step that was read or forecast.
    struct Step: Identifiable {
        let time: Date
        let value: Float
        let isForecast: Bool
        var id: Date { time }
    }

    /// Loads `Student.limbeck` from the app's bundle.
    func load() {
        guard let url = Bundle.main.url(forResource: "Student", withExtension: "limbeck") else {
            problem = "Student.limbeck is not in the app: add it to the target's resources."
            return
        }
        do {
            student = try Student(bytes: [UInt8](Data(contentsOf: url)))
        } catch let error as StudentError {
            problem = error.message
        } catch {
            problem = error.localizedDescription
        }
    }

    /// Forecasts from the last readings, one a line, newest last, the newest one step before now.
    func run(now: Date = .now) {
        guard let student else { return }
        problem = ""
        let shape = student.shape
        guard shape.nodes == 1, shape.channels == 1 else {
            problem = "This app shows students of one place; this one has \(shape.nodes)."
            return
        }
        let lines = readings.split(whereSeparator: \.isNewline)
        let values = lines.map { Float($0.trimmingCharacters(in: .whitespaces)) ?? .nan }
        guard values.count >= shape.history else {
            problem = "The student reads \(shape.history) readings; there are \(values.count)."
            return
        }
        let step = student.windowing.step
        let origin = Int64(now.timeIntervalSince1970) / step * step
        do {
            let past = Array(values.suffix(shape.history))
            let prediction = try student.predict(history: past, at: origin)
            forecast = (past + prediction.values).enumerated().map { index, value in
                Step(
                    time: Date(timeIntervalSince1970: Double(origin + Int64(index - shape.history) * step)),
                    value: value, isForecast: index >= shape.history)
            }
        } catch {
            problem = error.message
        }
    }
}
