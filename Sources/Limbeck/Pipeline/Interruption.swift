import Synchronization

/// Asks a run to stop at its next safe point: set by a signal, read between steps.
public final class Interruption: Sendable {
    private let signalNumber = Atomic<Int32>(0)

    public init() {}

    public func request(signal: Int32) { signalNumber.store(signal, ordering: .relaxed) }

    /// The signal that asked, or nil.
    public var signal: Int32? {
        let number = signalNumber.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}

/// The run was asked to stop; its checkpoints hold where it was.
public struct Interrupted: Error, CustomStringConvertible {
    public var signal: Int32
    public var runDirectory: String

    public var description: String {
        "Interrupted; the run is kept in \(runDirectory). Continue with: limbeck run --resume --run-dir \(runDirectory)"
    }
}
