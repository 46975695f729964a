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
                    fold(source, target, middle, inner, { $0 + $1 }, { $0 + $1 })
                    for index in 0..<inner { target[index] *= factor }
                }
            case .maximum:
                fold(source, target, middle, inner, { $0 > $1 ? $0 : $1 }, { $1.replacing(with: $0, where: $0 .> $1) })
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

    /// Columns stay in registers while the rows pass by: 32, then 8, then one at a time.
    @inline(__always)
    private static func fold(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ middle: Int, _ inner: Int,
        _ one: (Float, Float) -> Float, _ eight: (SIMD8<Float>, SIMD8<Float>) -> SIMD8<Float>
    ) {
        var column = 0
        if Included.wideLoops {
            while column + 32 <= inner {
                var row = x + column
                var (a, b, c, d) = (load(row), load(row + 8), load(row + 16), load(row + 24))
                for _ in 1..<max(middle, 1) {
                    row += inner
                    a = eight(a, load(row))
                    b = eight(b, load(row + 8))
                    c = eight(c, load(row + 16))
                    d = eight(d, load(row + 24))
                }
                store(a, y + column)
                store(b, y + column + 8)
                store(c, y + column + 16)
                store(d, y + column + 24)
                column += 32
            }
            while column + 8 <= inner {
                var row = x + column
                var a = load(row)
                for _ in 1..<max(middle, 1) {
                    row += inner
                    a = eight(a, load(row))
                }
                store(a, y + column)
                column += 8
            }
        }
        while column < inner {
            var row = x + column
            var a = row.pointee
            for _ in 1..<max(middle, 1) {
                row += inner
                a = one(a, row.pointee)
            }
            y[column] = a
            column += 1
        }
    }

    @inline(__always) private static func load(_ x: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inline(__always) private static func store(_ value: SIMD8<Float>, _ y: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(y).storeBytes(of: value, as: SIMD8<Float>.self)
    }

    private static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var lanes = SIMD8<Float>(repeating: 0)
        var index = 0
        while index + 8 <= count {
            lanes += load(x + index)
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
