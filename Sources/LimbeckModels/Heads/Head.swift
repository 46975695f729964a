public import LimbeckCompute
public import LimbeckSeries

/// What turns what a model knows of each place into an answer: one file each.
///
/// An architecture ends in `count` numbers for each place; the head makes of them what losses compare, and of that what
/// a device gives out. So every architecture answers every question.
public protocol Head: Sendable {
    /// With everything that distinguishes it: two heads of one name are the same.
    var name: String { get }
    /// Numbers that a model gives for each place.
    func count(_ shape: ForecastShape) -> Int
    /// Steps of an answer.
    func steps(_ shape: ForecastShape) -> Int
    /// Numbers that losses read, for each step and place.
    func width(_ shape: ForecastShape) -> Int
    /// Numbers that are given out, for each step and place.
    func answers(_ shape: ForecastShape) -> Int
    /// What the numbers are that losses read.
    var output: ModelOutput { get }
    /// `[B, N, count]` → `[B, S, N, width]`, scaled values or logits.
    ///
    /// - Parameter usual: what is usual at the steps ahead, `[B, N, H·O]` scaled, of models that forecast on top of it.
    func callAsFunction(_ numbers: Tensor, usual: Tensor?, _ shape: ForecastShape) -> Tensor
    /// How far answers are stretched about the median, of heads that tell quantiles.
    var stretch: Stretch? { get set }
    /// `[B, S, N, width]` → `[B, S, N, answers]`: scaled values as they are, probabilities of logits.
    func answer(_ output: Tensor) -> Tensor
}

extension Head {
    public func answers(_ shape: ForecastShape) -> Int { width(shape) }
    public func answer(_ output: Tensor) -> Tensor { output }

    /// None, of heads that tell no quantiles.
    public var stretch: Stretch? {
        get { nil }
        set {}
    }
}

/// What the numbers are that losses read.
public enum ModelOutput: Hashable, Sendable {
    /// Scaled values of the target channels.
    case values
    /// Scaled quantiles of each target channel, at these levels ascending.
    case quantiles([Double])
    /// Scaled mean and deviation of each target channel, of which these quantiles are told.
    case gaussian([Double])
    /// Logits of classes, of which one holds: through a softmax.
    case classes
    /// Logits of labels, each of which may hold: through a sigmoid each.
    case labels

    /// Whether the answer is scaled as the data is, and has its units.
    public var isScaled: Bool {
        switch self {
        case .values, .quantiles, .gaussian: true
        case .classes, .labels: false
        }
    }
}
