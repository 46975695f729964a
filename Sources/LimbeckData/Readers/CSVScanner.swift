/// Splits delimited text into records, one at a time, without copying cells.
///
/// Follows RFC 4180: cells may be quoted, quotes inside are doubled, quoted cells may hold
/// delimiters and line ends; LF, CRLF and CR end a record; a byte-order mark and blank lines are
/// skipped.
struct CSVScanner {
    /// One record: where its cells lie, and the line of the file it began on (from 1).
    struct Record {
        var line = 1
        var cells: [Cell] = []
        var count: Int { cells.count }
    }

    /// Bytes `start ..< end` of the text, outer quotes and surrounding blanks excluded.
    struct Cell {
        var start, end: Int
        var hasDoubledQuotes: Bool
        var isEmpty: Bool { start == end }
    }

    let bytes: [UInt8]
    let file: String
    let delimiter: UInt8
    /// Lines above the names that are passed over: comments and titles.
    let preamble: Int
    private var position = 0
    private var line = 1

    /// Scans `bytes`, named `file` in errors; without `delimiter` the header line decides.
    init(_ bytes: [UInt8], file: String, delimiter: UInt8? = nil) {
        self.bytes = bytes
        self.file = file
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        // A spreadsheet's first line may name the delimiter: "sep=;".
        var named: UInt8?
        let rest = bytes[position...]
        if rest.starts(with: "sep=".utf8), rest.count > 5, [Byte.lineFeed, Byte.return].contains(bytes[position + 5]) {
            named = bytes[position + 4]
            position += 5
        }
        let above = Self.preamble(bytes[position...], delimiter ?? named)
        preamble = above.lines
        position = above.end
        line += above.lines
        self.delimiter = delimiter ?? named ?? Self.likelyDelimiter(bytes[position...])
    }

    private static let most = 40

    /// Lines above the names: comments that begin with `#`, and titles, which have no delimiter where the names below
    /// them have. A line with `#` that has as many delimiters as the values below it is names.
    private static func preamble(_ text: ArraySlice<UInt8>, _ delimiter: UInt8?) -> (end: Int, lines: Int) {
        var lines: [ArraySlice<UInt8>] = [], start = text.startIndex, ends: [Int] = []
        while lines.count < most, start < text.endIndex {
            let end = text[start...].firstIndex { $0 == Byte.lineFeed || $0 == Byte.return } ?? text.endIndex
            var next = min(text.endIndex, end + 1)
            if end < text.endIndex, text[end] == Byte.return, next < text.endIndex, text[next] == Byte.lineFeed {
                next += 1
            }
            lines.append(text[start..<end])
            ends.append(next)
            start = next
        }
        func marks(_ line: ArraySlice<UInt8>) -> Int {
            line.count { byte in delimiter.map { $0 == byte } ?? [Byte.comma, Byte.semicolon, Byte.tab].contains(byte) }
        }
        func isComment(_ line: ArraySlice<UInt8>) -> Bool { line.first == UInt8(ascii: "#") }
        func isBlank(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy { $0 == 32 || $0 == 9 } }
        func hasWords(_ line: ArraySlice<UInt8>) -> Bool {
            line.contains { $0 | 32 >= 97 && $0 | 32 <= 122 || $0 >= 128 }
        }
        /// Does a cell begin with a digit?
        func hasValues(_ line: ArraySlice<UInt8>) -> Bool {
            line.split { [Byte.comma, Byte.semicolon, Byte.tab].contains($0) }.contains {
                $0.first.map { $0 &- 48 < 10 } ?? false
            }
        }
        /// Is its first cell called like times?
        func beginsWithTimes(_ line: ArraySlice<UInt8>) -> Bool {
            let cell = line.drop { $0 == UInt8(ascii: "#") }.prefix {
                ![Byte.comma, Byte.semicolon, Byte.tab].contains($0)
            }
            let name = CSVHeader.plain(String(decoding: cell, as: UTF8.self))
            return CSVHeader.timeNames.contains(name) || ["year", "jahr", "datum", "zeit", "day"].contains(name)
        }
        var passed = 0
        for (number, line) in lines.enumerated().dropLast() where number == passed {
            let rest = lines[(number + 1)...].filter { !isBlank($0) }
            guard let next = rest.first else { break }
            let isPassed: Bool
            if isBlank(line) {
                isPassed = true
            } else if isComment(line) {
                // Names, where the first is that of times; with a row of units below, maybe.
                let values = rest.first { !isComment($0) } ?? next
                isPassed = marks(line) != marks(values) || !hasValues(values) || !beginsWithTimes(line)
            } else if line.starts(with: "\"TOA5\"".utf8) || line.starts(with: "TOA5,".utf8) {
                // What a logger is, above its names.
                isPassed = true
            } else {
                let names = rest.first { !isComment($0) && marks($0) > 0 }
                isPassed = marks(line) == 0 && !line.contains(Byte.quote) && (names.map(hasWords) ?? false)
            }
            if isPassed { passed += 1 }
        }
        // Blank lines alone are no preamble; the records skip them.
        guard lines.prefix(passed).contains(where: { !isBlank($0) }) else { return (text.startIndex, 0) }
        return (ends[passed - 1], passed)
    }

    /// The next record, into storage that is reused; false at the end of the text.
    ///
    /// Throws `badFormat` for a quote that is never closed.
    mutating func next(into record: inout Record) throws -> Bool {
        record.cells.removeAll(keepingCapacity: true)
        let line = line
        let end = try bytes.withUnsafeBufferPointer { text in
            var lines = line
            let next = try scan(text, &lines, &record)
            self.line = lines
            return next
        }
        position = end
        return !record.cells.isEmpty
    }

    /// The cell's text, unquoted.
    func text(_ cell: Cell) -> String {
        guard cell.hasDoubledQuotes else {
            return String(decoding: bytes[cell.start..<cell.end], as: UTF8.self)
        }
        var kept: [UInt8] = []
        var index = cell.start
        while index < cell.end {
            kept.append(bytes[index])
            let isDoubled =
                bytes[index] == Byte.quote && index + 1 < cell.end && bytes[index + 1] == Byte.quote
            index += isDoubled ? 2 : 1
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private func scan(
        _ text: UnsafeBufferPointer<UInt8>, _ lines: inout Int, _ record: inout Record
    ) throws -> Int {
        let count = text.count
        var index = position
        while true {
            // Blank lines, spaces on them included, are no records.
            var ahead = index
            while ahead < count, text[ahead] == Byte.space { ahead += 1 }
            guard ahead < count else { return count }
            guard text[ahead] == Byte.lineFeed || text[ahead] == Byte.return else { break }
            index = Self.afterLineEnd(text, ahead)
            lines += 1
        }
        record.line = lines
        while true {
            var start = index
            while start < count, text[start] == Byte.space { start += 1 }
            if start < count, text[start] == Byte.quote {
                index = start + 1
                var doubled = false
                let opening = lines
                while true {
                    guard index < count else {
                        throw DataError(
                            .badFormat,
                            "\(file), line \(opening): a quote is opened and never closed; close "
                                + "it.")
                    }
                    if text[index] == Byte.quote {
                        guard index + 1 < count, text[index + 1] == Byte.quote else { break }
                        doubled = true
                        index += 2
                        continue
                    }
                    if text[index] == Byte.lineFeed { lines += 1 }
                    index += 1
                }
                record.cells.append(Cell(start: start + 1, end: index, hasDoubledQuotes: doubled))
                index += 1
                // Anything between the closing quote and the delimiter must be blank.
                while index < count, text[index] == Byte.space { index += 1 }
                if index < count, !isEnd(text[index]) {
                    throw DataError(
                        .badFormat,
                        "\(file), line \(lines): text follows a closing quote; double quotes "
                            + "inside cells.")
                }
            } else {
                index = start
                while index < count, !isEnd(text[index]) { index += 1 }
                var end = index
                while end > start, text[end - 1] == Byte.space { end -= 1 }
                record.cells.append(Cell(start: start, end: end, hasDoubledQuotes: false))
            }
            guard index < count else { return count }
            if text[index] == delimiter {
                index += 1
                continue
            }
            lines += 1
            return Self.afterLineEnd(text, index)
        }
    }

    @inline(__always)
    private func isEnd(_ byte: UInt8) -> Bool {
        byte == delimiter || byte == Byte.lineFeed || byte == Byte.return
    }

    private static func afterLineEnd(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        let isPair =
            text[index] == Byte.return && index + 1 < text.count && text[index + 1] == Byte.lineFeed
        return index + (isPair ? 2 : 1)
    }

    /// The most frequent of comma, semicolon and tab on the first line, outside quotes.
    private static func likelyDelimiter(_ text: ArraySlice<UInt8>) -> UInt8 {
        var counts = [Byte.comma: 0, Byte.semicolon: 0, Byte.tab: 0]
        var isQuoted = false
        for byte in text.drop(while: { $0 == Byte.lineFeed || $0 == Byte.return }) {
            if byte == Byte.quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == Byte.lineFeed || byte == Byte.return { break }
            if let count = counts[byte] { counts[byte] = count + 1 }
        }
        return [Byte.semicolon, Byte.tab].reduce(Byte.comma) {
            (counts[$1] ?? 0) > (counts[$0] ?? 0) ? $1 : $0
        }
    }
}

/// Bytes with a meaning in delimited text.
enum Byte {
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let point = UInt8(ascii: ".")
    static let semicolon = UInt8(ascii: ";")
    static let tab = UInt8(ascii: "\t")
    static let space = UInt8(ascii: " ")
    static let lineFeed = UInt8(ascii: "\n")
    static let `return` = UInt8(ascii: "\r")
}
