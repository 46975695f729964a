/// Collects texts and other values of bytes, each distinct one kept once.
struct ParquetTexts: ParquetSink {
    /// A number of `table` a row; 0 where null.
    private(set) var codes: [Int32] = []
    private(set) var table: ByteTable
    /// Bytes of every value, where they are all the same.
    private let length: Int?
    private var entries: [Int32] = []
    private var indexes = ParquetIndexes()

    /// `limit` bounds the bytes of all distinct values together.
    init(length: Int?, limit: Int) {
        self.length = length
        table = ByteTable(limit: limit)
    }

    mutating func startGroup() { entries.removeAll(keepingCapacity: true) }

    mutating func dictionary(_ bytes: UnsafeRawBufferPointer, count: Int) throws {
        entries = []
        try Self.readPlain(length, bytes, count, into: &entries, &table)
    }

    mutating func append(
        _ bytes: UnsafeRawBufferPointer, count: Int, encoding: ParquetPageHeader.Encoding
    ) throws {
        switch encoding {
        case .plain: try Self.readPlain(length, bytes, count, into: &codes, &table)
        case .dictionary, .plainDictionary:
            try indexes.decode(bytes, count: count, limit: entries.count)
            codes.append(contentsOf: indexes.values.lazy.map { [entries] in entries[Int($0)] })
        case .deltaLength:
            guard length == nil else { throw encoding.refusal }
            var cursor = ByteCursor(bytes)
            for length in try ParquetDelta.lengths(&cursor, count: count) {
                codes.append(try table.code(of: try cursor.take(length)))
            }
            try cursor.expectEnd()
        case .deltaBytes: try appendPrefixed(bytes, count)
        case .streamSplit:
            guard let length, bytes.count == count * length else {
                throw ParquetDamage("a page is not of \(count) values")
            }
            var value = [UInt8](repeating: 0, count: length)
            for place in 0..<count {
                for byte in 0..<length { value[byte] = bytes[byte * count + place] }
                codes.append(try value.withUnsafeBytes { try table.code(of: $0) })
            }
        case .runs, .bitPacked, .delta: throw encoding.refusal
        }
    }

    mutating func spread(_ present: [UInt8], count: Int) { codes.spread(present, count: count, none: 0) }

    private static func readPlain(
        _ length: Int?, _ bytes: UnsafeRawBufferPointer, _ count: Int, into list: inout [Int32],
        _ table: inout ByteTable
    ) throws {
        var cursor = ByteCursor(bytes)
        for _ in 0..<count { list.append(try table.code(of: try cursor.take(try length ?? cursor.word()))) }
        try cursor.expectEnd()
    }

    /// A value is as much of the one before as its prefix says, and a suffix.
    private mutating func appendPrefixed(_ bytes: UnsafeRawBufferPointer, _ count: Int) throws {
        var cursor = ByteCursor(bytes)
        let prefixes = try ParquetDelta.lengths(&cursor, count: count)
        let suffixes = try ParquetDelta.lengths(&cursor, count: count)
        var value: [UInt8] = []
        for (prefix, suffix) in zip(prefixes, suffixes) {
            guard prefix <= value.count else { throw ParquetDamage("a text continues one that is too short") }
            value.removeLast(value.count - prefix)
            value.append(contentsOf: try cursor.take(suffix))
            guard length == nil || length == value.count else { throw ParquetDamage("a value is not of its length") }
            codes.append(try value.withUnsafeBytes { try table.code(of: $0) })
        }
        try cursor.expectEnd()
    }
}
