/// Products in whole numbers, in Swift alone.
enum QuantizedKernel {
    static func product(
        _ q: QuantizedProduct, _ input: UnsafePointer<Float>, _ weight: UnsafePointer<Int8>,
        scales: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
        scratch: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>
    ) {
        quantize(input, scratch, q.rows * q.depth, q.inputScale)
        for row in 0..<q.rows {
            let left = scratch + row * q.depth
            let target = y + row * q.columns
            for column in 0..<q.columns {
                var sum: Int32 = 0
                var right = weight + column
                for k in 0..<q.depth {
                    sum &+= Int32(left[k]) &* Int32(right.pointee)
                    right += q.columns
                }
                target[column] = Float(Int(sum)) * (q.inputScale * scales[column]) + (bias.map { $0[column] } ?? 0)
            }
        }
        ElementwiseKernel.unary(q.activation, y, y, q.rows * q.columns)
    }

    /// `x / scale`, rounded to the nearest whole number, ties to even, from −127 to 127; NaN is 0.
    static func quantize(
        _ x: UnsafePointer<Float>, _ q: UnsafeMutablePointer<Float>, _ count: Int, _ scale: Float
    ) {
        let factor = 1 / scale
        // Adding 1.5 × 2²³ rounds to a whole number.
        let magic: Float = 12_582_912
        for index in 0..<count {
            let ratio = x[index] * factor
            let low: Float = ratio > -127 ? ratio : -127
            let kept: Float = low < 127 ? low : 127
            q[index] = ratio.isNaN ? 0 : (kept + magic) - magic
        }
    }
}
