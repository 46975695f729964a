/// The header and section table of a file, with every checksum verified.
struct SectionTable {
    private let ranges: [Entry]
    let version: UInt32

    init(_ bytes: UnsafeRawBufferPointer) throws(StudentError) {
        let magic = StudentFile.magic
        for index in 0..<magic.count where index >= bytes.count || bytes[index] != magic[index] {
            throw StudentError(.notAStudent, "first bytes are not LIMBECK", index: index)
        }
        var reader = ByteReader(bytes, section: "header")
        _ = reader.integer(UInt64.self)
        version = reader.integer(UInt32.self)
        try reader.check()
        guard version >= StudentFile.oldest, version <= StudentFile.version else {
            throw StudentError(
                .unsupported, "header: format version", expected: Int64(StudentFile.version),
                actual: Int64(version))
        }
        let count = reader.size()
        let size = reader.integer(UInt64.self)
        try reader.check()
        guard size == UInt64(bytes.count) else {
            throw StudentError(
                size > UInt64(bytes.count) ? .truncated : .invalid, "header: bytes of the file",
                expected: Int64(truncatingIfNeeded: size), actual: Int64(bytes.count))
        }
        let stored = reader.integer(UInt32.self)
        reader.zeros(StudentFile.headerSize - reader.position)
        try reader.check()
        guard count <= reader.remaining / StudentFile.entrySize else {
            throw StudentError(
                .truncated, "header: sections", expected: reader.remaining / StudentFile.entrySize,
                actual: count)
        }
        let crc = CRC32C()
        try Self.verifyHeader(bytes, count: count, stored: stored, crc)
        let tableEnd = StudentFile.headerSize + count * StudentFile.entrySize
        ranges = try reader.list(count) { (reader, number) throws(StudentError) in
            let range = try Self.entry(&reader, number, bytes, after: tableEnd)
            let checksum = crc.checksum(range.bytes)
            guard checksum == range.checksum else {
                throw StudentError(
                    .corrupted, "checksum of section", index: number,
                    expected: Int64(range.checksum), actual: Int64(checksum))
            }
            return range
        }
        for number in ranges.indices {
            for earlier in 0..<number where ranges[earlier].kind == ranges[number].kind {
                throw StudentError(
                    .invalid, "header: section twice, kind", index: number,
                    actual: Int64(ranges[number].kind))
            }
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
        let kind = reader.integer(UInt32.self)
        let checksum = reader.integer(UInt32.self)
        let offset = reader.integer(UInt64.self)
        let size = reader.integer(UInt64.self)
        reader.zeros(8)
        try reader.check()
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
