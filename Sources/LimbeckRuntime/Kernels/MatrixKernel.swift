/// Single-threaded matrix products in 8-wide lanes.
///
/// The last block of rows or columns is shifted back to end at the edge: a few values are
/// computed twice, identically, and no remainder loops are needed.
enum MatrixKernel {
    @inline(__always) private static func load8(_ p: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inline(__always) private static func load4(_ p: UnsafePointer<Float>) -> SIMD4<Float> {
        UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self)
    }

    @inline(__always)
    private static func store8(_ value: SIMD8<Float>, _ p: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(p).storeBytes(of: value, as: SIMD8<Float>.self)
    }

    @inline(__always)
    private static func store4(_ value: SIMD4<Float>, _ p: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(p).storeBytes(of: value, as: SIMD4<Float>.self)
    }

    /// `c[m, n] = a · b + bias`; element `(i, k)` of `a` lies at `i × aRow + k × aDepth`,
    /// `b` is `[depth, n]`.
    static func product(
        _ a: UnsafePointer<Float>, aRow: Int, aDepth: Int, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?, m: Int, n: Int, depth: Int
    ) {
        if n < 4 || !Included.everything {
            narrow(a, aRow, aDepth, b, 1, n, c, bias, m, n, depth)
            return
        }
        if m < 4 {
            for row in 0..<m {
                single(a + row * aRow, aDepth, b, c + row * n, bias, n, depth)
            }
            return
        }
        var column = 0
        while column < n {
            if n >= 8 {
                let at = min(column, n - 8)
                let start = bias.map { load8($0 + at) } ?? SIMD8<Float>(repeating: 0)
                var row = 0
                while row < m {
                    let top = min(row, m - 4)
                    let rows = a + top * aRow
                    block8(rows, aRow, aDepth, b + at, c + top * n + at, start, n, depth)
                    row += 4
                }
                column += 8
            } else {
                let at = min(column, n - 4)
                for row in 0..<m {
                    block4(
                        a + row * aRow, aDepth, b + at, c + row * n + at, bias.map { $0 + at }, n,
                        depth)
                }
                column += 4
            }
        }
    }

    /// Four rows, eight columns.
    @inline(__always)
    private static func block8(
        _ a: UnsafePointer<Float>, _ aRow: Int, _ aDepth: Int, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, _ start: SIMD8<Float>, _ n: Int, _ depth: Int
    ) {
        var c0 = start
        var c1 = start
        var c2 = start
        var c3 = start
        var a0 = a
        var a1 = a + aRow
        var a2 = a + 2 * aRow
        var a3 = a + 3 * aRow
        var panel = b
        for _ in 0..<depth {
            let right = load8(panel)
            c0 += right * a0.pointee
            c1 += right * a1.pointee
            c2 += right * a2.pointee
            c3 += right * a3.pointee
            a0 += aDepth
            a1 += aDepth
            a2 += aDepth
            a3 += aDepth
            panel += n
        }
        store8(c0, c)
        store8(c1, c + n)
        store8(c2, c + 2 * n)
        store8(c3, c + 3 * n)
    }

    /// One row, four columns.
    @inline(__always)
    private static func block4(
        _ a: UnsafePointer<Float>, _ aDepth: Int, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>?, _ n: Int, _ depth: Int
    ) {
        var sum = bias.map { load4($0) } ?? SIMD4<Float>(repeating: 0)
        var left = a
        var panel = b
        for _ in 0..<depth {
            sum += load4(panel) * left.pointee
            left += aDepth
            panel += n
        }
        store4(sum, c)
    }

    /// One row of any width from 4: blocks of 32, then 8, then 4 columns.
    private static func single(
        _ a: UnsafePointer<Float>, _ aDepth: Int, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>?, _ n: Int, _ depth: Int
    ) {
        let zero = SIMD8<Float>(repeating: 0)
        var column = 0
        while column + 32 <= n {
            var c0 = zero
            var c1 = zero
            var c2 = zero
            var c3 = zero
            if let bias {
                c0 = load8(bias + column)
                c1 = load8(bias + column + 8)
                c2 = load8(bias + column + 16)
                c3 = load8(bias + column + 24)
            }
            var left = a
            var panel = b + column
            for _ in 0..<depth {
                let value = left.pointee
                c0 += load8(panel) * value
                c1 += load8(panel + 8) * value
                c2 += load8(panel + 16) * value
                c3 += load8(panel + 24) * value
                left += aDepth
                panel += n
            }
            store8(c0, c + column)
            store8(c1, c + column + 8)
            store8(c2, c + column + 16)
            store8(c3, c + column + 24)
            column += 32
        }
        while column < n {
            if n - column >= 8 || n >= 8 && n - column > 4 {
                let at = min(column, n - 8)
                var sum = bias.map { load8($0 + at) } ?? zero
                var left = a
                var panel = b + at
                for _ in 0..<depth {
                    sum += load8(panel) * left.pointee
                    left += aDepth
                    panel += n
                }
                store8(sum, c + at)
                column += 8
            } else {
                let at = min(column, n - 4)
                block4(a, aDepth, b + at, c + at, bias.map { $0 + at }, n, depth)
                column += 4
            }
        }
    }

    /// Fewer than four columns, and the small build: scalar.
    private static func narrow(
        _ a: UnsafePointer<Float>, _ aRow: Int, _ aDepth: Int, _ b: UnsafePointer<Float>,
        _ bColumn: Int, _ bDepth: Int, _ c: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>?,
        _ m: Int, _ n: Int, _ depth: Int
    ) {
        for row in 0..<m {
            for column in 0..<n {
                var sum = bias.map { $0[column] } ?? 0
                var left = a + row * aRow
                var right = b + column * bColumn
                for _ in 0..<depth {
                    sum += left.pointee * right.pointee
                    left += aDepth
                    right += bDepth
                }
                c[row * n + column] = sum
            }
        }
    }

    /// `c[m, n] = a · bᵀ + bias` with `b` stored `[n, depth]`: dot products along the depth.
    static func productTransposed(
        _ a: UnsafePointer<Float>, aRow: Int, aDepth: Int, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?, m: Int, n: Int, depth: Int
    ) {
        if !Included.everything {
            narrow(a, aRow, aDepth, b, depth, 1, c, bias, m, n, depth)
            return
        }
        for row in 0..<m {
            for column in 0..<n {
                let right = b + column * depth
                let left = a + row * aRow
                let start = bias.map { $0[column] } ?? 0
                c[row * n + column] = start + dot(left, aDepth, right, depth)
            }
        }
    }

    @inline(__always)
    private static func dot(
        _ a: UnsafePointer<Float>, _ aDepth: Int, _ b: UnsafePointer<Float>, _ count: Int
    ) -> Float {
        var sum: Float = 0
        var index = 0
        if aDepth == 1 && count >= 8 {
            var lanes = SIMD8<Float>(repeating: 0)
            while index + 8 <= count {
                lanes += load8(a + index) * load8(b + index)
                index += 8
            }
            let half = lanes.lowHalf + lanes.highHalf
            sum = (half[0] + half[1]) + (half[2] + half[3])
        }
        while index < count {
            sum += a[index * aDepth] * b[index]
            index += 1
        }
        return sum
    }
}
