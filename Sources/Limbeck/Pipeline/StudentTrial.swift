import LimbeckCompute
import LimbeckData
import LimbeckExport
import LimbeckImport
import LimbeckModels
import LimbeckSeries

extension Recipe {
    /// Makes the student's model for a few made-up places and lowers it to a device program, so that one that no
    /// device runs is refused before data is read and a teacher is trained.
    ///
    /// A model that cannot be made for such places is left to its data.
    func tryStudent(_ catalog: ModelCatalog) throws {
        let nodes = 4, horizon = max(1, task.horizon), count = task.history + horizon
        var shape = ForecastShape(history: task.history, horizon: horizon, nodes: nodes, channels: 1, step: 3600)
        shape.head = task.kind != .forecast ? LabelHead(shares: [0.5]) : try task.forecastHead()
        // What a trial costs is bounded; a longer history lowers to the same operations.
        guard count <= 4096 else { return }
        try check(student.model, among: catalog.names, at: "student.model")
        let series = Series(
            name: "trial", times: TimeGrid(start: 0, step: 3600, count: count),
            places: (0..<nodes).map { Place(id: "\($0)") }, channels: [Channel(name: "value")],
            values: (0..<count * nodes).map { Float($0 % 7) })
        let scaler = try fitScaler(series, on: 0..<count)
        let statistics = TrainingStatistics(series, scaler: scaler, range: 0..<count, shape: shape)
        guard let model = try? studentModel(ModelContext(shape: shape, graph: .identity(nodes)), catalog) else {
            return
        }
        let forecaster = TrainedForecaster(
            name: student.model, model: model, shape: shape, scaler: scaler,
            parameters: model.initialParameters(statistics), pool: WorkerPool(workers: 1))
        do { _ = try forecaster.student(series: series) } catch let error as ExportError
            where error.code == .unsupportedOperation
        {
            throw self.error(
                at: "student.model",
                "\(student.model) cannot be a student, since no device runs it: \(error.message); choose another, it may "
                    + "still be a teacher")
        }
    }
}
