/// Order statistics without sorting.
enum Selection {
    /// The element that would be at `rank` if `values` were sorted; reorders `values`.
    ///
    /// Hoare's quickselect with the median of three as pivot; linear on average. No NaN.
    static func element(_ rank: Int, of values: inout [Float]) -> Float {
        values.withUnsafeMutableBufferPointer { element(rank, of: $0) }
    }

    static func element(_ rank: Int, of values: UnsafeMutableBufferPointer<Float>) -> Float {
        var low = 0
        var high = values.count - 1
        while low < high {
            let middle = low + (high - low) / 2
            if values[middle] < values[low] { values.swapAt(middle, low) }
            if values[high] < values[low] { values.swapAt(high, low) }
            if values[high] < values[middle] { values.swapAt(high, middle) }
            let pivot = values[middle]
            var left = low
            var right = high
            while left <= right {
                while values[left] < pivot { left += 1 }
                while values[right] > pivot { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if rank <= right {
                high = right
            } else if rank >= left {
                low = left
            } else {
                break
            }
        }
        return values[rank]
    }

    /// The median, the mean of the middle two when even; nil of nothing. Reorders `values`.
    static func median(_ values: inout [Float]) -> Float? {
        guard !values.isEmpty else { return nil }
        let upper = element(values.count / 2, of: &values)
        guard values.count.isMultiple(of: 2) else { return upper }
        // Everything before the rank is now no larger: the lower middle is their maximum.
        let lower = values[..<(values.count / 2)].max() ?? upper
        return lower + (upper - lower) / 2
    }
}
