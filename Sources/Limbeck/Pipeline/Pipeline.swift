import Foundation
import LimbeckCompute
import LimbeckData
import LimbeckDistill
import LimbeckEvaluation
import LimbeckExport
import LimbeckFiles
import LimbeckModels
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
    public var catalogs = Catalogs.standard
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
        let phases = try recipe.phases(catalogs)
        try recipe.trainingConfiguration().validate()
        for teacher in recipe.teachers { try recipe.configuration(of: teacher.teacher).validate() }
        try check(recipe, phases)
        for (index, contestant) in recipe.contestants.enumerated() {
            try about(contestant, index) {
                let own = try recipe.recipe(of: index)
                try own.trainingConfiguration().validate()
                try check(own, own.phases(catalogs))
                if lastStage == .report { try own.tryStudent(catalogs.models) }
            }
        }
        guard recipe.training.sampling == .all || recipe.task.kind == .classify else {
            throw recipe.error(at: "training.sampling", "is for labels and events, kind: classify; leave it out")
        }
        if phases.trainTeacher, lastStage == .teacher {
            throw recipe.error(
                at: "distillation.method", "trains the teacher beside the student, so there is none to train alone")
        }
        if lastStage == .report { try recipe.tryStudent(catalogs.models) }
        observer.note("reading and preparing \(recipe.data.text("path") ?? recipe.data.text("dataset") ?? "the data")")
        let data = try PreparedData(recipe, catalogs)
        return try run(data)
    }

    /// What can be said of an objective before data is read.
    private func check(_ recipe: Recipe, _ phases: [Phase]) throws {
        do {
            for phase in phases {
                try phase.objective.validate(teachers: recipe.teachers.count, task: recipe.task.taskKind)
            }
        } catch let error as DistillError {
            throw recipe.refusal(of: error)
        }
    }

    /// A refusal names the contestant that it is of.
    func about<T>(_ contestant: Recipe.Contestant, _ index: Int, _ body: () throws -> T) throws -> T {
        do { return try body() } catch {
            let message = (error as? LimbeckError)?.message ?? "\(error)"
            guard error is LimbeckError || error is DistillError || error is ModelError else { throw error }
            throw LimbeckError(
                (error as? LimbeckError)?.code ?? .invalidValue,
                message.hasPrefix("contestants[") ? message : "contestants[\(index)] (\(contestant.name)): \(message)")
        }
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

extension [Phase] {
    /// The teacher learns beside the student: there is no teacher before, and nothing to record.
    var trainTeacher: Bool { contains { $0.trainsTeacher } }

    /// What the steps of a horizon weigh where any term says so.
    var steps: StepBalance {
        flatMap { $0.objective.terms.map(\.loss.steps) }.first { $0 != .even } ?? .even
    }
}
