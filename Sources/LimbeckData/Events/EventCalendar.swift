import LimbeckFiles
import LimbeckSeries

/// Holidays, closures, matches: times with a label, from an iCalendar file (RFC 5545).
///
/// Repeating events are told one by one, through the end of the year ``lastYear``.
public struct EventCalendar: Sendable {
    public struct Event: Hashable, Sendable {
        /// Seconds since 1970 on the wall clock of `zone`, and the first second after it.
        public var start, end: Int64
        /// IANA name, `UTC`, or empty: the clock of wherever the data is.
        public var zone: String
        public var isAllDay: Bool
        public var label: String
    }

    /// By start.
    public private(set) var events: [Event] = []
    /// `X-WR-CALNAME`, else the file's name.
    public private(set) var name: String

    /// Repeating events end here where they say nothing.
    public static let lastYear = 2100
    private static let most = 200_000

    /// Is this an iCalendar file?
    public static func isCalendar(_ bytes: some Sequence<UInt8>) -> Bool {
        Array(bytes.prefix(18)).starts(with: Array("BEGIN:VCALENDAR".utf8))
            || Array(bytes.prefix(18)).starts(with: [0xEF, 0xBB, 0xBF] + Array("BEGIN:VCALENDAR".utf8))
    }

    /// Throws `DataError` naming file and line.
    public init(path: String) throws {
        try self.init(FileBytes.readDecompressed(path), file: path)
    }

    public init(_ bytes: [UInt8], file: String) throws {
        name = fileName(file)
        guard Self.isCalendar(bytes) else {
            throw DataError(.badFormat, "\(file): is no iCalendar file; it must begin with BEGIN:VCALENDAR.")
        }
        var current: CalendarEntry?
        var entries: [CalendarEntry] = []
        var depth = 0, isWhole = false
        for line in ContentLine.lines(bytes) {
            let upper = line.value.uppercased()
            switch (line.name, upper) {
            case ("BEGIN", "VEVENT"):
                (current, depth) = (CalendarEntry(), 0)
            case ("BEGIN", _) where current != nil: depth += 1
            case ("END", "VEVENT"):
                if let entry = current { entries.append(entry) }
                current = nil
            case ("END", _) where current != nil: depth -= 1
            case ("END", "VCALENDAR"): isWhole = true
            case ("X-WR-CALNAME", _): name = line.text
            default:
                if depth == 0 { try current?.take(line, file) }
            }
        }
        guard isWhole, current == nil else {
            throw DataError(.badFormat, "\(file): ends before END:VCALENDAR, so it was cut off; fetch it again.")
        }
        var replaced: [String: Set<Int64>] = [:]
        for entry in entries { if let start = entry.replaces { replaced[entry.identifier, default: []].insert(start) } }
        for entry in entries { try add(entry, file, replaced: replaced[entry.identifier] ?? []) }
        events.sort { ($0.start, $0.end, $0.label) < ($1.start, $1.end, $1.label) }
    }

    private mutating func add(_ entry: CalendarEntry, _ file: String, replaced: Set<Int64>) throws {
        let found = try entry.events(file, replaced: replaced)
        guard events.count + found.count <= Self.most else {
            throw DataError(
                .badFormat,
                "\(file): repeats events more than \(grouped(Self.most)) times; let them end with UNTIL or COUNT.")
        }
        events += found
    }

    /// What it holds, for people: how many, from when to when, and the most frequent labels.
    public var description: String {
        guard let first = events.first, let last = events.last else { return "\(name): no events" }
        let days = Set(events.filter(\.isAllDay).map(\.start)).count
        var counts: [String: Int] = [:]
        for event in events { counts[event.label, default: 0] += 1 }
        let labels = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let zones = Set(events.map(\.zone)).filter { !$0.isEmpty }.sorted()
        return """
            \(name): \(counted(events.count, "event")), \(grouped(days)) whole days among them
              \(TimeText.stamp(first.start)) to \(TimeText.stamp(last.start))\(zones.isEmpty ? "" : " (\(zones.joined(separator: ", ")))")
            \(labels.prefix(12).map { "  \($0.key): \(grouped($0.value))" }.joined(separator: "\n"))\(labels.count > 12 ? "\n  and \(labels.count - 12) other labels" : "")
            """
    }
}

/// One line of iCalendar: `DTSTART;TZID=Europe/Berlin:20240301T060000`.
struct ContentLine {
    var name = ""
    var parameters: [String: String] = [:]
    var value = ""
    /// In the file, from 1.
    var number: Int

    /// Unfolded: a line that begins with a blank goes on with the one before.
    static func lines(_ bytes: [UInt8]) -> [ContentLine] {
        var lines: [ContentLine] = []
        var content: [UInt8] = [], number = 0, begin = 1
        func close() {
            if let line = ContentLine(content, begin) { lines.append(line) }
            content.removeAll(keepingCapacity: true)
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        for raw in body.split(separator: Byte.lineFeed, omittingEmptySubsequences: false) {
            number += 1
            var line = raw
            if line.last == Byte.return { line = line.dropLast() }
            if line.first == Byte.space || line.first == Byte.tab {
                if content.count < 1 << 20 { content += line.dropFirst() }
                continue
            }
            close()
            begin = number
            content += line
        }
        close()
        return lines
    }

    private init?(_ content: [UInt8], _ number: Int) {
        self.number = number
        var isQuoted = false, parts: [String] = [], start = 0
        for (index, byte) in content.enumerated() {
            if byte == Byte.quote { isQuoted.toggle() }
            guard !isQuoted, byte == Byte.semicolon || byte == UInt8(ascii: ":") else { continue }
            parts.append(String(decoding: content[start..<index], as: UTF8.self))
            start = index + 1
            if byte == UInt8(ascii: ":") {
                name = parts[0].uppercased()
                for part in parts.dropFirst() {
                    let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
                    if sides.count == 2 { parameters[sides[0].uppercased()] = sides[1].filter { $0 != "\"" } }
                }
                value = String(decoding: content[start...], as: UTF8.self)
                return
            }
        }
        return nil
    }

    /// The value without its escapes.
    var text: String {
        var result = "", isEscaped = false
        for character in value {
            if isEscaped {
                result.append(character == "n" || character == "N" ? " " : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}
