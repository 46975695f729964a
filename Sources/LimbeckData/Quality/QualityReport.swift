/// What a data set is and everything that was found or repaired while reading it.
///
/// Nothing is repaired silently: every repair and every oddity is a `Finding`.
public struct QualityReport: Codable, Hashable, Sendable {
    public var name: String
    public var timeCount, nodeCount, channelCount: Int
    /// First and last step as the grid's clock spells them.
    public var first, last: String
    /// Seconds between steps.
    public var step: Int64
    /// How steps follow each other where that is not every `step` seconds, such as "1 month"; empty where it is.
    public var spacing: String
    /// IANA name; empty when unknown.
    public var zone: String
    public var places: [String]
    /// Cells without a measurement, per place.
    public var missingByPlace: [Int]
    public var findings: [Finding]

    /// Cells without a measurement.
    public var missingCount: Int { missingByPlace.reduce(0, +) }
    public var cellCount: Int { timeCount * nodeCount * channelCount }

    public func findings(_ kind: Finding.Kind) -> [Finding] { findings.filter { $0.kind == kind } }

    /// One kind of oddity: how often, where first, what was done.
    public struct Finding: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
            case missingCells, emptySteps, gap, daylightSaving
            case duplicateStamps, unsortedStamps, offGridStamps
            case silentPlace, constantPlace, outliers, negativeCounts
            case notMeasured, stuck
            case noCoordinates, movedPlaces
            case encoding, decimalMarks, dateOrder, timeColumns, timeZone, calendar, units, files, joined, lostDigits,
                filteredRows,
                textColumns, headerLines,
                implausible
        }

        /// A repair changed what the file says; a warning did not.
        public enum Severity: String, Codable, Hashable, Sendable { case repair, warning }

        public var kind: Kind
        public var severity: Severity
        public var count: Int
        /// What was found and what was done, in one line.
        public var message: String
        /// The first few places, times or lines.
        public var examples: [String]

        public init(
            _ kind: Kind, _ severity: Severity, count: Int, message: String, examples: [String] = []
        ) {
            self.kind = kind
            self.severity = severity
            self.count = count
            self.message = message
            self.examples = examples
        }

        /// Are there more examples than are kept?
        var isCut: Bool { examples.count >= Self.exampleLimit && count > examples.count }

        /// How many examples a finding keeps.
        public static let exampleLimit = 5
    }
}

extension QualityReport: CustomStringConvertible {
    /// For a terminal: what the data is, then one line per finding.
    public var description: String {
        let shape = "\(grouped(timeCount)) steps × \(nodeCount) places"
        let channels = channelCount == 1 ? "" : " × \(channelCount) channels"
        let share = cellCount == 0 ? 0 : Double(missingCount) / Double(cellCount)
        var lines = [
            "\(name): \(shape)\(channels), every \(spacing.isEmpty ? TimeText.duration(step) : spacing)",
            "  \(first) to \(last)" + (zone.isEmpty ? "" : " (\(zone))"),
            "  \(grouped(missingCount)) of \(grouped(cellCount)) cells missing (\(percent(share)))",
        ]
        lines += findings.map { finding in
            let where_ =
                finding.examples.isEmpty
                ? ""
                : ": " + finding.examples.joined(separator: "; ")
                    + (finding.isCut ? "; …" : "")
            return "  \(finding.severity.rawValue): \(finding.message)\(where_)"
        }
        return lines.joined(separator: "\n")
    }
}

/// "17,544".
func grouped(_ value: Int) -> String {
    var digits = Array(String(abs(value)))
    var position = digits.count - 3
    while position > 0 {
        digits.insert(",", at: position)
        position -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
}

/// "1 row", "2 rows".
func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? one : many ?? one + "s")"
}

/// A share as percent with two decimals; "< 0.01 %" when it would show as nothing.
func percent(_ share: Double) -> String {
    if share > 0, share < 0.0001 { return "< 0.01 %" }
    let hundredths = Int((share * 10_000).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
}
