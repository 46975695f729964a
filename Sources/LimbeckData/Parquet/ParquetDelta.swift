/// Numbers as differences in blocks, each block with its smallest difference and the widths of what is above it.
enum ParquetDelta {
    /// `count` whole numbers; leaves `cursor` behind them.
    static func integers(_ cursor: inout ByteCursor, count: Int) throws -> [Int64] {
        let block = try cursor.size(), parts = try cursor.size()
        let announced = try cursor.size()
        guard parts > 0, block % parts == 0, block / parts > 0, block / parts % 8 == 0 else {
            throw ParquetDamage("a block of \(block) differences in \(parts) parts is impossible")
        }
        guard announced == count else {
            throw ParquetDamage("\(announced) differences are announced for \(count) values")
        }
        let partSize = block / parts
        var value = try cursor.zigzag()
        var values: [Int64] = []
        guard count > 0 else { return values }
        values.append(value)
        while values.count < count {
            let least = try cursor.zigzag()
            let widths = try cursor.take(parts)
            for width in widths where values.count < count {
                guard width <= 64 else { throw ParquetDamage("differences of \(width) bits are impossible") }
                let width = Int(width), mask = UnsafeRawBufferPointer.mask(width)
                let taken = min(partSize, count - values.count)
                // The last part may be cut where its values end.
                let whole = partSize.multipliedReportingOverflow(by: width)
                guard !whole.overflow else { throw ParquetDamage("differences are damaged") }
                let needed = (taken * width + 7) / 8
                let packed = try cursor.take(max(needed, min(whole.partialValue / 8, cursor.count)))
                for index in 0..<taken {
                    let above = Int64(bitPattern: packed.packed(index, width: width, mask: mask))
                    value = value &+ least &+ above
                    values.append(value)
                }
            }
        }
        return values
    }

    /// `count` lengths; their sum fits into what follows them.
    static func lengths(_ cursor: inout ByteCursor, count: Int) throws -> [Int] {
        try integers(&cursor, count: count).map { length in
            guard (0...Int64(Int32.max)).contains(length) else {
                throw ParquetDamage("a text has a length of \(length)")
            }
            return Int(length)
        }
    }
}
