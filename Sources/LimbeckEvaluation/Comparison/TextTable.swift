/// A plain table with a heading line: the first column is text at the left, the rest at the right.
///
/// Widths are counted in characters, so `±` and `µ` align.
public struct TextTable: Hashable, Sendable {
    public var heading: [String]
    public var rows: [[String]]

    public init(heading: [String], rows: [[String]]) {
        self.heading = heading
        self.rows = rows
    }

    /// For terminals: two spaces between columns, a rule under the heading. `bold` is the index
    /// of a row to stress, used only with `colour`.
    public func text(colour: Bool = false, bold: Int? = nil) -> String {
        let widths = widths
        func line(_ cells: [String]) -> String {
            var line = Self.cells(cells, widths).joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
        let length = widths.reduce(0, +) + 2 * max(0, widths.count - 1)
        let body = rows.enumerated().map { index, cells in
            colour && index == bold ? "\u{1B}[1;32m\(line(cells))\u{1B}[0m" : line(cells)
        }
        let head = colour ? "\u{1B}[2m\(line(heading))\u{1B}[0m" : line(heading)
        let rule = String(repeating: "─", count: length)
        return ([head, rule] + body).joined(separator: "\n") + "\n"
    }

    /// For documents: GitHub's table syntax, padded so that the source reads too.
    public var markdown: String {
        let safe = TextTable(
            heading: heading.map(Self.escaped), rows: rows.map { $0.map(Self.escaped) })
        let widths = safe.widths.map { max(3, $0) }
        func line(_ cells: [String]) -> String {
            "| " + Self.cells(cells, widths).joined(separator: " | ") + " |"
        }
        let rule = widths.enumerated().map { column, width in
            let dashes = String(repeating: "-", count: width - 1)
            return " \(dashes)\(column == 0 ? "-" : ":") "
        }
        return ([line(safe.heading), "|\(rule.joined(separator: "|"))|"] + safe.rows.map(line))
            .joined(separator: "\n") + "\n"
    }

    /// Characters of the widest cell in each column.
    public var widths: [Int] {
        heading.indices.map { column in
            ([heading] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
    }

    private static func cells(_ cells: [String], _ widths: [Int]) -> [String] {
        zip(cells, widths).enumerated().map { column, cell in
            let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            return column == 0 ? cell.0 + space : space + cell.0
        }
    }

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == "|" ? ["\\", "|"] : $0.isNewline ? [" "] : [$0] })
    }
}
