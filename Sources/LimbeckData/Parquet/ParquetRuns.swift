/// Parquet's hybrid of runs: one number repeated, or numbers side by side, of `width` bits each.
enum ParquetRuns {
    /// Fills `output`. Throws `ParquetDamage` where the bytes hold less.
    static func decode<Number: FixedWidthInteger & UnsignedInteger>(
        _ bytes: UnsafeRawBufferPointer, width: Int, into output: UnsafeMutableBufferPointer<Number>
    ) throws {
        var cursor = ByteCursor(bytes)
        var filled = 0
        let mask = UnsafeRawBufferPointer.mask(width)
        while filled < output.count {
            let room = output.count - filled
            let head = try cursor.size()
            if head & 1 == 0 {
                let length = head >> 1
                var value: UInt64 = 0
                for (place, byte) in try cursor.take((width + 7) / 8).enumerated() {
                    value |= UInt64(byte) << UInt64(8 * place)
                }
                guard length > 0, value <= mask else { throw ParquetDamage("a run of numbers is damaged") }
                let count = min(length, room)
                output[filled..<filled + count].update(repeating: Number(truncatingIfNeeded: value))
                filled += count
            } else {
                let groups = head >> 1
                guard groups > 0 else { throw ParquetDamage("a run of numbers is damaged") }
                let count = min(groups * 8, room)
                // The last run's padding may be left out.
                let packed = try cursor.take(max((count * width + 7) / 8, min(groups * width, cursor.count)))
                for index in 0..<count {
                    output[filled + index] = Number(
                        truncatingIfNeeded: packed.packed(index, width: width, mask: mask))
                }
                filled += count
            }
        }
    }
}

/// Levels of one page: which rows hold a value.
struct ParquetLevels {
    /// 1 where a row holds a value, 0 where it is null.
    private(set) var present: [UInt8] = []
    private(set) var presentCount = 0

    /// `count` rows, all with a value.
    mutating func fill(_ count: Int) {
        present.removeAll(keepingCapacity: true)
        presentCount = count
    }

    mutating func decode(_ bytes: UnsafeRawBufferPointer, count: Int) throws {
        present.removeAll(keepingCapacity: true)
        present.append(contentsOf: repeatElement(0, count: count))
        try present.withUnsafeMutableBufferPointer { try ParquetRuns.decode(bytes, width: 1, into: $0) }
        presentCount = present.reduce(0) { $0 &+ Int($1) }
    }
}
