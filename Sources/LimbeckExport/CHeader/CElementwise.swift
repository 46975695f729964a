import LimbeckRuntime

/// Functions of one and of two values in C, equal to the runtime's up to rounding.
enum CElementwise {
    static func function(_ kind: UnaryKind) -> CFunction? {
        switch kind {
        case .identity: nil
        case .negate: .negate
        case .absolute: .absolute
        case .sign: .sign
        case .exponential: .exponential
        case .logarithm: .logarithm
        case .squareRoot: .square_root
        case .reciprocal: .reciprocal
        case .square: .square
        case .relu: .relu
        case .sigmoid: .sigmoid
        case .tanh: .hyperbolic_tangent
        case .softplus: .softplus
        case .erf: .error_function
        case .gelu: .gelu
        }
    }

    static func function(_ kind: BinaryKind) -> CFunction {
        switch kind {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .maximum: .maximum
        case .minimum: .minimum
        case .greater: .greater
        }
    }

    static func text(_ function: CFunction) -> String? {
        switch function {
        case .negate: unary(function, "-x")
        case .absolute: unary(function, "fabsf(x)")
        case .sign: unary(function, "x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f")
        case .exponential: unary(function, "expf(x)")
        case .logarithm: unary(function, "logf(x)")
        case .square_root: unary(function, "sqrtf(x)")
        case .reciprocal: unary(function, "1.0f / x")
        case .square: unary(function, "x * x")
        case .relu: unary(function, "x < 0.0f ? 0.0f : x")
        case .sigmoid:
            """
            /* 1 / (1 + e^-x), without overflow. */
            static float sigmoid(float x)
            {
                float e = expf(-fabsf(x));
                return (x < 0.0f ? e : 1.0f) / (1.0f + e);
            }

            """
        case .hyperbolic_tangent: unary(function, "tanhf(x)")
        case .softplus:
            "/* ln(1 + e^x), without overflow. */\n"
                + unary(function, "(x < 0.0f ? 0.0f : x) + log1pf(expf(-fabsf(x)))")
        case .error_function: unary(function, "erff(x)")
        case .gelu: unary(function, "0.5f * x * (1.0f + error_function(x * 0.707106781f))")
        case .add: binary(function, "a + b")
        case .subtract: binary(function, "a - b")
        case .multiply: binary(function, "a * b")
        case .divide: binary(function, "a / b")
        case .maximum: binary(function, "a > b ? a : b")
        case .minimum: binary(function, "a < b ? a : b")
        case .greater: binary(function, "a > b ? 1.0f : 0.0f")
        default: nil
        }
    }

    private static func unary(_ function: CFunction, _ value: String) -> String {
        "static float \(function.rawValue)(float x)\n{\n    return \(value);\n}\n"
    }

    private static func binary(_ function: CFunction, _ value: String) -> String {
        "static float \(function.rawValue)(float a, float b)\n{\n    return \(value);\n}\n"
    }
}
