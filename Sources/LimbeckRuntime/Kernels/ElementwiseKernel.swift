/// Loops over elementwise functions. The function is inlined into its loop and vectorised.
enum ElementwiseKernel {
    typealias Values = UnsafePointer<Float>
    typealias Result = UnsafeMutablePointer<Float>

    @inline(__always)
    static func map(_ x: Values, _ y: Result, _ count: Int, _ function: (Float) -> Float) {
        for index in 0..<count { y[index] = function(x[index]) }
    }

    static func unary(_ kind: UnaryKind, _ x: Values, _ y: Result, _ count: Int) {
        if !Included.everything { return map(x, y, count) { value(kind, $0) } }
        switch kind {
        case .identity: if x != Values(y) { map(x, y, count) { $0 } }
        case .negate: map(x, y, count) { -$0 }
        case .absolute: map(x, y, count) { $0.magnitude }
        case .sign: map(x, y, count) { $0 > 0 ? 1 : ($0 < 0 ? -1 : 0) }
        case .exponential: map(x, y, count) { Elementary.exponential($0) }
        case .logarithm: map(x, y, count) { Elementary.logarithm($0) }
        case .squareRoot: map(x, y, count) { $0.squareRoot() }
        case .reciprocal: map(x, y, count) { 1 / $0 }
        case .square: map(x, y, count) { $0 * $0 }
        case .relu: map(x, y, count) { $0 < 0 ? 0 : $0 }
        case .sigmoid: map(x, y, count) { Elementary.sigmoid($0) }
        case .tanh: map(x, y, count) { Elementary.hyperbolicTangent($0) }
        case .softplus: map(x, y, count) { Elementary.softplus($0) }
        case .erf: map(x, y, count) { Elementary.errorFunction($0) }
        case .gelu: map(x, y, count) { Elementary.gelu($0) }
        }
    }

    /// One value; what is beyond dense layers stays as it is in the small build.
    @inline(__always) private static func value(_ kind: UnaryKind, _ x: Float) -> Float {
        switch kind {
        case .negate: -x
        case .absolute: x.magnitude
        case .relu: x < 0 ? 0 : x
        case .sigmoid: Elementary.sigmoid(x)
        case .tanh: Elementary.hyperbolicTangent(x)
        default: x
        }
    }

    static func affine(_ scale: Float, _ shift: Float, _ x: Values, _ y: Result, _ count: Int) {
        map(x, y, count) { $0 * scale + shift }
    }

    static func binary(
        _ kind: BinaryKind, _ left: Cursor, _ right: Cursor, _ y: Result, _ count: Int
    ) {
        if !Included.everything { return plain(kind, left, right, y, count) }
        switch kind {
        case .add: zip(left, right, y, count) { $0 + $1 }
        case .subtract: zip(left, right, y, count) { $0 - $1 }
        case .multiply: zip(left, right, y, count) { $0 * $1 }
        case .divide: zip(left, right, y, count) { $0 / $1 }
        case .maximum: zip(left, right, y, count) { $0 > $1 ? $0 : $1 }
        case .minimum: zip(left, right, y, count) { $0 < $1 ? $0 : $1 }
        case .greater: zip(left, right, y, count) { $0 > $1 ? 1 : 0 }
        }
    }

    /// One value after another.
    private static func plain(_ kind: BinaryKind, _ left: Cursor, _ right: Cursor, _ y: Result, _ count: Int) {
        for index in 0..<count {
            let a = left[index]
            let b = right[index]
            switch kind {
            case .add: y[index] = a + b
            case .subtract: y[index] = a - b
            case .multiply: y[index] = a * b
            case .divide: y[index] = a / b
            case .maximum: y[index] = a > b ? a : b
            case .minimum: y[index] = a < b ? a : b
            case .greater: y[index] = a > b ? 1 : 0
            }
        }
    }

    static func broadcast(_ operand: Cursor, _ y: Result, _ count: Int) {
        var cursor = operand
        var done = 0
        while done < count {
            let run = min(cursor.run, count - done)
            let x = cursor.pointer
            if cursor.step == 0 {
                for index in done..<done + run { y[index] = x.pointee }
            } else {
                for index in 0..<run { y[done + index] = x[index] }
            }
            cursor.advance(run)
            done += run
        }
    }

    /// Runs in which each side either advances by one or stands still.
    @inline(__always)
    private static func zip(
        _ left: Cursor, _ right: Cursor, _ y: Result, _ count: Int,
        _ function: (Float, Float) -> Float
    ) {
        var left = left
        var right = right
        var done = 0
        while done < count {
            let run = min(left.run, right.run, count - done)
            let a = left.pointer
            let b = right.pointer
            let out = y + done
            switch (left.step, right.step) {
            case (0, 0):
                let value = function(a.pointee, b.pointee)
                for index in 0..<run { out[index] = value }
            case (0, _):
                let value = a.pointee
                for index in 0..<run { out[index] = function(value, b[index]) }
            case (_, 0):
                let value = b.pointee
                for index in 0..<run { out[index] = function(a[index], value) }
            default:
                for index in 0..<run { out[index] = function(a[index], b[index]) }
            }
            left.advance(run)
            right.advance(run)
            done += run
        }
    }

    /// Walks an operand's broadcast pattern in runs.
    struct Cursor {
        private let base: Values
        private let inner, period: Int
        private var index = 0
        private var used = 0
        /// 1 when consecutive results read consecutive values, 0 when they read the same one.
        let step: Int

        init(_ base: Values, inner: Int, period: Int) {
            self.base = base
            self.inner = inner
            self.period = period
            step = inner == 1 && period > 1 ? 1 : 0
        }

        var pointer: Values { base + index }

        /// What result `number` reads, counted from the cursor's start.
        subscript(number: Int) -> Float { base[number / inner % period] }

        /// Results until the pattern jumps.
        var run: Int {
            if period == 1 { return .max }
            return step == 1 ? period - index : inner - used
        }

        @inline(__always) mutating func advance(_ count: Int) {
            if period == 1 { return }
            if step == 1 {
                index += count
            } else {
                used += count
                if used < inner { return }
                used = 0
                index += 1
            }
            if index == period { index = 0 }
        }
    }
}
