/// A Parquet file of one column written by hand, so that its headers can lie.
struct ParquetBuilder {
    /// 1 INT32, 2 INT64, 5 DOUBLE, 6 BYTE_ARRAY.
    var type = 5
    var isOptional = false
    var codec = 0
    var rows = 3
    var groupRows: Int?
    var valueCount: Int?
    var chunkSize: Int?
    var offset: Int?
    var pages: [[UInt8]] = []
    /// Fields of no meaning, in the footer.
    var extra: [UInt8] = []

    var bytes: [UInt8] {
        let data = Array("PAR1".utf8) + pages.joined()
        let leaf =
            Self.number(1, type) + Self.number(3, isOptional ? 1 : 0) + Self.text(4, "x")
        let column =
            Self.number(1, type) + Self.number(4, codec) + Self.number(5, valueCount ?? groupRows ?? rows)
            + Self.number(7, chunkSize ?? data.count - 4) + Self.number(9, offset ?? 4)
        let group =
            Self.list(1, [Self.number(2, 4) + Self.structure(3, column)]) + Self.number(3, groupRows ?? rows)
        let footer =
            extra + Self.number(1, 2) + Self.list(2, [Self.text(4, "root") + Self.number(5, 1), leaf])
            + Self.number(3, rows) + Self.list(4, [group]) + [0]
        let size = (0..<4).map { UInt8(truncatingIfNeeded: footer.count >> (8 * $0)) }
        return data + footer + size + Array("PAR1".utf8)
    }

    /// A version 1 data page, or a dictionary.
    static func page(
        _ payload: [UInt8], count: Int, encoding: Int = 0, isDictionary: Bool = false, size: Int? = nil
    ) -> [UInt8] {
        let inner = number(1, count) + number(2, encoding) + (isDictionary ? [] : number(3, 3) + number(4, 3))
        return number(1, isDictionary ? 2 : 0) + number(2, size ?? payload.count) + number(3, payload.count)
            + structure(isDictionary ? 7 : 5, inner) + [0] + payload
    }

    static func varint(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
    }

    static func zigzag(_ value: Int) -> [UInt8] { varint(UInt64(bitPattern: Int64(value << 1 ^ value >> 63))) }

    /// Fields with their numbers written out, as the protocol allows.
    static func number(_ id: Int, _ value: Int) -> [UInt8] { [6] + zigzag(id) + zigzag(value) }
    static func text(_ id: Int, _ text: String) -> [UInt8] {
        [8] + zigzag(id) + varint(UInt64(text.utf8.count)) + text.utf8
    }
    static func structure(_ id: Int, _ content: [UInt8]) -> [UInt8] { [12] + zigzag(id) + content + [0] }
    static func list(_ id: Int, _ items: [[UInt8]]) -> [UInt8] {
        [9] + zigzag(id) + [UInt8(items.count << 4 | 12)] + items.flatMap { $0 + [0] }
    }
}
