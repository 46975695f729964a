import Foundation
import LimbeckCompute
import LimbeckONNX

extension SupportedOperations {
    /// y = f(x): known numbers at once where `fold` is given.
    private static func function(
        _ fold: (@Sendable (Double) -> Double)? = nil,
        _ trace: @escaping @Sendable (NodeSite, Tensor) throws -> Tensor
    ) -> Handler {
        { site in
            if let fold, let known = try site.value(0).known {
                return [
                    .numbers(
                        Numbers(try site.foldable(known.extents), known.values.map(fold), isInteger: known.isInteger))
                ]
            }
            return [.tensor(try trace(site, site.tensor(0)))]
        }
    }

    private static func function(
        _ kind: Unary.Kind, _ fold: (@Sendable (Double) -> Double)? = nil
    ) -> Handler {
        function(fold) { $0.unary(kind, $1) }
    }

    static let unary: [String: Handler] = [
        "Identity": { [try $0.value(0)] },
        // Dropout of a model in use keeps everything.
        "Dropout": { [try $0.value(0)] },
        "Cast": cast, "CastLike": { [try $0.value(0)] },
        "Neg": function(.negate, -), "Abs": function(.absolute, { Swift.abs($0) }),
        "Sign": function(.sign, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
        "Exp": function(.exp, { Foundation.exp($0) }), "Log": function(.log, { Foundation.log($0) }),
        "Sqrt": function(.squareRoot, { $0.squareRoot() }), "Reciprocal": function(.reciprocal, { 1 / $0 }),
        "Erf": function(.erf), "Sigmoid": function(.sigmoid), "Tanh": function(.tanh), "Relu": function(.relu),
        "Softplus": function(.softplus),
        "Not": function({ $0 == 0 ? 1 : 0 }) { $0.not($1) },
        "Floor": folded { $0.rounded(.down) }, "Ceil": folded { $0.rounded(.up) },
        "Round": folded { $0.rounded(.toNearestOrEven) },
        "Softsign": function { try $0.divide($1, $0.scaled($0.unary(.absolute, $1), 1, shift: 1)) },
    ]

    /// For shapes only: there is no gradient to speak of.
    private static func folded(_ fold: @escaping @Sendable (Double) -> Double) -> Handler {
        function(fold) { site, _ in throw site.unsupported("rounding of data") }
    }

    /// Data keep their values, whatever their type; known numbers are cut to whole ones.
    private static let cast: Handler = { site in
        let type = try site.integer("to", 1)
        guard let known = try site.value(0).known else { return [try site.value(0)] }
        let values: [Double]
        switch type {
        case 9: values = known.values.map { $0 != 0 ? 1 : 0 }
        case 1, 10, 11, 16: values = known.values
        default: values = known.values.map { $0.rounded(.towardZero) }
        }
        return [.numbers(Numbers(known.extents, values, isInteger: ![1, 10, 11, 16].contains(type)))]
    }

    static let activations: [String: Handler] = [
        "LeakyRelu": function { site, x in
            let slope = try site.float("alpha", 0.01)
            return try site.add(site.unary(.relu, x), site.scaled(site.minimum(x, 0), slope))
        },
        "PRelu": { site in
            let x = try site.tensor(0)
            return [.tensor(try site.add(site.unary(.relu, x), site.multiply(site.minimum(x, 0), site.tensor(1))))]
        },
        "Elu": function { try $0.exponentialUnit($1, $0.float("alpha", 1)) },
        "Celu": function { site, x in
            let alpha = try site.float("alpha", 1)
            guard alpha != 0 else { throw site.malformed("alpha is 0") }
            let low = site.unary(.exp, site.scaled(try site.minimum(x, 0), 1 / alpha))
            return try site.add(site.unary(.relu, x), site.scaled(low, alpha, shift: -alpha))
        },
        "Selu": function { site, x in
            let unit = try site.exponentialUnit(x, site.float("alpha", 1.673_263_2))
            return site.scaled(unit, try site.float("gamma", 1.050_701))
        },
        "Gelu": function { site, x in
            if try site.text("approximate", "none") == "tanh" {
                // x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2
                let cube = try site.multiply(site.unary(.square, x), x)
                let inner = site.scaled(try site.add(x, site.scaled(cube, 0.044_715)), 0.797_884_6)
                return try site.multiply(x, site.scaled(site.unary(.tanh, inner), 0.5, shift: 0.5))
            }
            return try site.multiply(x, site.scaled(site.unary(.erf, site.scaled(x, 0.707_106_77)), 0.5, shift: 0.5))
        },
        "HardSigmoid": function { try $0.hardSigmoid($1, $0.float("alpha", 0.2), $0.float("beta", 0.5)) },
        "HardSwish": function { try $0.multiply($1, $0.hardSigmoid($1, 1 / 6, 0.5)) },
        "Mish": function { try $0.multiply($1, $0.unary(.tanh, $0.unary(.softplus, $1))) },
        "Swish": function { try $0.multiply($1, $0.unary(.sigmoid, $0.scaled($1, $0.float("alpha", 1)))) },
        "Clip": function { site, x in
            func bound(_ name: String, _ input: Int) throws -> Float? {
                if site.has(input) { return Float(try site.scalar(input)) }
                return site.node.attributes[name] == nil ? nil : try site.float(name, 0)
            }
            var x = x
            if let low = try bound("min", 1) { x = try site.maximum(x, low) }
            if let high = try bound("max", 2) { x = try site.minimum(x, high) }
            return x
        },
    ]
}

extension NodeSite {
    /// max(x, 0) + α (exp(min(x, 0)) − 1)
    func exponentialUnit(_ x: Tensor, _ alpha: Float) throws -> Tensor {
        let low = unary(.exp, try minimum(x, 0))
        return try add(unary(.relu, x), scaled(low, alpha, shift: -alpha))
    }

    /// α x + β, cut to [0, 1]
    func hardSigmoid(_ x: Tensor, _ alpha: Float, _ beta: Float) throws -> Tensor {
        try minimum(maximum(scaled(x, alpha, shift: beta), 0), 1)
    }
}
