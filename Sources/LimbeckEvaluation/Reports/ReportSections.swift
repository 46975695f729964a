/// The report's words and tables as HTML, in reading order; charts are empty boxes to be drawn.
enum ReportSections {
    static func all(_ content: ReportContent) -> String {
        [
            head(content), ReportTable.section(content), ReportTable.channels(content), labels(content),
            samples(content),
            chart(
                "reliability", "Do the quantiles hold?",
                "How often the truth lay at or below each quantile: on the dashed line as often as it should.",
                when: content.reliability != nil),
            pair(
                chart(
                    "horizon", "Error by time ahead", "The further ahead, the harder.",
                    when: content.models.contains { $0.errorByHorizon.count > 1 }),
                chart(
                    "course", "Error by \(content.course.title)",
                    "By the local \(content.course.title) that was forecast, over all times ahead.",
                    when: content.models.contains { !$0.errorByCourse.isEmpty })),
            map(content),
            pair(
                chart(
                    "size", "Accuracy against size",
                    "Lower left is better; the dashed line joins what nothing else beats on both.",
                    when: content.models.contains { ($0.bytes ?? 0) > 0 }),
                chart(
                    "latency", "Accuracy against time",
                    "One forecast for all places, one at a time, on one thread.",
                    when: content.models.contains { ($0.latencyMicroseconds ?? 0) > 0 })),
            pair(
                chart(
                    "validation", "Learning: validation",
                    "Error on data not trained on, after each epoch.",
                    when: content.curves.contains { !$0.validation.isEmpty }),
                chart(
                    "training", "Learning: training loss",
                    "What was minimised, on scaled values. Objectives differ between models, so"
                        + " compare a curve’s shape, not its height.",
                    when: content.curves.contains { !$0.training.isEmpty })),
            trials(content), findings(content), making(content), foot(content),
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func head(_ content: ReportContent) -> String {
        let tiles = content.tiles.map { tile in
            let note = tile.note.isEmpty ? "" : "<small>\(text(tile.note))</small>"
            return "<div class=\"tile\"><b>\(text(tile.value))</b>"
                + "<span>\(text(tile.label))</span>\(note)</div>"
        }
        let mark = content.helped.map { $0 ? " yes" : " no" } ?? ""
        return """
            <header>
            <p class="kicker">\(text(content.title))</p>
            <h1>\(text(content.headline))</h1>
            <p class="lead">\(text(content.summary))</p>
            <p class="verdict\(mark)">\(text(content.verdict))</p>
            </header>
            \(tiles.isEmpty ? "" : "<div class=\"tiles\">\(tiles.joined())</div>")
            """
    }

    private static func samples(_ content: ReportContent) -> String {
        guard !content.samples.isEmpty else { return "" }
        return """
            <section>
            <h2>Forecasts and what came</h2>
            <p class="hint">From the test part, on which no model was trained or chosen.\
            \(content.labels.isEmpty ? "" : " Observed is 1 where the label held; models tell its probability.")</p>
            <div class="pick">
            <label>Place <select id="place"></select></label>
            <label>\(content.labels.isEmpty ? "Forecast made" : "From") <select id="origin"></select></label>
            </div>
            <div class="chart" data-chart="samples"></div>
            </section>
            """
    }

    /// Of labels and classes: curves, and what each model's threshold decides.
    private static func labels(_ content: ReportContent) -> String {
        guard !content.labels.isEmpty else { return "" }
        let tables = content.labels.enumerated().map { index, label in
            let rows = content.models.compactMap { model -> String? in
                guard let curve = label.curves[model.id] else { return nil }
                let cells = curve.decisions
                let numbers = [cells.hits, cells.misses, cells.falseAlarms, cells.rejections].map {
                    "<td>\(grouped($0))</td>"
                }
                return "<tr><td>\(text(model.name))</td><td>\(curve.threshold.significant)</td>\(numbers.joined())"
                    + "<td>\(cells.precision.fixed(3))</td><td>\(cells.recall.fixed(3))</td></tr>"
            }
            return """
                <div class="scroll" data-label="\(index)"\(index == 0 ? "" : " hidden")><table class="wide">
                <thead><tr><th>Model</th><th>Threshold</th><th>Found</th><th>Missed</th><th>False alarms</th>\
                <th>Rightly quiet</th><th>Precision</th><th>Recall</th></tr></thead>
                <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
                """
        }
        let options = content.labels.enumerated().map { "<option value=\"\($0)\">\(text($1.name))</option>" }
        let pick =
            content.labels.count > 1
            ? "<div class=\"pick\"><label>Label <select id=\"label\">\(options.joined())</select></label></div>" : ""
        func curve(_ name: String, _ title: String, _ hint: String) -> String {
            "<div><h3>\(title)</h3><p class=\"hint\">\(hint)</p><div class=\"chart\" data-chart=\"\(name)\"></div></div>"
        }
        return """
            <section>
            <h2>How well it is told</h2>
            <p class="hint">On the test part. \(text(content.thresholds))</p>
            \(pick)
            <div class="columns">
            \(curve("precision", "Precision and recall", "Of the warnings how many are right, and of what holds how much is found."))
            \(curve("roc", "Found against false alarms", "Of what does not hold, how much is taken for it."))
            </div>
            <div class="columns">
            \(curve("calibration", "Do the probabilities hold?", "Of what is told with a probability, how much comes true: on the dashed line as much as told."))
            <div><h3>What the thresholds decide</h3>
            \(tables.joined(separator: "\n"))</div>
            </div>
            </section>
            """
    }

    private static func map(_ content: ReportContent) -> String {
        guard !content.places.isEmpty else { return "" }
        let isMap = content.places.count { $0.latitude != nil && $0.longitude != nil } > 1
        let lines =
            content.edges.isEmpty
            ? " The graph joins no two places strongly enough for a line." : " Lines are the graph’s edges."
        return """
            <section>
            <h2>Error by place</h2>
            <p class="hint">\(content.labels.isEmpty ? "Busy places have larger errors; their share of the mean is in the map’s tooltips." : "")\
            \(isMap ? lines : "")</p>
            <div class="pick"><label>Show <select id="error"></select></label></div>
            <div class="columns map">
            <div><div class="chart" data-chart="map"></div></div>
            <div><div class="chart" data-chart="ranking"></div></div>
            </div>
            </section>
            """
    }

    private static func trials(_ content: ReportContent) -> String {
        guard !content.trials.isEmpty else { return "" }
        let rows = content.trials.map { trial in
            "<tr><td>\(trial.number)</td><td class=\"text\">\(text(trial.adjustment))</td>"
                + "<td>\(trial.error.fixed(2))</td><td class=\"text\">\(text(trial.measured))</td>"
                + "<td class=\"text\">\(trial.isMet ? "met" : "not met")</td></tr>"
        }
        return """
            <section>
            <h2>The way to the target</h2>
            <p class="hint">Trials went on until <code>\(text(content.target))</code> held on\
             validation, or the budget ended.</p>
            <div class="chart narrow" data-chart="trials"></div>
            <div class="scroll"><table>
            <thead><tr><th>Trial</th><th class="text">Changed</th><th>\(text(content.metricTitle))</th>\
            <th class="text">Measured</th><th class="text">Target</th></tr></thead>
            <tbody>\(rows.joined())</tbody>
            </table></div>
            </section>
            """
    }

    private static func findings(_ content: ReportContent) -> String {
        guard !content.findings.isEmpty else { return "" }
        return """
            <section>
            <h2>The data</h2>
            <p class="hint">What was found while reading, and what was done about it.</p>
            \(facts(content.findings))
            </section>
            """
    }

    private static func making(_ content: ReportContent) -> String {
        let recipe =
            content.recipe.isEmpty
            ? ""
            : "<details><summary>The recipe</summary><pre>\(text(content.recipe))</pre></details>"
        guard !content.facts.isEmpty || !recipe.isEmpty else { return "" }
        return """
            <section>
            <h2>How this was made</h2>
            \(facts(content.facts))
            \(recipe)
            </section>
            """
    }

    private static func foot(_ content: ReportContent) -> String {
        let licence = content.licence.isEmpty ? "" : "<p>Data: \(text(content.licence))</p>"
        return "<footer>\(licence)<p>Made by Limbeck.</p></footer>"
    }

    private static func chart(
        _ name: String, _ title: String, _ hint: String, when isShown: Bool
    ) -> String {
        guard isShown else { return "" }
        return """
            <section>
            <h2>\(text(title))</h2>
            <p class="hint">\(text(hint))</p>
            <div class="chart" data-chart="\(name)"></div>
            </section>
            """
    }

    private static func pair(_ left: String, _ right: String) -> String {
        left.isEmpty || right.isEmpty
            ? left + right : "<div class=\"columns\">\(left)\n\(right)</div>"
    }

    private static func facts(_ list: [ReportContent.Fact]) -> String {
        let items = list.map { "<dt>\(text($0.name))</dt><dd>\(text($0.value))</dd>" }
        return items.isEmpty ? "" : "<dl>\(items.joined())</dl>"
    }

    private static func text(_ string: String) -> String { Report.escaped(string) }
}
