/// Instructions that move values without changing them.
enum MovementKernel {
    static func copy(
        _ copy: BlockCopy, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
    ) {
        var source = x + copy.inputStart
        var target = y + copy.outputStart
        if Included.wideLoops, copy.inner % 8 == 0, copy.inner <= 128 {
            // Short lines, many times: a call of memmove for each costs more than the line.
            for block in 0..<copy.outer {
                for index in stride(from: 0, to: copy.inner, by: 8) {
                    let line = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD8<Float>.self)
                    UnsafeMutableRawPointer(target + index).storeBytes(of: line, as: SIMD8<Float>.self)
                }
                if block + 1 == copy.outer { break }
                source += copy.inputStride
                target += copy.outputStride
            }
            return
        }
        for block in 0..<copy.outer {
            for index in 0..<copy.inner { target[index] = source[index] }
            if block + 1 == copy.outer { break }
            source += copy.inputStride
            target += copy.outputStride
        }
    }

    static func transpose(
        _ transposition: Transposition, _ x: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>
    ) {
        // Input stride and extent of each output axis.
        var natural = SIMD8<Int32>(repeating: 1)
        var axis = transposition.rank - 1
        while axis > 0 {
            natural[axis - 1] =
                natural[axis] &* Int32(truncatingIfNeeded: transposition.extent(axis))
            axis -= 1
        }
        var strides = SIMD8<Int32>(repeating: 0)
        var extents = SIMD8<Int32>(repeating: 1)
        for position in 0..<transposition.rank {
            let axis = transposition.axis(position)
            strides[position] = natural[axis]
            extents[position] = Int32(truncatingIfNeeded: transposition.extent(axis))
        }
        var target = y
        walk(0, transposition.rank, extents, strides, x, &target)
    }

    private static func walk(
        _ position: Int, _ rank: Int, _ extents: SIMD8<Int32>, _ strides: SIMD8<Int32>,
        _ x: UnsafePointer<Float>, _ y: inout UnsafeMutablePointer<Float>
    ) {
        let extent = Int(extents[position])
        let stride = Int(strides[position])
        if position + 1 == rank {
            for index in 0..<extent { y[index] = x[index * stride] }
            y += extent
            return
        }
        for index in 0..<extent {
            walk(position + 1, rank, extents, strides, x + index * stride, &y)
        }
    }

    /// Rows of a table `[entries, width]` named by integers that are known to be inside it.
    static func gather(
        _ table: UnsafePointer<Float>, slots: UnsafePointer<Int32>, _ gather: Gather,
        _ y: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<gather.count {
            copyRow(table + Int(slots[row]) * gather.width, y + row * gather.width, gather.width)
        }
    }

    /// The same named by floats: rounded, NaN as 0, kept within the table.
    static func gather(
        _ table: UnsafePointer<Float>, values: UnsafePointer<Float>, _ gather: Gather,
        _ y: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<gather.count {
            let index = entry(values[row], of: gather.entries)
            copyRow(table + index * gather.width, y + row * gather.width, gather.width)
        }
    }

    /// The nearest of `entries` rows.
    @inline(__always) static func entry(_ value: Float, of entries: Int) -> Int {
        let last = Float(entries - 1)
        let kept = value > 0 ? (value < last ? value : last) : 0
        return min(Int(kept + 0.5), entries - 1)
    }

    @inline(__always)
    private static func copyRow(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ width: Int
    ) {
        for index in 0..<width { y[index] = x[index] }
    }
}
