/// A target as a tree: truths above, numbers below.
indirect enum UntilExpression: Sendable {
    enum Arithmetic: String, Sendable { case plus = "+", minus = "-", times = "*", over = "/" }
    enum Order: String, Sendable {
        case lessOrEqual = "<=", less = "<", greaterOrEqual = ">=", greater = ">", equal = "=="
    }
    enum Joint: Sendable { case and, or }

    case number(Double)
    case metric(UntilMetric)
    case negative(UntilExpression)
    case arithmetic(UntilExpression, Arithmetic, UntilExpression)
    /// `span` is where it stands in the text, in characters.
    case comparison(UntilExpression, Order, UntilExpression, span: Range<Int>)
    case joint(UntilExpression, Joint, UntilExpression)

    var isTruth: Bool {
        switch self {
        case .comparison, .joint: true
        case .number, .metric, .negative, .arithmetic: false
        }
    }

    var metrics: [UntilMetric] {
        switch self {
        case .number: []
        case .metric(let metric): [metric]
        case .negative(let inner): inner.metrics
        case .arithmetic(let left, _, let right), .joint(let left, _, let right),
            .comparison(let left, _, let right, span: _):
            left.metrics + right.metrics
        }
    }

    /// The value of a number; of a truth, NaN.
    func number(_ value: (UntilMetric) throws -> Double) rethrows -> Double {
        switch self {
        case .number(let number): return number
        case .metric(let metric): return try value(metric)
        case .negative(let inner): return -(try inner.number(value))
        case .arithmetic(let left, let sign, let right):
            let (a, b) = (try left.number(value), try right.number(value))
            switch sign {
            case .plus: return a + b
            case .minus: return a - b
            case .times: return a * b
            case .over: return a / b
            }
        case .comparison, .joint: return .nan
        }
    }

    /// What is known without measuring: true, false, or nil when it depends.
    var known: Bool? {
        switch self {
        case .number, .metric, .negative, .arithmetic: return nil
        case .comparison(let left, let order, let right, span: _):
            guard metrics.isEmpty else { return nil }
            return order.holds(left.number { _ in .nan }, right.number { _ in .nan })
        case .joint(let left, let joint, let right):
            let (a, b) = (left.known, right.known)
            switch joint {
            case .and:
                return a == false || b == false ? false : (a == true && b == true ? true : nil)
            case .or:
                return a == true || b == true ? true : (a == false && b == false ? false : nil)
            }
        }
    }

    func truth(
        in text: String, comparisons: inout [UntilOutcome.Comparison],
        _ value: (UntilMetric) throws -> Double
    ) rethrows -> Bool {
        switch self {
        case .number, .metric, .negative, .arithmetic: return false
        case .comparison(let left, let order, let right, let span):
            let (a, b) = (try left.number(value), try right.number(value))
            let comparison = UntilOutcome.Comparison(
                text: String(Array(text)[span]), left: a, order: order.rawValue, right: b,
                isMet: a.isFinite && b.isFinite && order.holds(a, b))
            comparisons.append(comparison)
            return comparison.isMet
        case .joint(let left, let joint, let right):
            let a = try left.truth(in: text, comparisons: &comparisons, value)
            let b = try right.truth(in: text, comparisons: &comparisons, value)
            switch joint {
            case .and: return a && b
            case .or: return a || b
            }
        }
    }
}

extension UntilExpression.Order {
    /// False when either side is not a number.
    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .lessOrEqual: left <= right
        case .less: left < right
        case .greaterOrEqual: left >= right
        case .greater: left > right
        case .equal: left == right
        }
    }
}
