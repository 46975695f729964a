/// Thrift's compact protocol, as far as Parquet's footer and page headers use it.
struct ThriftReader {
    struct Field {
        var id: Int16
        var type: Kind
    }

    enum Kind: UInt8 {
        case yes = 1, no, byte, int16, int32, int64, double, binary, list, set, map, structure
    }

    private var cursor: ByteCursor
    private var depth = 0

    init(_ bytes: UnsafeRawBufferPointer) { cursor = ByteCursor(bytes) }

    /// Bytes not read yet.
    var rest: UnsafeRawBufferPointer { cursor.rest }

    /// Reads a structure; `body` says whether it has read the field, else it is skipped.
    mutating func fields(_ body: (inout ThriftReader, Field) throws -> Bool) throws {
        try nested { reader in
            var id: Int16 = 0
            while true {
                let head = try reader.cursor.byte()
                if head == 0 { return }
                id = head >> 4 == 0 ? Int16(truncatingIfNeeded: try reader.cursor.zigzag()) : id &+ Int16(head >> 4)
                let field = Field(id: id, type: try Self.kind(head & 15))
                if try !body(&reader, field) { try reader.skip(field.type) }
            }
        }
    }

    /// Reads a list; `element` reads one of `type`.
    mutating func list(_ field: Field, of type: Kind, _ element: (inout ThriftReader) throws -> Void) throws {
        try expect(field, .list)
        let (count, found) = try listHead()
        guard count == 0 || found == type else { throw ParquetDamage("a list holds another type than it should") }
        try nested { reader in
            for _ in 0..<count { try element(&reader) }
        }
    }

    /// A structure inside a field.
    mutating func structure(_ field: Field, _ body: (inout ThriftReader, Field) throws -> Bool) throws {
        try expect(field, .structure)
        try fields(body)
    }

    mutating func integer(_ field: Field) throws -> Int {
        switch field.type {
        case .byte: return Int(Int8(bitPattern: try cursor.byte()))
        case .int16, .int32, .int64: return Int(try cursor.zigzag())
        default: throw ParquetDamage("field \(field.id) is no number")
        }
    }

    func flag(_ field: Field) throws -> Bool {
        guard field.type == .yes || field.type == .no else { throw ParquetDamage("field \(field.id) is no flag") }
        return field.type == .yes
    }

    mutating func text(_ field: Field) throws -> String {
        try expect(field, .binary)
        return String(decoding: try cursor.take(try cursor.size()), as: UTF8.self)
    }

    private func expect(_ field: Field, _ type: Kind) throws {
        guard field.type == type else { throw ParquetDamage("field \(field.id) is of another type than it should be") }
    }

    /// Count and type of a list; an element takes at least one byte.
    private mutating func listHead() throws -> (Int, Kind) {
        let head = try cursor.byte()
        let count = head >> 4 == 15 ? try cursor.size() : Int(head >> 4)
        guard count <= cursor.count else { throw ParquetDamage("a list of \(count) entries has no room") }
        // An empty list may leave its type out.
        return (count, count == 0 ? .structure : try Self.kind(head & 15))
    }

    private mutating func skip(_ type: Kind) throws {
        switch type {
        case .yes, .no: break
        case .byte: _ = try cursor.byte()
        case .int16, .int32, .int64: _ = try cursor.varint()
        case .double: _ = try cursor.take(8)
        case .binary: _ = try cursor.take(try cursor.size())
        case .list, .set:
            let (count, element) = try listHead()
            try nested { reader in
                for _ in 0..<count { try reader.skipElement(element) }
            }
        case .map:
            let count = try cursor.size()
            guard count > 0 else { return }
            let kinds = try cursor.byte()
            let (key, value) = (try Self.kind(kinds >> 4), try Self.kind(kinds & 15))
            try nested { reader in
                for _ in 0..<count {
                    try reader.skipElement(key)
                    try reader.skipElement(value)
                }
            }
        case .structure: try fields { _, _ in false }
        }
    }

    /// Inside lists and maps a flag takes a byte.
    private mutating func skipElement(_ type: Kind) throws {
        if type == .yes || type == .no { _ = try cursor.byte() } else { try skip(type) }
    }

    private mutating func nested(_ body: (inout ThriftReader) throws -> Void) throws {
        guard depth < 32 else { throw ParquetDamage("its header is nested too deeply") }
        depth += 1
        try body(&self)
        depth -= 1
    }

    private static func kind(_ code: UInt8) throws -> Kind {
        guard let kind = Kind(rawValue: code) else { throw ParquetDamage("a header holds a type \(code) that is none") }
        return kind
    }
}
