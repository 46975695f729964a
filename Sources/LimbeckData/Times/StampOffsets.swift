import Foundation
import LimbeckSeries

/// The offsets from UTC that a column of stamps carries, and the time zone whose clocks they follow.
struct StampOffsets {
    /// Where the offset changed from one row to the next: both instants, with their offsets.
    private var samples: [(instant: Int64, offset: Int)] = []
    private var last: (instant: Int64, offset: Int)?
    private var distinct: Set<Int> = []

    private static let most = 512

    /// - Parameter text: an absolute time as the file spells it.
    mutating func note(_ text: String, _ instant: Int64) {
        guard let offset = Self.suffix(Array(text.utf8)) else { return }
        distinct.insert(offset)
        if let last, last.offset != offset, samples.count < Self.most { samples += [last, (instant, offset)] }
        if last == nil { samples.append((instant, offset)) }
        last = (instant, offset)
    }

    /// Seconds of `Z`, `+13`, `-0330` or `+13:00` at the end.
    private static func suffix(_ text: [UInt8]) -> Int? {
        guard let end = text.last else { return nil }
        if end | 32 == 122 { return 0 }
        guard let sign = text.lastIndex(where: { $0 == 43 || $0 == 45 }), sign > 8 else { return nil }
        let digits = text[(sign + 1)...].filter { $0 != 58 }
        guard [2, 4].contains(digits.count), digits.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
        let numbers = digits.map { Int($0) - 48 }
        let minutes = numbers.count == 4 ? numbers[2] * 10 + numbers[3] : 0
        return (text[sign] == 45 ? -1 : 1) * ((numbers[0] * 10 + numbers[1]) * 3600 + minutes * 60)
    }

    /// What the data's zone is taken for, with what is to be said of it; nil where the offset never changes.
    var zone: (name: String, finding: QualityReport.Finding)? {
        guard distinct.count > 1 else { return nil }
        var checked = samples
        if let last { checked.append(last) }
        let fitting = TimeZone.knownTimeZoneIdentifiers.filter { name in
            guard let zone = TimeZone(identifier: name) else { return false }
            return checked.allSatisfy {
                zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0.instant))) == $0.offset
            }
        }
        let offsets = distinct.sorted().map(Self.spelled).joined(separator: ", ")
        guard let name = Self.large.first(where: fitting.contains) ?? fitting.sorted().first else {
            return (
                "",
                .init(
                    .timeZone, .warning, count: distinct.count,
                    message:
                        "stamps carry the offsets \(offsets), which no time zone's clocks had at these times; hours "
                        + "are those of UTC; data.zone names the zone")
            )
        }
        let others = fitting.count > 1 ? " (as \(fitting.count - 1) other zones then)" : ""
        return (
            name,
            .init(
                .timeZone, .repair, count: distinct.count,
                message:
                    "stamps carry the offsets \(offsets), as clocks had in \(name)\(others); hours and days are those "
                    + "of its clocks; data.zone names another")
        )
    }

    private static func spelled(_ seconds: Int) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(seconds < 0 ? "−" : "+")\(two(abs(seconds) / 3600)):\(two(abs(seconds) % 3600 / 60))"
    }

    /// Of zones that agree, the one that most people know.
    private static let large = [
        "Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Lisbon", "America/New_York", "America/Chicago",
        "America/Denver", "America/Los_Angeles", "America/Halifax", "America/Sao_Paulo", "Australia/Sydney",
        "Australia/Adelaide", "Pacific/Auckland", "Asia/Jerusalem", "Africa/Cairo",
    ]
}
