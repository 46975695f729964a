/// Bytes that grow while a compressed file is unfolded, up to a limit: a few megabytes can hold terabytes of zeros.
struct Unfolding {
    private(set) var bytes: [UInt8]
    private(set) var count = 0
    let limit: Int
    private let file: String

    /// - Parameter hint: how many bytes are expected; never trusted.
    init(_ file: String, hint: Int, limit: Int) {
        self.file = file
        self.limit = limit
        bytes = [UInt8](repeating: 0, count: max(1, min(max(hint, 1 << 16), limit)))
    }

    /// Calls with the room that is left, which is never none; `body` says how much it filled. Throws `tooLarge` where
    /// the limit is reached and more would come.
    mutating func fill(_ body: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
        if count == bytes.count {
            guard bytes.count < limit else { throw ReadingLimit.error(file, limit) }
            bytes.append(contentsOf: repeatElement(0, count: min(max(bytes.count, 1 << 16), limit - bytes.count)))
        }
        let begin = count
        count += try bytes.withUnsafeMutableBytes { try body(UnsafeMutableRawBufferPointer(rebasing: $0[begin...])) }
    }

    /// What was filled.
    consuming func finish() -> [UInt8] {
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

/// How many bytes of a file are read, unfolded ones included: `data.limit`.
enum ReadingLimit {
    static let standard = 4_000_000_000

    static func error(_ file: String, _ limit: Int) -> DataError {
        DataError(
            .badFormat,
            "\(file): holds more than \(text(limit)); if that is meant, raise data.limit (such as 16GB), or split the "
                + "file.")
    }

    /// Bytes in "500MB", "2 GB" or "4GiB"; nil for anything else.
    static func bytes(_ text: String) -> Int? {
        let units: [(name: String, size: Double)] = [
            ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9),
            ("tb", 1e12),
            ("b", 1),
        ]
        let plain = text.lowercased().filter { $0 != " " }
        for unit in units where plain.hasSuffix(unit.name) {
            guard let number = Double(plain.dropLast(unit.name.count)), number > 0, number * unit.size < 1e17 else {
                return nil
            }
            return Int(number * unit.size)
        }
        return nil
    }

    private static func text(_ bytes: Int) -> String {
        bytes >= 1_000_000_000
            ? "\(bytes / 1_000_000_000) GB" : bytes >= 1_000_000 ? "\(bytes / 1_000_000) MB" : "\(bytes) B"
    }
}
