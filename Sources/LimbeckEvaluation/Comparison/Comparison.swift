import Foundation

/// All models side by side on one split: errors by horizon and on average, and costs.
///
/// Rows are in order of role, then of name; numbers over several seeds are mean ± deviation.
public struct Comparison: Codable, Hashable, Sendable {
    public struct Row: Codable, Hashable, Sendable {
        public var model: String
        public var role: Role
        /// By metric, then by horizon: `"average"` or the number of steps.
        public var scores: [String: [String: Aggregate]]

        /// As in tables: the role, and the model that plays it.
        public var label: String { role.label(for: model) }

        public subscript(metric: String, horizon: ScoreHorizon = .average) -> Aggregate? {
            scores[metric]?[Comparison.key(horizon)]
        }
    }

    public var split: ScoreSplit
    public var rows: [Row]
    /// The unit of `mae`.
    public var unit: String
    /// The channel that is compared, where there are several; empty for all of them.
    public var channel: String
    /// The same of each channel; empty where there is one, and of one of several.
    public var channels: [Comparison]

    /// - Parameter channel: one of ``Scores/channels``; nil for all of them.
    public init(_ scores: Scores, split: ScoreSplit = .test, channel: String? = nil) {
        self.split = split
        self.channel = channel ?? ""
        channels = channel == nil ? scores.channels.map { Comparison(scores, split: split, channel: $0) } : []
        let chosen = Scores(scores.filtered(channel: channel, split: split)).sorted
        unit = chosen.first { $0.metric == "mae" }?.unit ?? ""
        rows = []
        var values: [String: [String: [Double]]] = [:]
        for (index, score) in chosen.enumerated() {
            values[score.metric, default: [:]][Self.key(score.horizon), default: []]
                .append(score.value)
            let next = index + 1 < chosen.count ? chosen[index + 1] : nil
            if next?.role != score.role || next?.model != score.model {
                let aggregates = values.mapValues { $0.compactMapValues(Aggregate.init) }
                rows.append(Row(model: score.model, role: score.role, scores: aggregates))
                values = [:]
            }
        }
    }

    private var isOfAnomalies: Bool { rows.contains { $0.scores["eventRecall"] != nil } }

    private var title: String {
        !channel.isEmpty
            ? channel
            : channels.isEmpty || isOfAnomalies
                ? "average" : "\(channels.count) \(headline == "mae" ? "channels" : "labels")"
    }

    /// The metrics that were measured, as columns.
    private var columns: [ScoreColumn] { ScoreColumn.shown(rows.reduce(into: []) { $0.formUnion($1.scores.keys) }) }

    /// The one that is told by time ahead and first of all.
    private var headline: String { columns.contains { $0.metric == "mae" } ? "mae" : "logLoss" }

    /// Average errors and, over all channels, costs, one row a model.
    public var averages: TextTable {
        let costs = channel.isEmpty ? ["params", "FLOP", "file", "latency"] : []
        let columns = columns
        let heading = [title + (unit.isEmpty ? "" : ", \(unit)")] + columns.map { $0.title + $0.mark } + costs
        let digits = decimals(of: "mae")
        let body = rows.map { row in
            let errors = columns.map { column -> String in
                guard let value = row[column.metric] else { return "–" }
                if column.metric == headline || !column.isAlways {
                    return value.text(decimals: column.decimals ?? digits)
                }
                return value.mean.fixed(column.decimals ?? max(1, digits - 1))
            }
            let cells =
                [row.label] + errors + [
                    row["parameters"]?.mean.scaled ?? "–", row["flops"]?.mean.scaled ?? "–",
                    row["bytes"].map { byteText($0.mean) } ?? "–",
                    row["latencyMicroseconds"].map { timeText(microseconds: $0.mean) } ?? "–",
                ]
            return Array(cells.prefix(heading.count))
        }
        return TextTable(heading: heading, rows: body)
    }

    /// One metric at each horizon that was scored, one row a model.
    ///
    /// Columns are headed `+1`, `+3`, …: steps ahead, as scores do not know how long a step is.
    ///
    /// - Parameter metric: nil for the error that is told first.
    public func horizons(of metric: String? = nil) -> TextTable {
        let metric = metric ?? headline
        let steps = Set(rows.flatMap { $0.scores[metric].map { Array($0.keys) } ?? [] })
            .compactMap { Int($0) }.sorted()
        let digits = decimals(of: metric)
        let body = rows.map { row in
            [row.label] + steps.map { row[metric, .step($0)]?.text(decimals: digits) ?? "–" }
        }
        return TextTable(
            heading: ["\(ScoreColumn.title(of: metric)), steps ahead"] + steps.map { "+\($0)" }, rows: body)
    }

    private func decimals(of metric: String) -> Int {
        LimbeckEvaluation.decimals(for: rows.compactMap { $0[metric]?.mean })
    }

    /// Both tables within `width` columns where that is at least about 90, and how MAPE counted.
    ///
    /// Where names are too long they are shortened.
    public func text(colour: Bool, width: Int = 100) -> String {
        let hero = rows.firstIndex { $0.role == .distilledStudent }
        let ahead = horizons()
        let tables = ([averages] + (ahead.heading.count > 1 ? [ahead] : [])).map { table in
            Self.fitted(table, width).text(colour: colour, bold: hero)
        }
        return tables.joined(separator: "\n") + note
            + channels.map { "\n" + $0.text(colour: colour, width: width) }.joined()
    }

    /// Averages, the error at each horizon and costs in one table, a row a model, and its notes.
    ///
    /// About 130 columns wide; ``text(colour:width:)`` is two narrower tables.
    public func table(colour: Bool = false) -> String {
        let (left, right) = (averages, horizons())
        let first = 1 + columns.count
        func joined(_ averages: [String], _ horizons: [String]) -> [String] {
            Array(averages[..<first]) + Array(horizons.dropFirst()) + Array(averages[first...])
        }
        let table = TextTable(
            heading: joined(left.heading, right.heading),
            rows: zip(left.rows, right.rows).map(joined))
        let ahead = right.heading.count > 1 && channel.isEmpty ? "\n+1 and so on: MAE that many steps ahead.\n" : ""
        let sigma =
            channels.isEmpty || headline != "mae"
            ? ""
            : "\(ahead.isEmpty ? "\n" : "")σ: errors in deviations of each channel, mean over channels; below, each in "
                + "its unit.\n"
        return table.text(colour: colour, bold: rows.firstIndex { $0.role == .distilledStudent })
            + ahead + sigma + note(after: ahead) + channels.map { "\n" + $0.table(colour: colour) }.joined()
    }

    /// How many values MAPE rests on, where it left some out; otherwise empty.
    public var note: String { note(after: "") }

    private func note(after text: String) -> String {
        guard let count = rows.compactMap({ $0["mapeCount"] }).first else { return "" }
        return "\(text.isEmpty ? "\n" : "")MAPE counts the \(grouped(Int(count.mean))) values whose truth "
            + "is at least 1.\n"
    }

    /// Both tables as Markdown.
    public var markdown: String {
        let ahead = horizons()
        return averages.markdown + (ahead.heading.count > 1 ? "\n" + ahead.markdown : "") + note
            + channels.map { "\n" + $0.markdown }.joined()
    }

    /// All numbers, with sorted keys.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    private static func key(_ horizon: ScoreHorizon) -> String {
        switch horizon {
        case .step(let step): String(step)
        case .average: "average"
        }
    }

    private static func fitted(_ table: TextTable, _ width: Int) -> TextTable {
        var table = table
        let total = table.widths.reduce(0, +) + 2 * (table.widths.count - 1)
        let room = max(8, (table.widths.first ?? 0) - max(0, total - width))
        func short(_ text: String) -> String {
            text.count > room ? text.prefix(room - 1) + "…" : text
        }
        if let first = table.heading.first { table.heading[0] = short(first) }
        for index in table.rows.indices {
            if let first = table.rows[index].first { table.rows[index][0] = short(first) }
        }
        return table
    }
}
