public import LimbeckEvaluation

/// What a run tells while it goes on. The command line draws it; a library user may ignore it.
public protocol RunObserver: AnyObject {
    /// A new stage, for example "Teacher: graphMixer × 3, 163,116 parameters".
    func stage(_ text: String)
    /// Something worth knowing about the stage.
    func note(_ text: String)
    func progress(_ state: ProgressState)
    func epochEnded(_ state: ProgressState)
}

/// Says nothing.
public final class SilentObserver: RunObserver {
    public init() {}
    public func stage(_ text: String) {}
    public func note(_ text: String) {}
    public func progress(_ state: ProgressState) {}
    public func epochEnded(_ state: ProgressState) {}
}
