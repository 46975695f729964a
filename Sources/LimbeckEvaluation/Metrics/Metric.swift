/// What turns predictions and truth into one number, with its unit and the better direction.
///
/// A metric is one file here and one line in ``MetricCatalog``. It accumulates in `Double` and
/// throws rather than returning NaN: code `undefined` when the data give it no value.
public protocol Metric: Sendable {
    /// As written in recipes and `scores.json`.
    var name: String { get }
    var summary: String { get }
    var direction: MetricDirection { get }
    var unit: MetricUnit { get }
    var task: MetricTask { get }

    func value(_ input: MetricInput) throws -> MetricValue
}

/// A metric's result and the number of values it rests on.
public struct MetricValue: Hashable, Sendable {
    public var value: Double
    /// Values that entered; fewer than were unmasked where a metric leaves some out, as MAPE does.
    public var count: Int

    public init(_ value: Double, count: Int) {
        self.value = value
        self.count = count
    }
}

public enum MetricDirection: String, Hashable, Sendable {
    case lowerIsBetter, higherIsBetter
    /// Best at a target value, as a 90 % interval's coverage is at 0.9.
    case closerToTarget
}

/// How a metric's unit follows from its channel's unit.
public enum MetricUnit: Hashable, Sendable {
    case sameAsChannel, squared, percent, none
    /// Not measured but counted: how many values there were.
    case values

    public func name(channel: String) -> String {
        switch self {
        case .sameAsChannel: channel
        case .squared: channel.isEmpty ? "" : "(\(channel))²"
        case .percent: "%"
        case .none: ""
        case .values: "values"
        }
    }

    /// What a deviation of the channel is in this unit.
    func size(of deviation: Double) -> Double {
        switch self {
        case .sameAsChannel: deviation
        case .squared: deviation * deviation
        case .percent, .none, .values: 1
        }
    }
}

/// What the columns of ``MetricInput/predicted`` are.
public enum MetricTask: String, Hashable, Sendable {
    /// One value beside one truth.
    case regression
    /// Lower and upper bound beside one truth.
    case interval
    /// Probability of class 1, or one probability per class, beside a class index.
    case classification
}
