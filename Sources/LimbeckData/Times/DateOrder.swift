import LimbeckSeries

/// Whether days or months come first in a column of dates like `02/03/2024`: told from the column, stated in
/// `data.timeFormat`, or asked for.
struct DateOrder {
    private(set) var order: DateText.Order?
    /// Where and by what it was told: `line 3 ("13/02/2024")`.
    private(set) var evidence: String?
    private(set) var findings: [QualityReport.Finding] = []

    /// - Parameter texts: the column's cells with their places, one after the other; nil at the end.
    ///
    /// Throws `badTime` where no cell tells.
    init(_ stated: TimeFormat, title: String, _ texts: () throws -> (text: String, place: String)?) throws {
        if let stated = DateText.Order(rawValue: stated.rawValue) {
            order = stated
            return
        }
        guard stated == .auto else { return }
        var first: (text: String, place: String)?
        while let cell = try texts() {
            var text = cell.text
            guard let pair = text.withUTF8({ DateText.pair($0) }) else {
                if first == nil { return }
                continue
            }
            if first == nil { first = cell }
            // In three pairs of digits the year may be first.
            if pair.mark == Byte.point, text.withUTF8({ DateText.hasShortYear($0) }) {
                try Self.checkYearIsLast(cell, texts)
            }
            if pair.first > 12 || pair.second > 12 {
                order = pair.first > 12 ? .dayFirst : .monthFirst
                evidence = "\(cell.place) (\(quoted(cell.text)))"
                tell(cell.text, "")
                return
            }
            if pair.mark == Byte.point {
                // Dots are written by those who put the day first.
                order = .dayFirst
                tell(cell.text, ", as is usual between dots")
                return
            }
        }
        guard let first else { return }
        throw DataError(
            .badTime,
            "\(first.place): \(quoted(first.text)) may begin with the day or with the month, and no row of \(title) "
                + "tells; say data.timeFormat: dayFirst or monthFirst.")
    }

    /// Throws where the last of three pairs of digits changes from row to row and the first does not.
    private static func checkYearIsLast(
        _ first: (text: String, place: String), _ texts: () throws -> (text: String, place: String)?
    ) throws {
        func pairs(_ text: String) -> [Substring] { text.prefix { $0 != " " }.split(separator: ".") }
        let start = pairs(first.text)
        var changes = (first: 0, last: 0), seen = 0
        while seen < 60, let cell = try texts() {
            let own = pairs(cell.text)
            guard own.count == 3, start.count == 3 else { return }
            if own[0] != start[0] { changes.first += 1 }
            if own[2] != start[2] { changes.last += 1 }
            seen += 1
        }
        guard changes.first == 0, changes.last > 0 else { return }
        throw DataError(
            .badTime,
            "\(first.place): \(quoted(first.text)) and those below it seem to begin with the year; write it with four "
                + "digits, or say data.timeFormat: dayFirst if it is last.")
    }

    private mutating func tell(_ text: String, _ why: String) {
        var copy = text
        guard let order, let stamp = copy.withUTF8({ DateText(order: order).stamp($0) }) else { return }
        let other = order == .dayFirst ? "monthFirst" : "dayFirst"
        findings = [
            .init(
                .dateOrder, .repair, count: 1,
                message: "dates read with the \(order == .dayFirst ? "day" : "month") first\(why) (\(text) is "
                    + "\(TimeText.stamp(stamp.seconds))); data.timeFormat: \(other) reads them the other way")
        ]
    }
}
