import LimbeckData
import LimbeckFiles

/// Soft labels on disk. The header is 128 bytes, little-endian:
///
/// | offset | type | what |
/// |---|---|---|
/// | 0 | 8 bytes | `LIMBSOFT` |
/// | 8 | u32 | version, 1 |
/// | 12 | u32 | CRC32C of bytes 16..<128 and of everything after the header |
/// | 16 | u64 | samples |
/// | 24 | u64 | numbers a sample |
/// | 32 | u64 | fingerprint |
///
/// then one i64 for each sample, ascending, then float32 values.
extension SoftLabels {
    private static let headerCount = 128
    private static let magic = Array("LIMBSOFT".utf8)

    /// Writes labels under a temporary name and renames: a reader sees all of them or none.
    public static func write(
        to path: String, samples: [Int], sampleSize: Int, values: [Float], fingerprint: UInt64
    ) throws {
        var header = [UInt8](repeating: 0, count: headerCount)
        header.replaceSubrange(0..<8, with: magic)
        put(UInt32(1), 8, &header)
        put(UInt64(samples.count), 16, &header)
        put(UInt64(sampleSize), 24, &header)
        put(fingerprint, 32, &header)
        let keys = samples.map { Int64($0).littleEndian }
        let bits = values.map { $0.bitPattern.littleEndian }
        var checksum = CRC32C()
        header.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[16...])) }
        keys.withUnsafeBytes { checksum.update($0) }
        bits.withUnsafeBytes { checksum.update($0) }
        put(checksum.value, 12, &header)
        try AtomicFile.write(path) { writer in
            try writer.write(header)
            try keys.withUnsafeBytes { try writer.write($0) }
            try bits.withUnsafeBytes { try writer.write($0) }
        }
    }

    /// Maps a file of labels and checks it. Throws `damagedFile`, or what reading throws.
    public static func open(_ path: String) throws -> SoftLabels {
        let file = try MappedFile(path: path)
        func damaged(_ what: String) -> DistillError {
            DistillError(.damagedFile, "\(path): \(what); delete it, and the next run records the labels again.")
        }
        return try file.withBytes { bytes in
            guard bytes.count >= headerCount, bytes[0..<8].elementsEqual(magic) else {
                throw damaged("not a file of soft labels")
            }
            guard get(bytes, 8, as: UInt32.self) == 1 else { throw damaged("an unknown version") }
            let samples = get(bytes, 16, as: UInt64.self), size = get(bytes, 24, as: UInt64.self)
            // Sizes are checked against the file's before anything is multiplied without care.
            let (perSample, overflow) = size.multipliedReportingOverflow(by: 4)
            let (row, overflowRow) = perSample.addingReportingOverflow(8)
            let (body, overflowBody) = row.multipliedReportingOverflow(by: samples)
            guard !overflow, !overflowRow, !overflowBody, size > 0, samples > 0,
                UInt64(bytes.count - headerCount) == body
            else { throw damaged("cut short, or its header is damaged") }
            var checksum = CRC32C()
            checksum.update(UnsafeRawBufferPointer(rebasing: bytes[16...]))
            guard checksum.value == get(bytes, 12, as: UInt32.self) else {
                throw damaged("the checksum does not fit, some bytes have changed")
            }
            let keys = (0..<Int(samples)).map {
                Int(truncatingIfNeeded: get(bytes, headerCount + 8 * $0, as: Int64.self))
            }
            guard zip(keys, keys.dropFirst()).allSatisfy(<) else {
                throw damaged("its samples are not in ascending order")
            }
            return SoftLabels(
                samples: keys, sampleSize: Int(size), fingerprint: get(bytes, 32, as: UInt64.self),
                file: file, offset: headerCount + 8 * Int(samples))
        }
    }

    /// What a file of labels says it depends on, without reading the labels; nil for another file.
    public static func fingerprint(of path: String) -> UInt64? {
        guard let file = try? MappedFile(path: path) else { return nil }
        return file.withBytes { bytes in
            guard bytes.count >= headerCount, bytes[0..<8].elementsEqual(magic) else { return nil }
            return get(bytes, 32, as: UInt64.self)
        }
    }

    private static func put<T: FixedWidthInteger>(_ value: T, _ offset: Int, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }

    private static func get<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ offset: Int, as type: T.Type) -> T
    {
        T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}
