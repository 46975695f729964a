/// The footer of a Parquet file: its schema, and where the columns of each row group lie.
struct ParquetMetadata {
    struct RowGroup {
        var rowCount = 0
        var chunks: [Chunk] = []
    }

    /// One column of one row group.
    struct Chunk {
        var codec = 0
        var valueCount = -1
        var size = -1
        var dataOffset = -1
        var dictionaryOffset = 0
        /// False where the column is encrypted, or its description lies elsewhere.
        var isDescribed = false
        var otherFile = ""

        /// Where its pages lie: the dictionary, where there is one, before the data.
        var range: Range<Int>? {
            let first = dictionaryOffset > 0 && dictionaryOffset < dataOffset ? dictionaryOffset : dataOffset
            let (end, overflow) = first.addingReportingOverflow(size)
            return first >= 4 && size >= 0 && !overflow ? first..<end : nil
        }
    }

    let schema: ParquetSchema
    private(set) var rowGroups: [RowGroup] = []
    private(set) var rowCount = 0

    /// Throws `ParquetDamage`, also where the counts do not agree.
    init(_ footer: UnsafeRawBufferPointer) throws {
        var elements: [ParquetSchema.Element] = []
        var groups: [RowGroup] = []
        var rows = -1
        var reader = ThriftReader(footer)
        try reader.fields { reader, field in
            switch field.id {
            case 2: try reader.list(field, of: .structure) { elements.append(try ParquetSchema.Element(&$0)) }
            case 3: rows = try reader.integer(field)
            case 4: try reader.list(field, of: .structure) { groups.append(try Self.rowGroup(&$0)) }
            default: return false
            }
            return true
        }
        schema = try ParquetSchema(elements)
        rowGroups = groups
        var total = 0
        for group in groups {
            let (sum, overflow) = total.addingReportingOverflow(group.rowCount)
            guard group.rowCount >= 0, !overflow else { throw ParquetDamage("a row group has \(group.rowCount) rows") }
            guard group.chunks.count == schema.chunkCount else {
                throw ParquetDamage(
                    "a row group has \(group.chunks.count) columns where the schema has \(schema.chunkCount)")
            }
            total = sum
        }
        guard total == rows else { throw ParquetDamage("it announces \(rows) rows, and its row groups \(total)") }
        rowCount = total
    }

    private static func rowGroup(_ reader: inout ThriftReader) throws -> RowGroup {
        var group = RowGroup()
        try reader.fields { reader, field in
            switch field.id {
            case 1: try reader.list(field, of: .structure) { group.chunks.append(try chunk(&$0)) }
            case 3: group.rowCount = try reader.integer(field)
            default: return false
            }
            return true
        }
        return group
    }

    private static func chunk(_ reader: inout ThriftReader) throws -> Chunk {
        var chunk = Chunk()
        try reader.fields { reader, field in
            switch field.id {
            case 1: chunk.otherFile = try reader.text(field)
            case 3:
                chunk.isDescribed = true
                try reader.structure(field) { reader, field in
                    switch field.id {
                    case 4: chunk.codec = try reader.integer(field)
                    case 5: chunk.valueCount = try reader.integer(field)
                    case 7: chunk.size = try reader.integer(field)
                    case 9: chunk.dataOffset = try reader.integer(field)
                    case 11: chunk.dictionaryOffset = try reader.integer(field)
                    default: return false
                    }
                    return true
                }
            default: return false
            }
            return true
        }
        return chunk
    }
}
