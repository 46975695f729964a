import LimbeckEvaluation
import LimbeckExport

extension Session {
    /// The distilled student as its file will keep it, scored by the device runtime; nil for float32,
    /// which loses nothing.
    func shipped(_ student: Trained) throws -> (file: [UInt8], contestant: Contestant)? {
        let storage = recipe.student.weights
        guard storage != .float32, let own = student.content else { return nil }
        var content = try own.stored(as: storage, calibratedOn: calibrationWindows())
        let file = try encoded(content, student.learner.name)
        let device = try StudentForecaster(bytes: file, name: "\(recipe.student.model), \(storage.rawValue)")
        let readings = data.series.withGaps
        var contestant = try Contestant(
            role: .shippedStudent, name: device.name,
            validation: device.forecast(readings, origins: data.validation),
            test: device.forecast(readings, origins: data.test),
            parameters: student.contestant.parameters, flops: device.cost.flops, timing: timing(of: device))
        if let planted = data.planted {
            func answers(_ origins: [Int]) throws -> Forecast {
                try device.forecast(readings, origins: origins) {
                    planted.readings(before: $0, history: data.shape.history)
                }
            }
            (contestant.plantedValidation, contestant.planted) = (try answers(data.validation), try answers(data.test))
        }
        // With the thresholds of its own answers.
        content.card = try card(contestant)
        let shipped = try encoded(content, student.learner.name)
        contestant.bytes = shipped.count
        return (shipped, contestant)
    }

    /// Windows spread evenly over the training part.
    private func calibrationWindows(count: Int = 256) -> [CalibrationWindow] {
        // Of the first variant, where there are several.
        let origins = data.train.filter { $0 < data.series.times.count }
        let step = max(1, origins.count / count)
        let width = data.series.stepSize, readings = data.series.withGaps
        return stride(from: 0, to: origins.count, by: step).map { number in
            let origin = origins[number]
            let first = (origin - data.shape.history) * width
            return CalibrationWindow(
                history: Array(readings.values[first..<origin * width]),
                origin: data.series.times.instant(origin))
        }
    }
}
