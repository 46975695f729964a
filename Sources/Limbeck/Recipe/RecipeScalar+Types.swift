/// Types that a scalar of a recipe is read as and written from.
protocol RecipeScalar {
    /// For errors: `a whole number`.
    static func expectation(for scalar: RecipeNode.Scalar) -> String
    init?(recipe scalar: RecipeNode.Scalar)
    var recipeScalar: RecipeNode.Scalar { get }
}

extension String: RecipeScalar {
    static func expectation(for scalar: RecipeNode.Scalar) -> String { "text" }
    init?(recipe scalar: RecipeNode.Scalar) {
        if scalar.isNull { return nil }
        self = scalar.text
    }
    var recipeScalar: RecipeNode.Scalar { .init(self, quoted: true) }
}

extension Bool: RecipeScalar {
    static func expectation(for scalar: RecipeNode.Scalar) -> String { "true or false" }
    init?(recipe scalar: RecipeNode.Scalar) {
        guard !scalar.isQuoted, let value = RecipeNode.Scalar.truth(scalar.text) else { return nil }
        self = value
    }
    var recipeScalar: RecipeNode.Scalar { .init(self ? "true" : "false") }
}

extension RecipeScalar where Self: FixedWidthInteger {
    static func expectation(for scalar: RecipeNode.Scalar) -> String {
        guard !scalar.isQuoted, let value = RecipeNode.Scalar.number(scalar.text),
            value.rounded() == value
        else { return "a whole number" }
        return "a whole number from \(Self.min) to \(Self.max)"
    }
    init?(recipe scalar: RecipeNode.Scalar) {
        guard !scalar.isQuoted,
            let value = RecipeNode.Scalar.whole(scalar.text, as: Self.self)
        else { return nil }
        self = value
    }
    var recipeScalar: RecipeNode.Scalar { .init(String(self)) }
}

extension Int: RecipeScalar {}
extension Int8: RecipeScalar {}
extension Int16: RecipeScalar {}
extension Int32: RecipeScalar {}
extension Int64: RecipeScalar {}
extension UInt: RecipeScalar {}
extension UInt8: RecipeScalar {}
extension UInt16: RecipeScalar {}
extension UInt32: RecipeScalar {}
extension UInt64: RecipeScalar {}

extension RecipeScalar where Self: BinaryFloatingPoint & LosslessStringConvertible {
    static func expectation(for scalar: RecipeNode.Scalar) -> String { "a number" }
    /// The nearest value; a finite number too large for the type is none.
    init?(recipe scalar: RecipeNode.Scalar) {
        guard !scalar.isQuoted, let value = RecipeNode.Scalar.number(scalar.text) else {
            return nil
        }
        self.init(value)
        let infinite = scalar.text.hasSuffix(".inf")
        if isInfinite && !infinite { return nil }
    }
    var recipeScalar: RecipeNode.Scalar {
        if isInfinite { return .init(sign == .minus ? "-.inf" : ".inf") }
        return .init(isNaN ? ".nan" : description)
    }
}

extension Float: RecipeScalar {}
extension Double: RecipeScalar {}
