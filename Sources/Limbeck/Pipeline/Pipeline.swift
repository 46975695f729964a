import Foundation
import LimbeckCompute
import LimbeckData
public import LimbeckDistill
import LimbeckEvaluation
import LimbeckExport
import LimbeckFiles
public import LimbeckModels
import LimbeckSeries

/// The whole path: data → baselines → teacher → soft labels → students → proof → run directory.
///
///     let result = try Pipeline(recipe).run()
///     print(result.comparison, result.reportPath)
///
/// Every stage keeps its state in the run directory, so that a run that was interrupted goes on
/// where it was and ends with the same bits.
public struct Pipeline {
    public var recipe: Recipe
    public var models: ModelCatalog = .standard
    public var losses: LossCatalog = .standard
    public var threads: Int = ProcessInfo.processInfo.activeProcessorCount
    public var observer: any RunObserver = SilentObserver()
    public var interruption: Interruption?
    /// Continue the run kept here; empty starts a new one below `recipe.output.directory`.
    public var resuming = ""
    /// Where to stop: after the teacher, or with the report.
    public var lastStage = Stage.report
    /// A new run's folder; empty names one by recipe and time.
    public var runDirectory = ""

    public init(_ recipe: Recipe) { self.recipe = recipe }

    public enum Stage: Hashable, Sendable { case teacher, report }

    public func run() throws -> RunResult {
        // Everything that can be refused is refused before data is read.
        let objective = try recipe.objective(losses)
        try recipe.trainingConfiguration().validate()
        try recipe.teacherConfiguration().validate()
        try objective.validate(teachers: 1)
        let data = try PreparedData(recipe)
        return try run(data)
    }

    /// With data that was read before.
    public func run(_ data: PreparedData) throws -> RunResult {
        let teacherModel = try recipe.teacherModel(data.context, models)
        _ = try recipe.studentModel(data.context, models)
        let directory = try openDirectory()
        let recipePath = directory.path(of: .recipe)
        let kept = FileManager.default.fileExists(atPath: recipePath) ? try FileBytes.read(recipePath) : nil
        try directory.write(recipe.yaml(), to: .recipe)
        do {
            return try stages(data, teacherModel, in: directory)
        } catch let error as DistillError where error.code == .mismatch {
            // The checkpoints are of the recipe that was there: it stays, so that the run can go on.
            if let kept { try directory.write(kept, to: .recipe) }
            throw error
        }
    }

    private func stages(
        _ data: PreparedData, _ teacherModel: any Model, in directory: RunDirectory
    ) throws -> RunResult {
        let pool = WorkerPool(workers: threads)
        let session = try Session(
            pipeline: self, data: data, directory: directory, pool: pool, isResuming: !resuming.isEmpty)
        observer.note(data.quality.description)
        for finding in data.repairs { observer.note(finding.message) }

        var contestants = try session.baselines()
        let teacher = try session.teacher(teacherModel)
        contestants.append(teacher.contestant)
        if lastStage == .teacher { return try session.finish(teacherOf: contestants) }
        let labels = try session.softLabels(teacher.forecaster)

        let students = try session.students(teacher, labels: labels, contestants: contestants)
        contestants += [students.conventional.contestant, students.distilled.contestant]

        return try session.finish(contestants, students)
    }

    private func openDirectory() throws -> RunDirectory {
        if !resuming.isEmpty { return try RunDirectory(opening: resuming) }
        if !runDirectory.isEmpty { return try RunDirectory(creatingAt: runDirectory) }
        return try RunDirectory(creating: recipe.name, in: recipe.output.directory)
    }
}
