/// Places in a dictionary, one a value.
struct ParquetIndexes {
    private(set) var values: [UInt32] = []

    /// Reads the width and `count` indexes, all below `limit`.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, count: Int, limit: Int) throws {
        var cursor = ByteCursor(bytes)
        let width = Int(try cursor.byte())
        guard width <= 32 else { throw ParquetDamage("indexes of \(width) bits are impossible") }
        values.removeAll(keepingCapacity: true)
        let rest = cursor.rest
        try values.grow(by: count, none: 0) { try ParquetRuns.decode(rest, width: width, into: $0) }
        let largest = values.reduce(0) { max($0, $1) }
        guard Int(largest) < limit else {
            throw ParquetDamage("a value is entry \(largest) of a dictionary of \(limit)")
        }
    }
}

extension ParquetPageHeader.Encoding {
    /// Not read for this type of values.
    var refusal: ParquetRefusal {
        ParquetRefusal("is written in encoding \(self) for its type, which is not read; \(ParquetPages.rewrite)")
    }
}
