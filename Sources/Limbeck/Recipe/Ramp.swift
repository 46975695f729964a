public import LimbeckDistill

/// A number that may change over the epochs: `0.5`, or `{ from: 1, to: 0.2, over: 10 }`.
public struct Ramp: Hashable, Sendable {
    public typealias Shape = Schedule.Shape

    public var from: Double
    public var to: Double
    /// Epochs until `to` is reached; it stays there.
    public var over: Double
    public var shape: Shape

    public init(from: Double, to: Double, over: Double, shape: Shape = .linear) {
        self.from = from
        self.to = to
        self.over = over
        self.shape = shape
    }

    public init(_ value: Double) { self.init(from: value, to: value, over: 1) }

    public var isConstant: Bool { from == to }

    /// The value after `epoch` epochs, which may be a fraction.
    public func value(at epoch: Double) -> Double {
        schedule().value(epoch: epoch)
    }
}

extension Ramp: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }
}

/// Two spellings, so this one is written by hand.
extension Ramp: Codable {
    private enum Key: String, CodingKey { case from, to, over, shape }

    public init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: Key.self) {
            self.init(
                from: try keyed.decode(Double.self, forKey: .from),
                to: try keyed.decode(Double.self, forKey: .to),
                over: try keyed.decode(Double.self, forKey: .over),
                shape: try keyed.decodeIfPresent(Shape.self, forKey: .shape) ?? .linear)
            return
        }
        guard let value = try? decoder.singleValueContainer().decode(Double.self) else {
            throw DecodingError.typeMismatch(
                Double.self,
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected a number or { from: 1, to: 0.2, over: 10 }"))
        }
        self.init(value)
    }

    public func encode(to encoder: any Encoder) throws {
        if isConstant {
            var container = encoder.singleValueContainer()
            return try container.encode(from)
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(from, forKey: .from)
        try container.encode(to, forKey: .to)
        try container.encode(over, forKey: .over)
        try container.encode(shape, forKey: .shape)
    }
}
