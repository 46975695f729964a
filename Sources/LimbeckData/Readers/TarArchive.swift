import LimbeckFiles

/// The files inside a tar archive (POSIX ustar and pax, GNU long names), in memory: nothing is written to disk.
struct TarArchive {
    struct Member: Hashable {
        var name: String
        var range: Range<Int>
    }

    private(set) var members: [Member] = []

    private static let block = 512

    /// Does it begin with a header whose checksum is right?
    static func isTar(_ bytes: [UInt8]) -> Bool { bytes.count >= block && header(bytes, 0) != nil }

    /// Throws `badFormat` for an archive that is cut off or damaged.
    init(_ bytes: [UInt8], file: String) throws {
        func damaged(_ what: String, _ position: Int) -> DataError {
            DataError(.badFormat, "\(file): is a tar archive that \(what) at byte \(position); fetch it again.")
        }
        var position = 0
        var longName: String?, names: Set<String> = []
        while position < bytes.count {
            // Two blocks of zeros end an archive; what follows is padding.
            guard position + Self.block <= bytes.count else {
                throw damaged("ends in the middle of a header", position)
            }
            if bytes[position] == 0 { break }
            guard let header = Self.header(bytes, position) else {
                throw damaged("is damaged (the checksum of a header is wrong)", position)
            }
            let start = position + Self.block
            guard header.size <= bytes.count - start else {
                throw damaged("is cut off in \(quoted(header.name))", start)
            }
            let range = start..<start + header.size
            switch header.kind {
            case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
                let name = longName ?? header.name
                guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
                    throw DataError(
                        .badFormat,
                        "\(file): holds \(quoted(name)), a path that leads out of the archive; name the files inside instead."
                    )
                }
                guard names.insert(name).inserted else {
                    throw DataError(
                        .badFormat,
                        "\(file): holds \(quoted(name)) twice, as archives that were appended to do; unpack it and name "
                            + "the file that is meant.")
                }
                members.append(Member(name: name, range: range))
                longName = nil
            case UInt8(ascii: "L"): longName = Self.text(bytes[range])
            case UInt8(ascii: "x") where !Self.isSparse(bytes[range]): longName = Self.path(bytes[range]) ?? longName
            case UInt8(ascii: "S"), UInt8(ascii: "x"):
                throw DataError(
                    .badFormat,
                    "\(file): holds \(quoted(header.name)) as a sparse file, which is not read; unpack it and name the "
                        + "file inside.")
            // Folders, links, devices and global headers hold no data.
            default: longName = nil
            }
            let padded = (header.size + Self.block - 1) / Self.block * Self.block
            position = min(bytes.count, start + padded)
        }
    }

    private static func header(_ bytes: [UInt8], _ start: Int) -> (name: String, size: Int, kind: UInt8)? {
        var sum = 0
        for index in 0..<block { sum += (148..<156).contains(index) ? 32 : Int(bytes[start + index]) }
        guard let stored = octal(bytes[start + 148..<start + 156]), stored == sum,
            let size = octal(bytes[start + 124..<start + 136])
        else { return nil }
        var name = text(bytes[start..<start + 100])
        if bytes[start + 257..<start + 262].elementsEqual("ustar".utf8) {
            let folder = text(bytes[start + 345..<start + 500])
            if !folder.isEmpty, bytes[start + 262] == 0 { name = folder + "/" + name }
        }
        return (name, size, bytes[start + 156])
    }

    /// Digits between blanks, or the base 256 of large files; nil where neither, or beyond memory.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first else { return nil }
        var value = 0
        if first & 0x80 != 0 {
            for (index, byte) in field.enumerated() {
                let (product, isLarge) = value.multipliedReportingOverflow(by: 256)
                guard !isLarge else { return nil }
                value = product | Int(index == 0 ? byte & 0x7F : byte)
            }
            return value >= 0 ? value : nil
        }
        var hasDigits = false
        for byte in field.drop(while: { $0 == 32 }) {
            if byte == 0 || byte == 32 { break }
            guard (48..<56).contains(byte), value < 1 << 58 else { return nil }
            value = value * 8 + Int(byte - 48)
            hasDigits = true
        }
        return hasDigits ? value : nil
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Does a pax header speak of a file with holes?
    private static func isSparse(_ records: ArraySlice<UInt8>) -> Bool {
        String(decoding: records, as: UTF8.self).contains(" GNU.sparse.")
    }

    /// `path` among the records `length key=value` of a pax header.
    private static func path(_ records: ArraySlice<UInt8>) -> String? {
        var index = records.startIndex
        while index < records.endIndex {
            var length = 0, cursor = index
            while cursor < records.endIndex, records[cursor] &- 48 < 10, length < 1 << 20 {
                length = length * 10 + Int(records[cursor] - 48)
                cursor += 1
            }
            guard length > 0, length <= records.endIndex - index, cursor < index + length, records[cursor] == 32 else {
                return nil
            }
            let record = String(decoding: records[cursor + 1..<index + length], as: UTF8.self)
            if record.hasPrefix("path=") { return String(record.dropFirst(5).prefix { $0 != "\n" }) }
            index += length
        }
        return nil
    }
}
