import Foundation
import LimbeckDistill
import LimbeckEvaluation
import Synchronization

/// Carries what a trainer tells to the log, the observer and back: continue or stop.
final class TrainingReporter: @unchecked Sendable {
    private let role: Role
    private let label: String
    private let trial: Int
    private let epochs: Int
    private let log: RunLog
    private let observer: any RunObserver
    private let interruption: Interruption?
    /// The error on validation.
    private let metric: String
    private let begin = Date()
    /// Epochs a resumed run had behind it.
    private var epochsBefore: Int?
    private var failure: (any Error)?

    init(
        role: Role, label: String, trial: Int, epochs: Int, log: RunLog, observer: any RunObserver,
        interruption: Interruption?, metric: String
    ) {
        self.role = role
        self.label = label
        self.trial = trial
        self.epochs = epochs
        self.log = log
        self.observer = observer
        self.interruption = interruption
        self.metric = metric
    }

    /// Called by the trainer on its own thread.
    func receive(_ update: TrainingUpdate) -> TrainingDecision {
        switch update {
        case .progress(let progress):
            observer.progress(
                state(
                    epoch: progress.epoch, fraction: Double(progress.step) / Double(max(1, progress.steps)),
                    loss: progress.loss, error: progress.validationError, rate: progress.samplesPerSecond))
        case .epoch(let epoch):
            do { try log.append(event(epoch)) } catch { failure = error }
            observer.epochEnded(
                state(
                    epoch: epoch.epoch, fraction: 1, loss: epoch.loss, error: epoch.validationError,
                    rate: epoch.samplesPerSecond))
        }
        return interruption?.signal != nil || failure != nil ? .stop : .proceed
    }

    /// Throws what went wrong while logging.
    func check() throws { if let failure { throw failure } }

    func events(_ history: [TrainingUpdate.Epoch]) -> [TrainingEvent] { history.map(event) }

    private func event(_ epoch: TrainingUpdate.Epoch) -> TrainingEvent {
        TrainingEvent(
            role: role, model: label, seed: log.seed, trial: trial, epoch: epoch.epoch + 1,
            step: epoch.epoch + 1, loss: epoch.loss, losses: epoch.terms,
            validation: [metric: epoch.validationError], learningRate: epoch.learningRate,
            seconds: epoch.seconds, windowsPerSecond: epoch.samplesPerSecond, time: WallClock.now)
    }

    private func state(epoch: Int, fraction: Double, loss: Double, error: Double?, rate: Double) -> ProgressState {
        if epochsBefore == nil { epochsBefore = epoch }
        return ProgressState(
            label: role.label(for: label), epoch: epoch + 1, epochCount: epochs, fraction: fraction, loss: loss,
            validation: error.map { (ScoreColumn.title(of: metric), $0) }, windowsPerSecond: rate,
            elapsed: Date().timeIntervalSince(begin), epochsBefore: epochsBefore ?? 0)
    }
}

/// The run's event log and TensorBoard files; an epoch is logged once, also across resumptions.
final class RunLog: @unchecked Sendable {
    let seed: Int
    private let directory: RunDirectory
    private let events: EventLog
    private var boards: [Role: TensorBoardWriter] = [:]
    private var logged: Set<String> = []
    private let isResuming: Bool

    init(_ directory: RunDirectory, seed: Int, isResuming: Bool) throws {
        self.directory = directory
        self.seed = seed
        self.isResuming = isResuming
        events = try directory.eventLog()
        if isResuming {
            for event in try EventLog.read(directory.path(of: .events)) { logged.insert(Self.key(event)) }
        }
    }

    func append(_ event: TrainingEvent) throws {
        guard logged.insert(Self.key(event)).inserted else { return }
        try events.append(event)
        let board: TensorBoardWriter
        if let open = boards[event.role] {
            board = open
        } else {
            board = try directory.tensorBoard(for: event.role, resumingAt: isResuming ? event.epoch : nil)
            boards[event.role] = board
        }
        try board.write(event)
    }

    private static func key(_ event: TrainingEvent) -> String {
        "\(event.role.rawValue) \(event.trial) \(event.epoch)"
    }
}
