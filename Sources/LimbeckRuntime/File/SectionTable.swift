/// The header and section table of a file, with every checksum verified.
struct SectionTable {
    private var ranges: [(kind: UInt32, bytes: UnsafeRawBufferPointer)] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(StudentError) {
        let magic = StudentFile.magic
        for index in 0..<magic.count where index >= bytes.count || bytes[index] != magic[index] {
            throw StudentError(.notAStudent, "first bytes are not LIMBECK", index: index)
        }
        var reader = ByteReader(bytes, section: "header")
        _ = try reader.integer(UInt64.self)
        let version = try reader.integer(UInt32.self)
        guard version == StudentFile.version else {
            throw StudentError(
                .unsupported, "header: format version", expected: Int64(StudentFile.version),
                actual: Int64(version))
        }
        let count = try reader.size()
        let size = try reader.integer(UInt64.self)
        guard size == UInt64(bytes.count) else {
            throw StudentError(
                size > UInt64(bytes.count) ? .truncated : .invalid, "header: bytes of the file",
                expected: Int64(truncatingIfNeeded: size), actual: Int64(bytes.count))
        }
        let stored = try reader.integer(UInt32.self)
        try reader.zeros(StudentFile.headerSize - reader.position)
        guard count <= reader.remaining / StudentFile.entrySize else {
            throw StudentError(
                .truncated, "header: sections", expected: reader.remaining / StudentFile.entrySize,
                actual: count)
        }
        let crc = CRC32C()
        try Self.verifyHeader(bytes, count: count, stored: stored, crc)
        let tableEnd = StudentFile.headerSize + count * StudentFile.entrySize
        for number in 0..<count {
            let range = try Self.entry(&reader, number, bytes, after: tableEnd)
            let checksum = crc.checksum(range.bytes)
            guard checksum == range.checksum else {
                throw StudentError(
                    .corrupted, "checksum of section", index: number,
                    expected: Int64(range.checksum), actual: Int64(checksum))
            }
            guard !ranges.contains(where: { $0.kind == range.kind }) else {
                throw StudentError(
                    .invalid, "header: section twice, kind", index: number,
                    actual: Int64(range.kind))
            }
            ranges.append((range.kind, range.bytes))
        }
    }

    func contains(_ section: StudentFile.Section) -> Bool {
        ranges.contains { $0.kind == section.rawValue }
    }

    func reader(
        _ section: StudentFile.Section, _ name: StaticString
    ) throws(StudentError) -> ByteReader {
        for range in ranges where range.kind == section.rawValue {
            return ByteReader(range.bytes, section: name)
        }
        throw StudentError(.invalid, "header: no section of kind", index: Int(section.rawValue))
    }

    /// The checksum covers header and table, with its own four bytes as zero.
    private static func verifyHeader(
        _ bytes: UnsafeRawBufferPointer, count: Int, stored: UInt32, _ crc: CRC32C
    ) throws(StudentError) {
        let end = StudentFile.headerSize + count * StudentFile.entrySize
        var checksum = crc.checksum(UnsafeRawBufferPointer(rebasing: bytes[0..<24]))
        let zeros: UInt32 = 0
        checksum = withUnsafeBytes(of: zeros) { crc.checksum($0, after: checksum) }
        checksum = crc.checksum(UnsafeRawBufferPointer(rebasing: bytes[28..<end]), after: checksum)
        guard checksum == stored else {
            throw StudentError(
                .corrupted, "checksum of the header", expected: Int64(stored),
                actual: Int64(checksum))
        }
    }

    private struct Entry {
        let kind, checksum: UInt32
        let bytes: UnsafeRawBufferPointer
    }

    private static func entry(
        _ reader: inout ByteReader, _ number: Int, _ bytes: UnsafeRawBufferPointer, after end: Int
    ) throws(StudentError) -> Entry {
        let kind = try reader.integer(UInt32.self)
        let checksum = try reader.integer(UInt32.self)
        let offset = try reader.integer(UInt64.self)
        let size = try reader.integer(UInt64.self)
        try reader.zeros(8)
        guard let start = Int(exactly: offset), let count = Int(exactly: size), start >= end,
            start <= bytes.count, count <= bytes.count - start
        else {
            throw StudentError(
                .invalid, "header: section reaches beyond the file", index: number,
                expected: Int64(bytes.count), actual: Int64(truncatingIfNeeded: offset))
        }
        guard start % StudentFile.alignment == 0 else {
            throw StudentError(
                .invalid, "header: section not aligned to 64 bytes", index: number,
                actual: Int64(start))
        }
        return Entry(
            kind: kind, checksum: checksum,
            bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
    }
}
