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
    public var observer: any RunObserver = SilentObserver()
    public var interruption: Interruption?
    /// Continue the run kept here; empty starts a new one below `recipe.output.directory`.
    public var resuming = ""
    /// Where to stop: after the teacher, or with the report.
    public var lastStage = Stage.report
    /// A new run's folder; empty names one by recipe and time.
    public var runDirectory = ""

    public init(_ recipe: Recipe) {
        self.recipe = recipe
        // The number is part of what decides the bits, so the resolved recipe holds it.
        if recipe.training.threads == 0 {
            self.recipe.training.threads = min(1024, ProcessInfo.processInfo.activeProcessorCount)
        }
    }

    public enum Stage: Hashable, Sendable { case teacher, report }

    public func run() throws -> RunResult {
        // Everything that can be refused is refused before data is read.
        let objective = try recipe.objective(losses)
        try recipe.trainingConfiguration().validate()
        for teacher in recipe.teachers { try recipe.configuration(of: teacher.teacher).validate() }
        do { try objective.validate(teachers: recipe.teachers.count, task: recipe.task.taskKind) } catch let error
            as DistillError
        {
            throw recipe.refusal(of: error)
        }
        guard recipe.training.sampling == .all || recipe.task.kind == .classify else {
            throw recipe.error(at: "training.sampling", "is for labels and events, kind: classify; leave it out")
        }
        if objective.trainsTeacher, lastStage == .teacher {
            throw recipe.error(
                at: "distillation.terms", "train the teacher beside the student, so there is none to train alone")
        }
        if lastStage == .report { try recipe.tryStudent(models) }
        let data = try PreparedData(recipe)
        return try run(data)
    }

    /// With data that was read before.
    public func run(_ data: PreparedData) throws -> RunResult {
        let plan = try Plan(self, data)
        let directory = try openDirectory()
        let session = try Session(plan, data: data, directory: directory, isResuming: !resuming.isEmpty)
        observer.note(data.quality.description)
        for finding in data.repairs { observer.note(finding.message) }
        for note in data.notes + plan.notes { observer.note(note) }
        return try session.run()
    }

    private func openDirectory() throws -> RunDirectory {
        if !resuming.isEmpty { return try RunDirectory(opening: resuming) }
        if !runDirectory.isEmpty { return try RunDirectory(creatingAt: runDirectory) }
        return try RunDirectory(creating: recipe.name, in: recipe.output.directory)
    }
}

extension Objective {
    /// The teacher learns beside the student: there is no teacher before, and nothing to record.
    var trainsTeacher: Bool { terms.contains { $0.loss.needs.trainsTeacher } }
}
