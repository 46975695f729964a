/// A table of a FlatBuffer: values by the number of their field; a field that is left out has its
/// default ("FlatBuffers: Internals").
struct FlatTable {
    var fields: [(number: Int, value: FlatValue)]

    init(_ fields: [(number: Int, value: FlatValue)] = []) { self.fields = fields }

    init(_ fields: KeyValuePairs<Int, FlatValue>) { self.fields = fields.map { (number: $0.key, value: $0.value) } }
}

/// What a field holds: a number in place, or where something else begins.
indirect enum FlatValue {
    case byte(UInt8)
    case flag(Bool)
    case integer(Int32)
    case float(Float)
    case text(String)
    case integers([Int32])
    /// Aligned to 16 bytes, as large arrays of numbers are.
    case bytes([UInt8])
    case table(FlatTable)
    case tables([FlatTable])
}

/// Writes a FlatBuffer from its root on: a table's field layout, the table, then what it points to, so
/// that every offset points forwards.
struct FlatBuffer {
    private(set) var bytes: [UInt8] = []
    /// Field layouts that are written; tables with the same one share it.
    private var layouts: [Layout: Int] = [:]

    /// `identifier` is four characters.
    init(root: FlatTable, identifier: String) {
        append(0 as UInt32)
        bytes += Array(identifier.utf8)
        let start = write(root)
        set(UInt32(start), at: 0)
    }

    /// A table and all below it; returns its position.
    private mutating func write(_ table: FlatTable) -> Int {
        let fields = table.fields.sorted { $0.number < $1.number }
        let layout = Layout(fields)
        let layoutPosition = position(of: layout)
        align(4)
        let start = bytes.count
        append(Int32(start - layoutPosition))
        bytes += [UInt8](repeating: 0, count: layout.size - 4)
        for field in fields { write(field.value, at: start + layout.offsets[field.number]) }
        return start
    }

    private mutating func position(of layout: Layout) -> Int {
        if let written = layouts[layout] { return written }
        align(2)
        let start = bytes.count
        layouts[layout] = start
        append(UInt16(4 + 2 * layout.offsets.count))
        append(UInt16(layout.size))
        for offset in layout.offsets { append(UInt16(offset)) }
        return start
    }

    /// Where each field lies in its table, from the table's beginning on; 0 for one left out.
    private struct Layout: Hashable {
        var offsets: [Int]
        var size = 4

        /// Fields of four bytes first, then those of one.
        init(_ fields: [(number: Int, value: FlatValue)]) {
            offsets = [Int](repeating: 0, count: (fields.last?.number ?? -1) + 1)
            for width in [4, 1] {
                for field in fields where field.value.width == width {
                    offsets[field.number] = size
                    size += width
                }
            }
        }
    }

    /// A field's number, or what it points to behind all that is written.
    private mutating func write(_ value: FlatValue, at position: Int) {
        switch value {
        case .byte(let number): bytes[position] = number
        case .flag(let flag): bytes[position] = flag ? 1 : 0
        case .integer(let number): set(UInt32(bitPattern: number), at: position)
        case .float(let number): set(number.bitPattern, at: position)
        case .text(let text):
            let characters = Array(text.utf8)
            begin(at: position, count: characters.count)
            bytes += characters + [0]
        case .integers(let numbers):
            begin(at: position, count: numbers.count)
            for number in numbers { append(number) }
        case .bytes(let numbers):
            begin(at: position, count: numbers.count, alignment: 16)
            bytes += numbers
        case .table(let table): point(at: position, to: write(table))
        case .tables(let tables):
            begin(at: position, count: tables.count)
            let first = bytes.count
            bytes += [UInt8](repeating: 0, count: 4 * tables.count)
            for (number, table) in tables.enumerated() {
                let slot = first + 4 * number
                point(at: slot, to: write(table))
            }
        }
    }

    /// A vector's length, its elements aligned, and the offset to it.
    private mutating func begin(at position: Int, count: Int, alignment: Int = 4) {
        while (bytes.count + 4) % alignment != 0 { bytes.append(0) }
        point(at: position, to: bytes.count)
        append(UInt32(count))
    }

    /// Offsets count from where they stand.
    private mutating func point(at position: Int, to target: Int) { set(UInt32(target - position), at: position) }

    private mutating func align(_ width: Int) {
        while bytes.count % width != 0 { bytes.append(0) }
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    private mutating func set(_ number: UInt32, at position: Int) {
        for byte in 0..<4 { bytes[position + byte] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(byte))) }
    }
}

extension FlatValue {
    /// Bytes in the table.
    fileprivate var width: Int {
        switch self {
        case .byte, .flag: 1
        case .integer, .float, .text, .integers, .bytes, .table, .tables: 4
        }
    }
}
