/// Core ML's file of weights: a header of 64 bytes, then for each tensor a record of 64 bytes and its
/// elements, aligned to 64 bytes (MILBlob storage, version 2).
struct WeightBlobs {
    /// Element types by their number in a record.
    enum Element: UInt32 { case float16 = 1, float32 = 2, int8 = 4 }

    private var count: UInt32 = 0
    private var records: [UInt8] = []
    private static let alignment = 64

    /// Adds little-endian elements and returns where their record begins.
    mutating func add(_ elements: [UInt8], _ element: Element) -> Int {
        count += 1
        let offset = Self.alignment + records.count
        var record = Self.bytes(0xdead_beef as UInt32) + Self.bytes(element.rawValue)
        record += Self.bytes(UInt64(elements.count)) + Self.bytes(UInt64(offset + Self.alignment))
        Self.fill(&record)
        records += record
        records += elements
        Self.fill(&records)
        return offset
    }

    var isEmpty: Bool { count == 0 }

    var file: [UInt8] {
        var header = Self.bytes(count) + Self.bytes(2 as UInt32)
        Self.fill(&header)
        return header + records
    }

    private static func fill(_ bytes: inout [UInt8]) {
        bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
