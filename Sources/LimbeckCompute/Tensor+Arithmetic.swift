// Elementwise arithmetic as it is written in layers and losses.

extension Tensor {
    public func unary(_ kind: Unary.Kind) -> Tensor { trace.apply(Unary(kind: kind), [self]) }

    /// Elementwise with broadcasting; operands no stride pattern serves are repeated first.
    public func binary(_ kind: Binary.Kind, _ other: Tensor) -> Tensor {
        guard let shape = Shape.broadcast(self.shape, other.shape) else {
            preconditionFailure("\(kind): \(self.shape) and \(other.shape) do not broadcast")
        }
        return trace.apply(Binary(kind: kind), [readable(in: shape), other.readable(in: shape)])
    }

    private func readable(in shape: Shape) -> Tensor {
        self.shape.pattern(in: shape) == nil ? broadcast(to: shape) : self
    }

    public func broadcast(to shape: Shape) -> Tensor {
        self.shape == shape ? self : trace.apply(Broadcast(shape: shape), [self])
    }

    public static func + (a: Tensor, b: Tensor) -> Tensor { a.binary(.add, b) }
    public static func - (a: Tensor, b: Tensor) -> Tensor { a.binary(.subtract, b) }
    public static func * (a: Tensor, b: Tensor) -> Tensor { a.binary(.multiply, b) }
    public static func / (a: Tensor, b: Tensor) -> Tensor { a.binary(.divide, b) }
    public static prefix func - (a: Tensor) -> Tensor { a.unary(.negate) }

    public func scaled(_ factor: Float) -> Tensor { unary(.affine(scale: factor, shift: 0)) }
    public func plus(_ shift: Float) -> Tensor { unary(.affine(scale: 1, shift: shift)) }
    public func maximum(_ other: Tensor) -> Tensor { binary(.maximum, other) }
    public func minimum(_ other: Tensor) -> Tensor { binary(.minimum, other) }
    public func greater(_ other: Tensor) -> Tensor { binary(.greater, other) }
}

public func relu(_ x: Tensor) -> Tensor { x.unary(.relu) }
public func sigmoid(_ x: Tensor) -> Tensor { x.unary(.sigmoid) }
public func tanh(_ x: Tensor) -> Tensor { x.unary(.tanh) }
public func softplus(_ x: Tensor) -> Tensor { x.unary(.softplus) }
public func exp(_ x: Tensor) -> Tensor { x.unary(.exp) }
public func log(_ x: Tensor) -> Tensor { x.unary(.log) }
public func abs(_ x: Tensor) -> Tensor { x.unary(.absolute) }
public func square(_ x: Tensor) -> Tensor { x.unary(.square) }

/// x Φ(x) = x (1 + erf(x / √2)) / 2 (Hendrycks & Gimpel 2016).
public func gelu(_ x: Tensor) -> Tensor {
    x * x.scaled(0.707_106_77).unary(.erf).unary(.affine(scale: 0.5, shift: 0.5))
}
