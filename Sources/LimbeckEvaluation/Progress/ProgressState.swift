/// Where a training is: what the progress bar shows.
public struct ProgressState: Hashable, Sendable {
    /// What is being trained, for example `teacher`.
    public var label: String
    /// The epoch at work, counted from 1.
    public var epoch: Int
    public var epochCount: Int
    /// How much of this epoch is done, 0...1.
    public var fraction: Double
    public var loss: Double?
    /// Name and value of the last validation, for example `MAE` and 45.4.
    public var validation: (name: String, value: Double)? {
        get { validationName.map { ($0, validationValue) } }
        set {
            validationName = newValue?.name
            validationValue = newValue?.value ?? 0
        }
    }
    public var windowsPerSecond: Double?
    /// Seconds since this session started training.
    public var elapsed: Double
    /// Epochs that a resumed run had behind it when this session started.
    public var epochsBefore: Int
    private var validationName: String?
    private var validationValue = 0.0

    public init(
        label: String, epoch: Int, epochCount: Int, fraction: Double = 0, loss: Double? = nil,
        validation: (name: String, value: Double)? = nil, windowsPerSecond: Double? = nil,
        elapsed: Double = 0, epochsBefore: Int = 0
    ) {
        self.label = label
        self.epoch = epoch
        self.epochCount = epochCount
        self.fraction = fraction
        self.loss = loss
        self.windowsPerSecond = windowsPerSecond
        self.elapsed = elapsed
        self.epochsBefore = epochsBefore
        self.validation = validation
    }

    /// Share of all epochs that is done, 0...1.
    public var share: Double {
        guard epochCount > 0 else { return 0 }
        return min(1, max(0, (Double(epoch - 1) + fraction) / Double(epochCount)))
    }

    /// Seconds to the last epoch's end at this session's pace; nil before there is a pace.
    public var secondsLeft: Double? {
        let done = Double(epoch - 1 - epochsBefore) + fraction
        let rest = Double(epochCount - epoch + 1) - fraction
        guard done > 0.01, elapsed > 0, rest >= 0 else { return nil }
        return elapsed / done * rest
    }
}
