import CZlib

/// The members of a zip archive, stored or deflated (PKWARE APPNOTE 6.3, without zip64).
struct ZipArchive {
    struct Member {
        let name: String
        let method, compressed, size, offset: Int
        let checksum: UInt32
    }

    let members: [Member]
    private let bytes: [UInt8]
    private let file: String

    /// Throws `badFormat` or `truncated`.
    init(_ bytes: [UInt8], file: String) throws {
        self.bytes = bytes
        self.file = file
        let data = Fields(bytes: bytes)
        // The directory's end record is at the end, behind a comment of at most 65,535 bytes.
        let last = bytes.count - 22
        let end = stride(from: last, through: max(0, last - 65_535), by: -1).first {
            $0 >= 0 && data.number($0, 4) == 0x0605_4B50
        }
        guard let end, let count = data.number(end + 10, 2), var at = data.number(end + 16, 4)
        else {
            throw DataError(
                .truncated, "\(file): has no zip directory at its end; copy the file again.")
        }
        var members: [Member] = []
        for _ in 0..<count {
            guard data.number(at, 4) == 0x0201_4B50, let method = data.number(at + 10, 2),
                let checksum = data.number(at + 16, 4), let compressed = data.number(at + 20, 4),
                let size = data.number(at + 24, 4), let nameLength = data.number(at + 28, 2),
                let extraLength = data.number(at + 30, 2),
                let commentLength = data.number(at + 32, 2), let offset = data.number(at + 42, 4),
                at + 46 + nameLength <= bytes.count
            else {
                throw DataError(
                    .badFormat, "\(file): its zip directory is damaged; copy the file again.")
            }
            guard compressed < 0xFFFF_FFFF, size < 0xFFFF_FFFF, offset < 0xFFFF_FFFF else {
                throw DataError(
                    .badFormat, "\(file): larger than 4 GB; save the array alone with numpy.save.")
            }
            members.append(
                Member(
                    name: String(decoding: bytes[at + 46..<at + 46 + nameLength], as: UTF8.self),
                    method: method, compressed: compressed, size: size, offset: offset,
                    checksum: UInt32(checksum)))
            at += 46 + nameLength + extraLength + commentLength
        }
        self.members = members
    }

    /// A member's content, its checksum verified.
    func content(_ member: Member) throws -> [UInt8] {
        let data = Fields(bytes: bytes)
        let label = "\(file), \(member.name)"
        guard data.number(member.offset, 4) == 0x0403_4B50,
            let nameLength = data.number(member.offset + 26, 2),
            let extraLength = data.number(member.offset + 28, 2)
        else { throw DataError(.badFormat, "\(label): is not where the zip directory says.") }
        let begin = member.offset + 30 + nameLength + extraLength
        guard begin + member.compressed <= bytes.count else {
            throw DataError(.truncated, "\(label): stops early; copy the file again.")
        }
        let content: [UInt8]
        switch member.method {
        case 0: content = Array(bytes[begin..<begin + member.compressed])
        case 8:
            content = try bytes.withUnsafeBytes { all in
                try Gzip.inflated(
                    UnsafeRawBufferPointer(rebasing: all[begin..<begin + member.compressed]), .raw,
                    hint: member.size, limit: max(1, member.size), file: label)
            }
        default:
            throw DataError(
                .badFormat,
                "\(label): packed by zip method \(member.method); use numpy.savez_compressed.")
        }
        var checksum = crc32(0, nil, 0)
        content.withUnsafeBufferPointer { checksum = crc32_z(checksum, $0.baseAddress, $0.count) }
        guard content.count == member.size, UInt32(truncatingIfNeeded: checksum) == member.checksum
        else {
            throw DataError(.badFormat, "\(label): its checksum is wrong; copy the file again.")
        }
        return content
    }

    /// Little-endian numbers at offsets that may lie outside.
    private struct Fields {
        let bytes: [UInt8]

        func number(_ offset: Int, _ size: Int) -> Int? {
            guard offset >= 0, offset + size <= bytes.count else { return nil }
            return (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
    }
}
