import Foundation
import LimbeckCompute

extension SupportedOperations {
    /// Known numbers at once, with `fold`; else as `trace` says.
    private static func pair(
        isComparison: Bool = false, _ fold: @escaping @Sendable (Double, Double) -> Double,
        _ trace: @escaping @Sendable (NodeSite, Tensor, Tensor) throws -> Tensor
    ) -> Handler {
        { site in
            if let a = try site.value(0).known, let b = try site.value(1).known {
                return [.numbers(try site.folded(a, b, isComparison: isComparison, fold))]
            }
            return [.tensor(try trace(site, site.tensor(0), site.tensor(1)))]
        }
    }

    /// f(f(a, b), c) …
    private static func chain(
        _ fold: @escaping @Sendable (Double, Double) -> Double, _ kind: Binary.Kind, isMean: Bool = false
    ) -> Handler {
        { site in
            let known = site.inputs.compactMap { $0?.known }
            if !isMean, let first = known.first, known.count == site.inputs.count {
                return [.numbers(try known.dropFirst().reduce(first) { try site.folded($0, $1, fold) })]
            }
            var result = try site.tensor(0)
            for index in site.inputs.indices.dropFirst() {
                result = try site.binary(kind, result, site.tensor(index))
            }
            return [.tensor(isMean ? site.scaled(result, 1 / Float(site.inputs.count)) : result)]
        }
    }

    static let arithmetic: [String: Handler] = [
        "Add": pair({ $0 + $1 }) { try $0.add($1, $2) },
        "Sub": pair({ $0 - $1 }) { try $0.subtract($1, $2) },
        "Mul": pair({ $0 * $1 }) { try $0.multiply($1, $2) },
        "Div": pair({ $0 / $1 }) { try $0.divide($1, $2) },
        "Mod": pair({ $1 == 0 ? 0 : $0 - ($0 / $1).rounded(.down) * $1 }) { site, _, _ in
            throw site.unsupported("a remainder of data")
        },
        "Pow": { site in
            if let exponent = try site.value(1).known, exponent.count == 1, let value = exponent.values.first,
                try site.value(0).known == nil
            {
                return [.tensor(try site.power(site.tensor(0), Float(value)))]
            }
            return try pair({ Foundation.pow($0, $1) }) { site, base, exponent in
                site.unary(.exp, try site.multiply(exponent, site.unary(.log, base)))
            }(site)
        },
        "Max": chain({ max($0, $1) }, .maximum), "Min": chain({ min($0, $1) }, .minimum),
        "Sum": chain({ $0 + $1 }, .add), "Mean": chain({ $0 + $1 }, .add, isMean: true),
    ]

    /// Truth is 1 or 0.
    static let comparisons: [String: Handler] = [
        "Greater": pair(isComparison: true, { $0 > $1 ? 1 : 0 }) { try $0.greater($1, $2) },
        "Less": pair(isComparison: true, { $0 < $1 ? 1 : 0 }) { try $0.greater($2, $1) },
        "GreaterOrEqual": pair(isComparison: true, { $0 >= $1 ? 1 : 0 }) { try $0.not($0.greater($2, $1)) },
        "LessOrEqual": pair(isComparison: true, { $0 <= $1 ? 1 : 0 }) { try $0.not($0.greater($1, $2)) },
        "Equal": pair(isComparison: true, { $0 == $1 ? 1 : 0 }) { site, a, b in
            site.not(try site.add(site.greater(a, b), site.greater(b, a)))
        },
        "And": pair(isComparison: true, { $0 != 0 && $1 != 0 ? 1 : 0 }) { try $0.multiply($1, $2) },
        "Or": pair(isComparison: true, { $0 != 0 || $1 != 0 ? 1 : 0 }) { try $0.binary(.maximum, $1, $2) },
        "Xor": pair(isComparison: true, { ($0 != 0) != ($1 != 0) ? 1 : 0 }) {
            $0.unary(.absolute, try $0.subtract($1, $2))
        },
        "Where": { site in
            let (condition, a, b) = (try site.value(0), try site.value(1), try site.value(2))
            let extents = try site.broadcast(site.broadcast(condition.extents, a.extents), b.extents)
            if let known = condition.known, let a = a.known, let b = b.known {
                let to = try site.foldable(extents)
                func spread(_ numbers: Numbers) -> Numbers {
                    numbers.gathered(Numbers.indices(of: numbers.extents, in: to), to)
                }
                let (chosen, other) = (spread(a).values, spread(b).values)
                let values = spread(known).values.enumerated().map { $1 != 0 ? chosen[$0] : other[$0] }
                return [.numbers(Numbers(to, values, isInteger: a.isInteger && b.isInteger))]
            }
            _ = try site.fitting(extents)
            // Chosen by products, so that what is not chosen must be finite: minus infinity, the usual
            // mask, becomes a number whose exponential is 0 as well.
            let mask = try site.tensor(0)
            return [
                .tensor(
                    try site.add(
                        site.multiply(mask, site.finite(1)), site.multiply(site.not(mask), site.finite(2))))
            ]
        },
    ]
}

extension NodeSite {
    func folded(
        _ a: Numbers, _ b: Numbers, isComparison: Bool = false, _ fold: (Double, Double) -> Double
    ) throws -> Numbers {
        let to = try foldable(try broadcast(a.extents, b.extents))
        let (left, right) = (a.values, b.values)
        let isInteger = a.isInteger && b.isInteger
        let values = zip(Numbers.indices(of: a.extents, in: to), Numbers.indices(of: b.extents, in: to))
            .map { fold(left[$0], right[$1]) }
        return Numbers(
            to, isInteger ? values.map { $0.isFinite ? $0.rounded(.towardZero) : 0 } : values,
            isInteger: isInteger || isComparison)
    }

    /// An input whose infinite constants are cut to ±1e30.
    func finite(_ index: Int) throws -> Tensor {
        guard let known = try value(index).known, known.values.contains(where: { !$0.isFinite }) else {
            return try tensor(index)
        }
        let values = known.values.map { $0.isNaN ? 0 : max(-1e30, min(1e30, $0)) }
        return try tracer.tensor(.numbers(Numbers(known.extents, values, isInteger: false)), for: node.label)
    }

    /// x to a known power: by products where it is whole and small.
    func power(_ x: Tensor, _ exponent: Float) throws -> Tensor {
        switch exponent {
        case 0: return scaled(x, 0, shift: 1)
        case 0.5: return unary(.squareRoot, x)
        case -0.5: return unary(.reciprocal, unary(.squareRoot, x))
        case _ where exponent.rounded() == exponent && Swift.abs(exponent) <= 16:
            var result = x
            for step in 1..<max(2, Int(Swift.abs(exponent))) where Int(Swift.abs(exponent)) > 1 {
                result = step == 1 ? unary(.square, x) : try multiply(result, x)
            }
            return exponent < 0 ? unary(.reciprocal, result) : result
        default: return unary(.exp, scaled(unary(.log, x), exponent))
        }
    }
}
