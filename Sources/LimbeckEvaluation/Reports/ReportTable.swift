/// The report's comparison of all models: errors by time ahead and on average, then costs.
enum ReportTable {
    private struct Column {
        var title: String
        var group: String
        /// Which values are marked as best; nil for none.
        var direction: MetricDirection?
        var value: (ReportContent.Model) -> Double?
        var text: (ReportContent.Model, Double) -> String
    }

    static func section(_ content: ReportContent) -> String {
        let columns = columns(content).filter { column in
            content.models.contains { column.value($0) != nil }
        }
        let best = columns.map { column in
            switch column.direction {
            case .lowerIsBetter: content.models.compactMap(column.value).min()
            case .higherIsBetter: content.models.compactMap(column.value).max()
            case .closerToTarget, nil: nil as Double?
            }
        }
        let rows = content.models.map { model in
            let cells = zip(columns, best).map { column, best in
                guard let value = column.value(model) else { return "<td>–</td>" }
                let mark = value == best ? " class=\"best\"" : ""
                return "<td\(mark)>\(column.text(model, value))</td>"
            }
            let hero = model.role == .distilledStudent ? " class=\"hero\"" : ""
            let dot = "<i class=\"dot\" style=\"background:var(--\(model.role.rawValue))\"></i>"
            return "<tr\(hero)><td>\(dot)\(Report.escaped(model.name))</td>\(cells.joined())</tr>"
        }
        let note = [
            "Bold is the best of a column.",
            content.models.contains { !$0.deviations.isEmpty }
                ? "± is the standard deviation over seeds." : "", content.tableNote,
        ].filter { !$0.isEmpty }.joined(separator: " ")
        let titles = columns.map { "<th>\(Report.escaped($0.title))</th>" }.joined()
        return """
            <section>
            <h2>The comparison</h2>
            <p class="hint">\(Self.lead(content)) \(Report.escaped(note))</p>
            <div class="scroll"><table class="wide">
            <thead><tr class="group">\(groups(columns))</tr>
            <tr><th>Model</th>\(titles)</tr>
            </thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody>
            </table></div>
            </section>
            """
    }

    /// The error of every model in every channel; empty where there is one.
    static func channels(_ content: ReportContent) -> String {
        guard !content.channels.isEmpty else { return "" }
        let heads = content.models.map { "<th>\(Report.escaped($0.name))</th>" }.joined()
        let rows = content.channels.map { channel in
            let values = content.models.map { channel.errors[$0.id] }
            let known = values.compactMap(\.self)
            let (best, digits) = (content.parts.isHigherBetter ? known.max() : known.min(), decimals(for: known))
            let cells = values.map { value in
                value.map { "<td\($0 == best ? " class=\"best\"" : "")>\($0.fixed(digits))</td>" } ?? "<td>–</td>"
            }
            let unit = channel.unit.isEmpty ? "" : ", \(channel.unit)"
            return "<tr><td>\(Report.escaped(channel.name + unit))</td>\(cells.joined())</tr>"
        }
        return """
            <section>
            <h2>By \(content.parts.word)</h2>
            <p class="hint">\(Report.escaped(content.parts.hint))</p>
            <div class="scroll"><table class="wide">
            <thead><tr><th>\(content.parts.word.prefix(1).uppercased() + content.parts.word.dropFirst())</th>\(heads)</tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody>
            </table></div>
            </section>
            """
    }

    private static func lead(_ content: ReportContent) -> String {
        guard content.labels.isEmpty else {
            return
                "Probabilities on the test part beside what came: areas under curves and F1 are better the larger, losses "
                + "and alarms the smaller\(content.labels.count > 1 ? "; means over labels" : "")."
        }
        let unit = content.channels.isEmpty ? "original units" : "deviations of each channel (σ), mean over channels"
        return "Errors on the test part in \(unit); less is better."
    }

    private static func columns(_ content: ReportContent) -> [Column] {
        let digits = decimals(for: content.models.compactMap { $0.metrics[content.metric] })
        let metrics = ScoreColumn.shown(content.models.reduce(into: []) { $0.formUnion($1.metrics.keys) })
        let averages = metrics.map { column in
            Column(title: column.title, group: "Average", direction: column.direction) {
                $0.metrics[column.metric]
            } text: {
                let deviation = $0.deviations[column.metric].map {
                    "<span class=\"sub\">± \($0.fixed(column.mark.isEmpty ? column.decimals ?? digits : digits))</span>"
                }
                return "\($1.fixed(column.decimals ?? digits))\(column.mark)\(deviation ?? "")"
            }
        }
        let unit = content.unit.isEmpty ? "" : ", \(content.unit)"
        let steps = content.horizons.map { step in
            Column(
                title: "\(step) \(content.stepUnit)", group: "\(content.metricTitle) ahead\(unit)",
                direction: .lowerIsBetter
            ) {
                $0.errorByHorizon.indices.contains(step - 1) ? $0.errorByHorizon[step - 1] : nil
            } text: {
                $1.fixed(digits - 1)
            }
        }
        func cost(
            _ title: String, _ value: @escaping (ReportContent.Model) -> Double?,
            _ text: @escaping (Double) -> String
        ) -> Column {
            Column(title: title, group: "Cost", direction: nil, value: value) { text($1) }
        }
        return steps + averages + [
            cost("parameters", { $0.parameters.map(Double.init) }) { $0.scaled },
            cost("FLOP", { $0.flops.map(Double.init) }) { $0.scaled },
            cost("file", { $0.bytes.map(Double.init) }) { byteText($0) },
            cost("latency", { $0.latencyMicroseconds }) { timeText(microseconds: $0) },
        ]
    }

    /// One spanning heading over each run of columns of a group.
    private static func groups(_ columns: [Column]) -> String {
        var runs: [(name: String, count: Int)] = []
        for column in columns {
            if runs.last?.name == column.group {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((column.group, 1))
            }
        }
        return "<th></th>"
            + runs.map {
                "<th class=\"over\" colspan=\"\($0.count)\">\(Report.escaped($0.name))</th>"
            }
            .joined()
    }
}

/// `5.12 kB`
func byteText(_ bytes: Double) -> String {
    let text = bytes.scaled
    return text.last?.isLetter == true ? text + "B" : text + " B"
}

/// `3.2 µs`, `1.2 ms`, `2.1 s`
func timeText(microseconds: Double) -> String {
    switch microseconds {
    case ..<1000: microseconds.significant + " µs"
    case ..<1_000_000: (microseconds / 1000).significant + " ms"
    default: (microseconds / 1_000_000).significant + " s"
    }
}
