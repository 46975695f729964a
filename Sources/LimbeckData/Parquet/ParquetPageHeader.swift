/// What stands before a page.
struct ParquetPageHeader {
    enum Content: Int {
        case data, index, dictionary, dataV2
    }

    enum Encoding: Int {
        case plain = 0
        case plainDictionary = 2
        case runs, bitPacked, delta, deltaLength, deltaBytes, dictionary, streamSplit
    }

    private(set) var content = Content.index
    private(set) var size = -1
    private(set) var packedSize = -1
    /// CRC-32 of the page as it lies in the file.
    private(set) var checksum: UInt32?
    private(set) var valueCount = -1
    private(set) var encoding = -1
    /// Version 1: how the levels are written.
    private(set) var levelEncoding = Encoding.runs.rawValue
    /// Version 2: bytes of levels before the values, and nulls among the rows.
    private(set) var levelSize = 0
    private(set) var repetitionSize = 0
    private(set) var nullCount = -1
    private(set) var isCompressed = true

    /// Reads a header and leaves `cursor` behind it.
    init(_ cursor: inout ByteCursor) throws {
        var reader = ThriftReader(cursor.rest)
        var type = -1
        try reader.fields { reader, field in
            switch field.id {
            case 1: type = try reader.integer(field)
            case 2: size = try reader.integer(field)
            case 3: packedSize = try reader.integer(field)
            case 4: checksum = UInt32(truncatingIfNeeded: try reader.integer(field))
            case 5, 7, 8: try readCounts(&reader, field)
            default: return false
            }
            return true
        }
        guard let content = Content(rawValue: type) else {
            throw ParquetDamage("a page is of a type \(type) that is none")
        }
        self.content = content
        _ = try cursor.take(cursor.count - reader.rest.count)
        let possible = 0...Int(Int32.max)
        let isPossible = [size, packedSize, levelSize, repetitionSize].allSatisfy(possible.contains)
        guard isPossible, content == .index || possible.contains(valueCount) else {
            throw ParquetDamage("a page announces \(valueCount) values in \(packedSize) bytes")
        }
    }

    private mutating func readCounts(_ reader: inout ThriftReader, _ outer: ThriftReader.Field) throws {
        try reader.structure(outer) { reader, field in
            switch (outer.id, field.id) {
            case (_, 1): valueCount = try reader.integer(field)
            case (5, 2), (7, 2), (8, 4): encoding = try reader.integer(field)
            case (5, 3): levelEncoding = try reader.integer(field)
            case (8, 2): nullCount = try reader.integer(field)
            case (8, 5): levelSize = try reader.integer(field)
            case (8, 6): repetitionSize = try reader.integer(field)
            case (8, 7): isCompressed = try reader.flag(field)
            default: return false
            }
            return true
        }
    }
}
