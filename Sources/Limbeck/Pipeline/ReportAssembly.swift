import Foundation
import LimbeckData
import LimbeckEvaluation
import LimbeckModels
import LimbeckSeries

/// Gathers what the report shows.
struct ReportAssembly {
    let session: Session
    let contestants: [Contestant]
    let scores: Scores
    let students: Session.Students
    let verdict: Verdict?
    let warnings: [String]
    let leftOut: [LeftOut]

    var data: PreparedData { session.data }
    var series: Series { session.data.series }

    func content() throws -> ReportContent {
        let (teacher, student) = (contestant(.teacher), contestant(.distilledStudent))
        var content = ReportContent(
            title: session.recipe.name, headline: headline(teacher, student),
            summary: summary(teacher, student), verdict: verdict?.sentence ?? "", helped: verdict?.helped,
            models: try contestants.map(model), unit: data.problem.unit, stepUnit: stepUnit)
        content.metric = data.problem.headline
        content.horizons = session.horizons
        content.course = Course(series.times)
        content.tiles = tiles(teacher, student)
        content.tableNote =
            "Errors on the last \(percent(1 - session.recipe.task.train - session.recipe.task.validation)) of time, which nothing was trained or chosen on; cells that were not measured do not count. FLOP and latency are of one forecast of all places on one thread, for teacher and students as .limbeck files in the device runtime; latency is that of the fastest of many short blocks of calls, all models in turn."
        content.curves = contestants.filter { !$0.history.isEmpty }.map { one in
            ReportContent.Curve(
                model: one.role.rawValue, training: one.history.map { $0.loss },
                validation: one.history.map { $0.validation[data.problem.trainingMetric] })
        }
        content.channels = channels()
        content.parts = data.problem.parts
        if let told = data.problem.thresholdRule { content.thresholds = told }
        content.labels = try labels()
        content.reliability = reliability()
        content.samples = samples()
        content.places = try places()
        content.edges = (data.graph?.edges ?? []).filter { $0.source < $0.target && $0.weight > 0.5 }
            .map { [$0.source, $0.target] }
        content.target = session.recipe.until.target
        content.trials = students.trials.map { trial in
            ReportContent.Trial(
                number: trial.index + 1, adjustment: trial.adjustment?.rawValue ?? "as written",
                measured: trial.failure ?? trial.outcome.description,
                error: trial.scores["student.\(data.problem.headline)"] ?? 0,
                isMet: trial.met)
        }
        content.findings = warnings.map { .init("Warning", $0) }
        content.findings += leftOut.map { .init("Left out", $0.sentence) }
        content.findings += (data.quality.findings + data.repairs).map {
            .init($0.severity == .repair ? "Repaired" : "Found", $0.message)
        }
        content.licence = series.licence
        content.facts = [
            .init(
                "Data",
                "\(series.name): \(grouped(series.times.count)) steps × \(series.nodeCount) places × \(series.channelCount) channel\(series.channelCount == 1 ? "" : "s")"
            ),
            question,
            .init(
                "Split",
                "training \(grouped(data.partition.train.count)) steps, validation \(grouped(data.partition.validation.count)), test \(grouped(data.partition.test.count))"
            ),
            .init("Seed", "\(session.recipe.seed)"), .init("Threads", "\(session.recipe.training.threads)"),
        ]
        let known = series.channelCount - data.shape.future
        let covariates = series.channels.enumerated().dropFirst(data.shape.outputs).map { index, channel in
            channel.name + (index < known ? "" : " (known ahead)")
        }
        if !covariates.isEmpty {
            content.facts.insert(.init("Reads besides", covariates.joined(separator: ", ")), at: 2)
        }
        if let known = series.facts?.names, !known.isEmpty {
            content.facts.append(.init("Known of places", known.joined(separator: ", ")))
        }
        content.recipe = try session.recipe.yaml()
        return content
    }

    private func contestant(_ role: Role) -> Contestant? { contestants.first { $0.role == role } }

    private var stepUnit: String {
        if case .months(let count, _) = series.times.spacing {
            return count == 1 ? "months" : count == 3 ? "quarters" : count == 12 ? "years" : "× \(count) months"
        }
        return switch series.times.step {
        case 3600: "h"
        case 86_400: "d"
        case let step where step % 60 == 0: step == 60 ? "min" : "× \(step / 60) min"
        default: "step"
        }
    }

    private func percent(_ share: Double) -> String { (100 * share).fixed(0) + " %" }

    private func average(_ role: Role, _ metric: String) -> Double? {
        scores.all.first {
            $0.role == role && $0.metric == metric && $0.channel.isEmpty && $0.horizon == .average && $0.split == .test
        }?.value
    }

    private func error(_ role: Role) -> Double { average(role, data.problem.headline) ?? .nan }

    private var question: ReportContent.Fact {
        guard let labels = data.problem.labels else {
            return .init("Forecast", data.targets.channels.map(\.name).joined(separator: ", "))
        }
        let rules = session.recipe.task.namedEvents.map { labels.count > 1 ? "\($0.name): \($0.text)" : $0.text }
        return .init(
            rules.isEmpty ? "Labels" : "Warned of",
            rules.isEmpty ? labels.names.joined(separator: ", ") : rules.joined(separator: "; "))
    }

    private func headline(_ teacher: Contestant?, _ student: Contestant?) -> String {
        guard let teacher, let student else { return session.recipe.name }
        let ratio = error(.distilledStudent) / max(error(.teacher), 1e-12)
        let accuracy =
            switch ratio {
            case ..<1: "and more accurate"
            case ..<2: "\((100 * (ratio - 1)).fixed(1)) % less accurate"
            default: "with \(ratio.fixed(1))× the teacher's error"
            }
        guard let large = teacher.parameters, let small = student.parameters else {
            return "A student of given forecasts, \(accuracy)"
        }
        let smaller = Double(large) / Double(max(1, small))
        let size =
            smaller < 1.05
            ? "no smaller than its teacher" : "\(smaller.fixed(smaller < 10 ? 1 : 0))× smaller than its teacher"
        return "A student \(size), \(accuracy)"
    }

    private func summary(_ teacher: Contestant?, _ student: Contestant?) -> String {
        "\(data.problem.labels.map { "Probabilities of \($0.names.prefix(8).joined(separator: ", "))" } ?? "Forecasts of the next \(session.recipe.task.horizon) steps") from the last \(session.recipe.task.history) at \(series.nodeCount) places of \(series.name): \(teacher?.name ?? "the teacher")\(teacher?.parameters.map { " (\(Double($0).scaled) parameters)" } ?? "") distilled into \(session.recipe.student.model) (\(Double(student?.parameters ?? 0).scaled))."
    }

    private func tiles(_ teacher: Contestant?, _ student: Contestant?) -> [ReportContent.Tile] {
        guard let teacher, let student else { return [] }
        var tiles = [
            ReportContent.Tile(
                value: Self.errorText(error(.distilledStudent)),
                label:
                    "\(data.problem.headlineTitle) of the student\(data.problem.unit.isEmpty ? "" : ", \(data.problem.unit)")",
                note:
                    "teacher \(Self.errorText(error(.teacher)))\(bestBaseline)"
            )
        ]
        if let found = average(.distilledStudent, "averagePrecision"),
            let taught = average(.teacher, "averagePrecision")
        {
            tiles.append(
                .init(value: found.fixed(3), label: "PR AUC of the student", note: "teacher \(taught.fixed(3))"))
        }
        if let large = teacher.parameters, let small = student.parameters {
            tiles.append(
                .init(
                    value: "\((Double(large) / Double(max(1, small))).fixed(1))×", label: "fewer parameters",
                    note: "\(Double(large).scaled) → \(Double(small).scaled)"))
        }
        if let slow = teacher.latencyMicroseconds, let fast = student.latencyMicroseconds {
            tiles.append(
                .init(
                    value: "\((slow / max(fast, 1e-9)).fixed(1))×", label: "faster forecast",
                    note: "\(slow.scaled) µs → \(fast.scaled) µs"))
        }
        if let bytes = student.bytes {
            tiles.append(.init(value: "\(Double(bytes).scaled)B", label: "student file", note: "all a device needs"))
        }
        return tiles
    }

    /// `, ridge 46.2`
    private var bestBaseline: String {
        let known = scores.baselines.compactMap { role in average(role, data.problem.headline).map { (role, $0) } }
        return known.min { $0.1 < $1.1 }.map { ", \($0.0.title.lowercased()) \(Self.errorText($0.1))" } ?? ""
    }

    /// `45.0`, `0.00213`
    private static func errorText(_ error: Double) -> String {
        error >= 10 ? error.fixed(1) : error.significant
    }

    private func model(_ one: Contestant) throws -> ReportContent.Model {
        var metrics: [String: Double] = [:]
        for score in scores.all
        where score.role == one.role && score.split == .test && score.horizon == .average && score.channel.isEmpty
            && Cost(rawValue: score.metric) == nil
        {
            metrics[score.metric] = score.value
        }
        var model = ReportContent.Model(
            id: one.role.rawValue, role: one.role, name: one.role.label(for: one.name), metrics: metrics)
        let breakdown = try data.problem.breakdown(one)
        model.errorByHorizon = breakdown.horizon.map(\.mean)
        model.errorByCourse = breakdown.course.map(\.mean)
        model.parameters = one.parameters
        model.flops = one.flops
        model.bytes = one.bytes
        model.latencyMicroseconds = one.latencyMicroseconds
        return model
    }

    private func places() throws -> [ReportContent.Place] {
        let errors = try contestants.map {
            ($0.role, try data.problem.breakdown($0).place)
        }
        return series.places.enumerated().map { node, place in
            var sum = 0.0, count = 0.0
            for time in data.partition.test where series.isObserved(time: time, node: node) {
                sum += Double(series[time, node, 0])
                count += 1
            }
            var byModel: [String: Double] = [:]
            for (role, cells) in errors { byModel[role.rawValue] = cells[node].mean }
            return ReportContent.Place(
                name: place.id, latitude: place.coordinate?.latitude,
                longitude: place.coordinate?.longitude, level: count > 0 ? sum / count : nil, errors: byModel)
        }
    }

    private func channels() -> [ReportContent.ChannelErrors] {
        scores.channels.map { channel in
            let found = scores.filtered(
                metric: data.problem.partMetric, channel: channel, horizon: .average, split: .test)
            return ReportContent.ChannelErrors(
                name: channel, unit: found.first?.unit ?? "",
                errors: Dictionary(found.map { ($0.role.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private func labels() throws -> [ReportContent.LabelCurves] {
        guard let (labels, shown) = data.problem.shown(contestants) else { return [] }
        var answers: [String: Forecast] = [:], thresholds: [String: [Double]] = [:]
        for (one, answer) in shown {
            answers[one.role.rawValue] = answer
            thresholds[one.role.rawValue] = try data.problem.thresholds(one)
        }
        return try labels.names.indices.map { label in
            try ReportContent.LabelCurves(
                labels, label: label, answers: answers, thresholds: thresholds.mapValues { $0[label] })
        }
    }

    private func reliability() -> ReportContent.Reliability? {
        let levels: [Double]
        switch data.shape.head.output {
        case .quantiles(let own), .gaussian(let own): levels = own
        case .values, .labels, .classes: return nil
        }
        let scorer = QuantileScorer(levels: levels, horizons: [], deviations: [])
        var shares: [String: [Double]] = [:]
        for one in contestants where one.test.channelCount == data.shape.answerWidth {
            shares[one.role.rawValue] = scorer.reliability(one.test, against: data.targets)
        }
        return ReportContent.Reliability(levels: levels, shares: shares)
    }
}
