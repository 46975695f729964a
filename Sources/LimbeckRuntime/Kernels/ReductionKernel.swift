/// Reductions over an axis and softmax over rows.
enum ReductionKernel {
    static func reduce(
        _ reduction: Reduction, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
    ) {
        let middle = reduction.middle
        let inner = reduction.inner
        for outer in 0..<reduction.outer {
            let source = x + outer * middle * inner
            let target = y + outer * inner
            switch reduction.kind {
            case .sum, .mean:
                let factor = reduction.kind == .mean ? 1 / Float(middle) : 1
                if inner == 1 {
                    target.pointee = sum(source, middle) * factor
                } else {
                    fold(source, target, middle, inner) { $0 + $1 }
                    for index in 0..<inner { target[index] *= factor }
                }
            case .maximum: fold(source, target, middle, inner) { $0 > $1 ? $0 : $1 }
            }
        }
    }

    /// `eˣ⁻ᵐᵃˣ / Σ`, row by row.
    static func softmax(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) {
        for row in 0..<rows {
            let source = x + row * width
            let target = y + row * width
            var largest = source.pointee
            for index in 1..<max(width, 2) where index < width {
                largest = source[index] > largest ? source[index] : largest
            }
            for index in 0..<width {
                target[index] = Elementary.exponential(source[index] - largest)
            }
            let factor = 1 / sum(target, width)
            for index in 0..<width { target[index] *= factor }
        }
    }

    @inline(__always)
    private static func fold(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ middle: Int, _ inner: Int,
        _ function: (Float, Float) -> Float
    ) {
        for index in 0..<inner { y[index] = x[index] }
        var row = x + inner
        var step = 1
        while step < middle {
            for index in 0..<inner { y[index] = function(y[index], row[index]) }
            row += inner
            step += 1
        }
    }

    private static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var lanes = SIMD8<Float>(repeating: 0)
        var index = 0
        while index + 8 <= count {
            lanes += UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Float>.self)
            index += 8
        }
        let half = lanes.lowHalf + lanes.highHalf
        var total = (half[0] + half[1]) + (half[2] + half[3])
        while index < count {
            total += x[index]
            index += 1
        }
        return total
    }
}
