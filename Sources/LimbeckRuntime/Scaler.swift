/// The one scaler: `scaled = (transform(value) - center) / spread`, per node and channel.
///
/// `center` and `spread` hold one entry per node and channel, `[N, C]`. A value equal for a
/// whole training part has spread 1, so that nothing divides by zero.
public struct Scaler: Hashable, Sendable {
    /// Applied before centring; its inverse after.
    public enum Transform: UInt8, Hashable, Sendable, CaseIterable {
        case identity
        /// `sign(x) √|x|`: for counts, whose deviation grows with their level.
        case squareRoot
    }

    public var transform: Transform
    public var center: [Float]
    public var spread: [Float]

    public init(transform: Transform = .identity, center: [Float], spread: [Float]) {
        precondition(center.count == spread.count, "Scaler: center and spread differ in size")
        self.transform = transform
        self.center = center
        self.spread = spread
    }

    @inlinable public func scaled(_ value: Float, at index: Int) -> Float {
        (transformed(value) - center[index]) / spread[index]
    }

    @inlinable public func unscaled(_ value: Float, at index: Int) -> Float {
        let inner = value * spread[index] + center[index]
        switch transform {
        case .identity: return inner
        case .squareRoot: return inner < 0 ? -(inner * inner) : inner * inner
        }
    }

    @inlinable public func transformed(_ value: Float) -> Float {
        switch transform {
        case .identity: value
        case .squareRoot: value < 0 ? -(-value).squareRoot() : value.squareRoot()
        }
    }
}
