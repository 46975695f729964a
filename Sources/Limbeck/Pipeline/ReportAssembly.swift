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

    private var data: PreparedData { session.data }
    private var series: Series { session.data.series }

    func content() throws -> ReportContent {
        let (teacher, student) = (contestant(.teacher), contestant(.distilledStudent))
        var content = ReportContent(
            title: session.recipe.name, headline: headline(teacher, student),
            summary: summary(teacher, student), verdict: verdict?.sentence ?? "", helped: verdict?.helped,
            models: try contestants.map(model), unit: data.errorUnit, stepUnit: stepUnit)
        content.horizons = session.horizons
        content.course = Course(series.times)
        content.tiles = tiles(teacher, student)
        content.tableNote =
            "Errors on the last \(percent(1 - session.recipe.task.train - session.recipe.task.validation)) of time, which nothing was trained or chosen on; cells that were not measured do not count. FLOP and latency are of one forecast of all places on one thread, for teacher and students as .limbeck files in the device runtime; latency is that of the fastest of many short blocks of calls, all models in turn."
        content.curves = contestants.filter { !$0.history.isEmpty }.map { one in
            ReportContent.Curve(
                model: one.role.rawValue, training: one.history.map { $0.loss },
                validation: one.history.map { $0.validation["mae"] })
        }
        content.channels = channels()
        content.samples = samples()
        content.places = try places()
        content.edges = (data.graph?.edges ?? []).filter { $0.source < $0.target && $0.weight > 0.5 }
            .map { [$0.source, $0.target] }
        content.target = session.recipe.until.target
        content.trials = students.trials.map { trial in
            ReportContent.Trial(
                number: trial.index + 1, adjustment: trial.adjustment?.rawValue ?? "as written",
                measured: trial.failure ?? trial.outcome.description, error: trial.scores["student.mae"] ?? 0,
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
            .init("Forecast", data.targets.channels.map(\.name).joined(separator: ", ")),
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

    private func error(_ role: Role) -> Double { average(role, "mae") ?? .nan }

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
        "Forecasts of the next \(session.recipe.task.horizon) steps from the last \(session.recipe.task.history) at \(series.nodeCount) places of \(series.name): \(teacher?.name ?? "the teacher")\(teacher?.parameters.map { " (\(Double($0).scaled) parameters)" } ?? "") distilled into \(session.recipe.student.model) (\(Double(student?.parameters ?? 0).scaled))."
    }

    private func tiles(_ teacher: Contestant?, _ student: Contestant?) -> [ReportContent.Tile] {
        guard let teacher, let student else { return [] }
        var tiles = [
            ReportContent.Tile(
                value: Self.errorText(error(.distilledStudent)),
                label: "MAE of the student\(data.errorUnit.isEmpty ? "" : ", \(data.errorUnit)")",
                note:
                    "teacher \(Self.errorText(error(.teacher)))\(average(.ridge, "mae").map { ", ridge regression \(Self.errorText($0))" } ?? "")"
            )
        ]
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
        let breakdown = try ErrorBreakdown(one.test, against: series, deviations: data.deviations)
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
            ($0.role, try ErrorBreakdown($0.test, against: series, deviations: data.deviations).place)
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
            let found = scores.filtered(metric: "mae", channel: channel, horizon: .average, split: .test)
            return ReportContent.ChannelErrors(
                name: channel, unit: found.first?.unit ?? "",
                errors: Dictionary(found.map { ($0.role.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// A few days spread over the test part, for a few places spread over the levels, of every channel.
    private func samples() -> [ReportContent.Sample] {
        (0..<min(data.shape.outputs, 4)).flatMap(samples(channel:))
    }

    private func samples(channel: Int) -> [ReportContent.Sample] {
        let origins = data.test
        guard !origins.isEmpty else { return [] }
        let days = 5
        let history = data.shape.history, horizon = data.shape.horizon
        let chosen = (0..<days).map { origins.count * (2 * $0 + 1) / (2 * days) }
        let nodes = stride(from: 0, to: series.nodeCount, by: max(1, series.nodeCount / 6)).prefix(8)
        return chosen.flatMap { index in
            nodes.map { node in
                let origin = origins[index]
                let steps = origin - history..<origin + horizon
                var forecasts: [String: [Double?]] = [:]
                for one in contestants where one.role != .persistence {
                    forecasts[one.role.rawValue] = (0..<horizon).map { step in
                        Double(
                            one.test.values[one.test.offset(origin: index, step: step, node: node, channel: channel)])
                    }
                }
                return ReportContent.Sample(
                    // Made when the last reading of its history was in.
                    place: series.places[node].id
                        + (data.shape.outputs > 1 ? ", \(series.channels[channel].name)" : ""),
                    origin: stamp(origin - 1), times: steps.map(stamp),
                    truth: steps.map {
                        series.isObserved(time: $0, node: node, channel: channel)
                            ? Double(series[$0, node, channel]) : nil
                    }, forecasts: forecasts, unit: series.channels[channel].unit)
            }
        }
    }

    private func stamp(_ index: Int) -> String {
        let fields = series.times.local(index)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(fields.year)-\(two(fields.month))-\(two(fields.day)) \(two(fields.hour)):\(two(fields.minute))"
    }
}
