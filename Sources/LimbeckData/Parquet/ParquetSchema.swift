/// The columns that a Parquet file's schema declares, and how each is stored.
struct ParquetSchema {
    struct Leaf {
        var name: String
        /// Where its chunk stands in each row group.
        var chunk: Int
        var isOptional: Bool
        var storage: ParquetStorage
    }

    /// Columns without levels below them, in the file's order.
    private(set) var leaves: [Leaf] = []
    /// Lists, maps and structures by name; their parts are not read.
    private(set) var nested: [String] = []
    /// Chunks in each row group.
    private(set) var chunkCount = 0

    /// From the elements of the tree in depth-first order, the root first.
    init(_ elements: [Element]) throws {
        guard let root = elements.first, root.childCount > 0 || elements.count == 1 else {
            throw ParquetDamage("its schema is empty")
        }
        var index = 1
        for _ in 0..<min(root.childCount, elements.count) {
            guard index < elements.count else { throw ParquetDamage("its schema stops early") }
            let element = elements[index]
            // Walks the subtree: a leaf is a subtree of one.
            var open = 1
            let first = chunkCount
            while open > 0 {
                guard index < elements.count else { throw ParquetDamage("its schema stops early") }
                open += elements[index].childCount - 1
                if elements[index].childCount == 0 { chunkCount += 1 }
                index += 1
            }
            if element.childCount > 0 || element.repetition == 2 {
                nested.append(element.name)
            } else {
                leaves.append(
                    Leaf(
                        name: element.name, chunk: first, isOptional: element.repetition == 1,
                        storage: ParquetStorage(element)))
            }
        }
        guard index == elements.count else { throw ParquetDamage("its schema has parts that belong to no column") }
    }

    /// One entry of the schema as it stands in the footer.
    struct Element {
        var type = -1
        var length = 0
        /// 0 required, 1 optional, 2 repeated.
        var repetition = 0
        var name = ""
        var childCount = 0
        var converted = -1
        var scale = 0
        var precision = 0
        var logical = Logical.none

        enum Logical: Equatable {
            case none, text, decimal, date, half
            case moment(perSecond: Int64, isUTC: Bool)
            case integer(isSigned: Bool)
            case other(String)
        }

        init(_ reader: inout ThriftReader) throws {
            try reader.fields { reader, field in
                switch field.id {
                case 1: type = try reader.integer(field)
                case 2: length = try reader.integer(field)
                case 3: repetition = try reader.integer(field)
                case 4: name = try reader.text(field)
                case 5:
                    childCount = try reader.integer(field)
                    guard (0...Int(Int32.max)).contains(childCount) else {
                        throw ParquetDamage("its schema is damaged")
                    }
                case 6: converted = try reader.integer(field)
                case 7: scale = try reader.integer(field)
                case 8: precision = try reader.integer(field)
                case 10: try readLogical(&reader, field)
                default: return false
                }
                return true
            }
        }

        private mutating func readLogical(_ reader: inout ThriftReader, _ field: ThriftReader.Field) throws {
            try reader.structure(field) { reader, choice in
                switch choice.id {
                case 1, 4, 12: logical = .text
                case 5:
                    logical = .decimal
                    try reader.structure(choice) { reader, field in
                        switch field.id {
                        case 1: scale = try reader.integer(field)
                        case 2: precision = try reader.integer(field)
                        default: return false
                        }
                        return true
                    }
                    return true
                case 6: logical = .date
                case 7: logical = .other("a time of day")
                case 8:
                    var isUTC = false
                    var perSecond: Int64 = 0
                    try reader.structure(choice) { reader, field in
                        switch field.id {
                        case 1: isUTC = try reader.flag(field)
                        case 2:
                            try reader.structure(field) { _, unit in
                                perSecond = [1: 1000, 2: 1_000_000, 3: 1_000_000_000][unit.id] ?? 0
                                return false
                            }
                        default: return false
                        }
                        return true
                    }
                    logical = .moment(perSecond: perSecond, isUTC: isUTC)
                    return true
                case 10:
                    var isSigned = true
                    try reader.structure(choice) { reader, field in
                        guard field.id == 2 else { return false }
                        isSigned = try reader.flag(field)
                        return true
                    }
                    logical = .integer(isSigned: isSigned)
                    return true
                case 11: break
                case 13: logical = .other("BSON")
                case 14: logical = .other("a UUID")
                case 15: logical = .half
                default: logical = .other("of a logical type (\(choice.id)) that is not known")
                }
                return false
            }
        }
    }
}
