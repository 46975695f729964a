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
