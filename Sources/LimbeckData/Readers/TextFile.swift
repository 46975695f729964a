/// The text of a file as UTF-8, and what had to be done to get there.
struct TextFile {
    let bytes: [UInt8]
    let findings: [QualityReport.Finding]

    /// UTF-8 stays; UTF-16 is told by its mark or its zeros; any other text is read as Windows-1252, of which Latin-1
    /// is a part. Throws `badFormat` for formats that are no text, by their name.
    init(_ bytes: [UInt8], file: String) throws {
        if let name = Self.binaryName(bytes) {
            throw DataError(
                .badFormat, "\(file): is \(name), which is not read; write CSV, Parquet, NPY or NPZ instead.")
        }
        if let isLittle = Self.utf16(bytes) {
            self.bytes = Self.fromUTF16(bytes, isLittle)
            findings = [Self.finding("UTF-16")]
        } else if Self.isUTF8(bytes) {
            self.bytes = bytes
            findings = []
        } else {
            guard !bytes.prefix(4096).contains(0) else {
                throw DataError(
                    .badFormat,
                    "\(file): is no text and none of the formats that are read; write CSV, Parquet, NPY or NPZ.")
            }
            self.bytes = Self.fromWindows1252(bytes)
            findings = [Self.finding("Windows-1252 (Latin-1)")]
        }
    }

    private static func finding(_ encoding: String) -> QualityReport.Finding {
        .init(.encoding, .repair, count: 1, message: "the text is not UTF-8; it was read as \(encoding)")
    }

    /// Formats people have by their first bytes.
    private static let signatures: [(bytes: [UInt8], name: String)] = [
        ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "HDF5 (or NetCDF 4, or pandas' .h5)"),
        ([0x43, 0x44, 0x46, 0x01], "NetCDF"), ([0x43, 0x44, 0x46, 0x02], "NetCDF"),
        ([0x43, 0x44, 0x46, 0x05], "NetCDF"),
        ([0x80, 0x02], "a Python pickle"), ([0x80, 0x03], "a Python pickle"), ([0x80, 0x04], "a Python pickle"),
        ([0x80, 0x05], "a Python pickle"),
        (Array("ARROW1".utf8), "Feather (Arrow)"), (Array("FEA1".utf8), "Feather"),
        (Array("MATLAB 5.0 MAT-file".utf8), "a MATLAB file"), (Array("MATLAB 7.3 MAT-file".utf8), "a MATLAB file"),
        (Array("SQLite format 3".utf8), "an SQLite database"), (Array("ORC".utf8), "ORC"),
        (Array("Obj\u{01}".utf8), "Avro"), (Array("%PDF-".utf8), "a PDF"), (Array("GRIB".utf8), "GRIB"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel file (.xls)"), ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive"),
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive"), ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
        (Array("<?xml".utf8), "XML"), (Array("<!DOCTYPE".utf8), "HTML"), (Array("<html".utf8), "HTML"),
    ]

    /// "HDF5"; nil for text and for what nobody knows.
    static func binaryName(_ bytes: [UInt8]) -> String? {
        if let found = signatures.first(where: { bytes.starts(with: $0.bytes) }) { return found.name }
        let first = bytes.prefix(256).filter { ![9, 10, 13, 32].contains($0) }
        let opens: [[UInt8]] = ["{\"", "{}", "[{", "[[", "[\"", "[]"].map { Array($0.utf8) }
        if opens.contains(where: first.starts(with:)) { return "JSON" }
        // A tar archive says so behind its first name.
        return bytes.count > 262 && bytes[257..<262].elementsEqual("ustar".utf8) ? "a tar archive" : nil
    }

    /// Does the text come in pairs of bytes, the lower first?
    private static func utf16(_ bytes: [UInt8]) -> Bool? {
        if bytes.starts(with: [0xFF, 0xFE]) { return true }
        if bytes.starts(with: [0xFE, 0xFF]) { return false }
        let head = bytes.prefix(64)
        guard head.count >= 8, head.count % 2 == 0 else { return nil }
        let odd = head.indices.count { $0 % 2 == 1 && head[$0] == 0 }
        let even = head.indices.count { $0 % 2 == 0 && head[$0] == 0 }
        let most = head.count / 2 * 9 / 10
        return odd >= most && even == 0 ? true : even >= most && odd == 0 ? false : nil
    }

    private static func fromUTF16(_ bytes: [UInt8], _ isLittle: Bool) -> [UInt8] {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(isLittle ? second << 8 | first : first << 8 | second)
        }
        let start = units.first == 0xFEFF ? 1 : 0
        return Array(String(decoding: units[start...], as: UTF16.self).utf8)
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { text in
            guard let first = text.firstIndex(where: { $0 >= 0x80 }) else { return true }
            return String(validating: text[first...], as: UTF8.self) != nil
        }
    }

    private static func fromWindows1252(_ bytes: [UInt8]) -> [UInt8] {
        // 0x80 ... 0x9F; the five codes without a letter become "?".
        let upper = Array("€?‚ƒ„…†‡ˆ‰Š‹Œ?Ž??‘’“”•–—˜™š›œ?žŸ".unicodeScalars)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 16)
        for byte in bytes {
            guard byte >= 0x80 else {
                text.append(byte)
                continue
            }
            let scalar = byte < 0xA0 ? upper[Int(byte) - 0x80] : Unicode.Scalar(byte)
            text.append(contentsOf: Array(String(Character(scalar)).utf8))
        }
        return text
    }
}
